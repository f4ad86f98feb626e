//! The queues of the crate `concurrent-queue`, behind the adapter.

use crate::tracked::Value;
use crate::workloads::queue::{
    BoundedParams, COUNTED, Pop, Push, QueueOperation, QueueUnderTest, UnboundedParams, share,
};
use concurrent_queue::{ConcurrentQueue, PopError, PushError};
use std::sync::Arc;

/// `queue.concurrent_bounded`: a ring with a capacity.
#[derive(Debug)]
pub struct BoundedUnderTest;

/// `queue.concurrent_unbounded`: a list of segments.
#[derive(Debug)]
pub struct UnboundedUnderTest;

macro_rules! queue {
    ($queue:ty, $params:ty, $name:literal, $summary:literal, $open:expr) => {
        impl QueueUnderTest for $queue {
            type Params = $params;
            type Handle = Arc<ConcurrentQueue<Value>>;
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;
            const OPERATIONS: &'static [QueueOperation] = COUNTED;

            fn open(params: &$params, workers: usize) -> Vec<Self::Handle> {
                let open: fn(&$params) -> ConcurrentQueue<Value> = $open;
                share(open(params), workers)
            }

            fn push(queue: &mut Self::Handle, value: Value) -> Push {
                match queue.push(value) {
                    Ok(()) => Push::Done,
                    Err(PushError::Full(value)) => Push::Full(value),
                    Err(PushError::Closed(value)) => Push::Closed(value),
                }
            }

            fn pop(queue: &mut Self::Handle) -> Pop {
                match queue.pop() {
                    Ok(value) => Pop::Taken(value),
                    Err(PopError::Empty) => Pop::Empty,
                    Err(PopError::Closed) => Pop::Closed,
                }
            }

            fn length(queue: &Self::Handle) -> Option<u64> {
                Some(queue.len() as u64)
            }
        }
    };
}

queue!(
    BoundedUnderTest,
    BoundedParams,
    "queue.concurrent_bounded",
    "the bounded queue of the crate concurrent-queue",
    |params| ConcurrentQueue::bounded(params.capacity as usize)
);
queue!(
    UnboundedUnderTest,
    UnboundedParams,
    "queue.concurrent_unbounded",
    "the unbounded queue of the crate concurrent-queue",
    |_| ConcurrentQueue::unbounded()
);
