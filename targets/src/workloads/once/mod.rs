//! Tables that are built when they are first asked: the hazard `broken-once` and its repair behind one adapter and one
//! workload, which counts who builds.

mod once_under_test;
mod workload;

pub use once_under_test::OnceUnderTest;
pub use workload::{OnceOperation, OnceParams, OnceWorkload};
