//! What is asked of the operating system: shared memory, child processes that cannot outlive us, process statistics.

mod clock;
mod facts;
mod interrupts;
mod leash;
mod process_stats;
mod shared_segment;
mod spawn;
mod wake;

pub use facts::host_facts;
pub use interrupts::Interrupts;
pub use leash::{Leash, leash_main};

pub(super) use clock::monotonic_nanos;
pub(super) use leash::Held;
pub(super) use process_stats::{ProcessStats, own_usage, thread_waiting_in};
pub(super) use shared_segment::SharedSegment;
pub(super) use spawn::{Inheritance, under_leash};
pub(super) use wake::wake_waiters;
