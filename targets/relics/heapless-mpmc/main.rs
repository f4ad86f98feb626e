//! The relic `heapless-mpmc`: in heapless 0.8.0, a consumer that is held between claiming a slot of the `MpMcQueue` and giving it back
//! makes producers that come round to this slot say that the queue is full, however empty it is.
//! Source: <https://github.com/rust-embedded/heapless/issues/583>.
//!
//! No version mends it; the control is a ring of another crate.

use heapless::mpmc::MpMcQueue;
use squall_targets::tracked::Value;
use squall_targets::workloads::queue::{
    PLAIN, Pop, Push, QueueOperation, QueueParams, QueueUnderTest, QueueWorkload, share,
};
use std::sync::Arc;
use std::time::Duration;

/// The capacity is part of the queue's type.
const CAPACITY: usize = 16;

squall_probe::params! {
    /// The parameters of a queue whose capacity is fixed.
    struct RingParams {
        round: u64 = 200, in 1.0..=100000.0, "how many steps a worker takes before it begins a fresh queue";
    }
}

impl QueueParams for RingParams {
    const BOUNDED: bool = true;

    fn capacity(&self) -> Option<u64> {
        Some(CAPACITY as u64)
    }

    fn round(&self) -> u64 {
        self.round
    }

    fn wait(&self) -> Duration {
        Duration::ZERO
    }
}

/// `queue.heapless_mpmc`: a ring for many producers and consumers, without memory of its own.
struct MpMcUnderTest;

/// What is left in a queue of this version is not dropped with it, which is another matter.
struct Ring(MpMcQueue<Value, CAPACITY>);

impl Drop for Ring {
    fn drop(&mut self) {
        while self.0.dequeue().is_some() {}
    }
}

impl QueueUnderTest for MpMcUnderTest {
    type Params = RingParams;
    type Handle = Arc<Ring>;
    const NAME: &'static str = "queue.heapless_mpmc";
    const SUMMARY: &'static str = "the ring for many producers and consumers of the crate heapless";
    const OPERATIONS: &'static [QueueOperation] = PLAIN;

    fn open(_: &RingParams, workers: usize) -> Vec<Self::Handle> {
        share(Ring(MpMcQueue::new()), workers)
    }

    fn push(queue: &mut Self::Handle, value: Value) -> Push {
        queue.0.enqueue(value).map_or_else(Push::Full, |()| Push::Done)
    }

    fn pop(queue: &mut Self::Handle) -> Pop {
        queue.0.dequeue().map_or(Pop::Empty, Pop::Taken)
    }
}

squall_probe::subject_main!(QueueWorkload<MpMcUnderTest>);
