//! Growable buffers under load: the hazard `shared-backing` and its repairs behind one adapter, one workload, and the
//! rounds by which its oracle accounts for every element.

mod buffer_under_test;
mod element;
mod report;
mod rounds;
mod workload;

pub use buffer_under_test::BufferUnderTest;
pub use element::Element;
pub use report::RoundReport;
pub use rounds::{Answer, Rounds};
pub use workload::{BufferOperation, BufferParams, BufferWorkload};
