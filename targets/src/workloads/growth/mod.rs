//! Growing buffers under load: the hazard `growth-moves` and its repairs behind one adapter and one workload, whose workers
//! read back what they wrote themselves.

mod growth_under_test;
mod workload;
mod written;

pub use growth_under_test::GrowthUnderTest;
pub use workload::{GrowthOperation, GrowthParams, GrowthWorkload};
pub use written::Written;
