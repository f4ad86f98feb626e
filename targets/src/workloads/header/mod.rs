//! Slice headers under load: the hazard `torn-header` and its repairs behind one adapter and one workload, which knows the
//! arrays that the headers speak of.

mod arrays;
mod header_under_test;
mod workload;

pub use arrays::Arrays;
pub use header_under_test::HeaderUnderTest;
pub use workload::{HeaderOperation, HeaderParams, HeaderWorkload};
