//! The queues of the crate `crossbeam-queue`, behind the adapter.

use crate::tracked::Value;
use crate::workloads::queue::{
    BoundedParams, COUNTED, Pop, Push, QueueOperation, QueueUnderTest, UnboundedParams, share,
};
use crossbeam_queue::{ArrayQueue, SegQueue};
use std::sync::Arc;

/// `queue.crossbeam_array`: a ring with a capacity.
#[derive(Debug)]
pub struct ArrayQueueUnderTest;

impl QueueUnderTest for ArrayQueueUnderTest {
    type Params = BoundedParams;
    type Handle = Arc<ArrayQueue<Value>>;
    const NAME: &'static str = "queue.crossbeam_array";
    const SUMMARY: &'static str = "the bounded queue of the crate crossbeam-queue";
    const OPERATIONS: &'static [QueueOperation] = COUNTED;

    fn open(params: &BoundedParams, workers: usize) -> Vec<Self::Handle> {
        share(ArrayQueue::new(params.capacity as usize), workers)
    }

    fn push(queue: &mut Self::Handle, value: Value) -> Push {
        queue.push(value).map_or_else(Push::Full, |()| Push::Done)
    }

    fn pop(queue: &mut Self::Handle) -> Pop {
        queue.pop().map_or(Pop::Empty, Pop::Taken)
    }

    fn length(queue: &Self::Handle) -> Option<u64> {
        Some(queue.len() as u64)
    }
}

/// `queue.crossbeam_segmented`: a list of segments.
#[derive(Debug)]
pub struct SegQueueUnderTest;

impl QueueUnderTest for SegQueueUnderTest {
    type Params = UnboundedParams;
    type Handle = Arc<SegQueue<Value>>;
    const NAME: &'static str = "queue.crossbeam_segmented";
    const SUMMARY: &'static str = "the unbounded queue of the crate crossbeam-queue";
    const OPERATIONS: &'static [QueueOperation] = COUNTED;

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Self::Handle> {
        share(SegQueue::new(), workers)
    }

    fn push(queue: &mut Self::Handle, value: Value) -> Push {
        queue.push(value);
        Push::Done
    }

    fn pop(queue: &mut Self::Handle) -> Pop {
        queue.pop().map_or(Pop::Empty, Pop::Taken)
    }

    fn length(queue: &Self::Handle) -> Option<u64> {
        Some(queue.len() as u64)
    }
}
