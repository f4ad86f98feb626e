//! Elements that outlive their container, or not: the hazard `lifetime` and its repairs behind one adapter and one workload.

mod lifetime_under_test;
mod workload;

pub use lifetime_under_test::LifetimeUnderTest;
pub use workload::{LifetimeOperation, LifetimeParams, LifetimeWorkload};
