//! Elements that outlive their container, or not: the hazard `lifetime` and its repair behind one adapter and one workload,
//! with a queue of finalisers that run when their turn comes.

mod lifetime_under_test;
mod workload;

pub use lifetime_under_test::LifetimeUnderTest;
pub use workload::{LifetimeOperation, LifetimeParams, LifetimeWorkload};
