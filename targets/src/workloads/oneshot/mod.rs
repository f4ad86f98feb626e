//! Channels for one value under load: an adapter for each, and one workload that polls, waits, closes and drops either end.

mod life;
mod oneshot_under_test;
mod seat;
mod workload;

pub use life::{Before, Life};
pub use oneshot_under_test::{ASYNCHRONOUS, OneshotUnderTest, Receive};
pub use workload::{OneshotLocal, OneshotOperation, OneshotParams, OneshotWorkload};
