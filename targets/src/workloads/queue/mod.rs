//! Queues, channels, stacks and work-stealing deques under load: an adapter for each, one workload, and the counts by which
//! its oracles judge.

mod counts;
mod ends;
mod params;
mod queue_under_test;
mod script;
mod seat;
mod workload;

pub use counts::{Before, Bounds, Counts, WorkerCounts};
pub use ends::{Ends, share};
pub use params::{BoundedParams, QueueParams, UnboundedParams};
pub use queue_under_test::{CHANNEL, COUNTED, Discipline, End, HELD, PLAIN, Pop, Push, QueueUnderTest, UNCOUNTED};
pub use script::{QueueScripts, QueueStart};
pub use seat::Round;
pub use workload::{QueueLocal, QueueOperation, QueueWorkload};
