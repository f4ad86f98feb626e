//! The channels of the crate `flume`, behind the adapter.

use crate::tracked::Value;
use crate::workloads::queue::{BoundedParams, End, Ends, Pop, Push, QueueUnderTest, UnboundedParams};
use flume::{Receiver, RecvTimeoutError, SendTimeoutError, Sender, TryRecvError, TrySendError, bounded, unbounded};
use std::time::Duration;

type Handle = Ends<Sender<Value>, Receiver<Value>>;

/// `queue.flume_bounded`: a channel with a capacity.
#[derive(Debug)]
pub struct BoundedUnderTest;

/// `queue.flume_unbounded`: a channel without a capacity.
#[derive(Debug)]
pub struct UnboundedUnderTest;

macro_rules! channel {
    ($channel:ty, $params:ty, $name:literal, $summary:literal, $open:expr) => {
        impl QueueUnderTest for $channel {
            type Params = $params;
            type Handle = Handle;
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;
            const TELLS_CLOSED: bool = true;

            fn open(params: &$params, workers: usize) -> Vec<Handle> {
                let open: fn(&$params) -> (Sender<Value>, Receiver<Value>) = $open;
                let (producer, consumer) = open(params);
                Ends::for_all(producer, consumer, workers)
            }

            fn push(handle: &mut Handle, value: Value) -> Push {
                let Some(producer) = &handle.producer else { return Push::Closed(value) };
                match producer.try_send(value) {
                    Ok(()) => Push::Done,
                    Err(TrySendError::Full(value)) => Push::Full(value),
                    Err(TrySendError::Disconnected(value)) => Push::Closed(value),
                }
            }

            fn pop(handle: &mut Handle) -> Pop {
                let Some(consumer) = &handle.consumer else { return Pop::Closed };
                match consumer.try_recv() {
                    Ok(value) => Pop::Taken(value),
                    Err(TryRecvError::Empty) => Pop::Empty,
                    Err(TryRecvError::Disconnected) => Pop::Closed,
                }
            }

            fn send(handle: &mut Handle, value: Value, wait: Duration) -> Push {
                let Some(producer) = &handle.producer else { return Push::Closed(value) };
                match producer.send_timeout(value, wait) {
                    Ok(()) => Push::Done,
                    Err(SendTimeoutError::Timeout(value)) => Push::Full(value),
                    Err(SendTimeoutError::Disconnected(value)) => Push::Closed(value),
                }
            }

            fn receive(handle: &mut Handle, wait: Duration) -> Pop {
                let Some(consumer) = &handle.consumer else { return Pop::Closed };
                match consumer.recv_timeout(wait) {
                    Ok(value) => Pop::Taken(value),
                    Err(RecvTimeoutError::Timeout) => Pop::Empty,
                    Err(RecvTimeoutError::Disconnected) => Pop::Closed,
                }
            }

            fn length(handle: &Handle) -> Option<u64> {
                let producer = handle.producer.as_ref().map(Sender::len);
                producer.or_else(|| handle.consumer.as_ref().map(Receiver::len)).map(|length| length as u64)
            }

            fn close(handle: &mut Handle, end: End) {
                handle.close(end);
            }

            fn has(handle: &Handle, end: End) -> bool {
                handle.has(end)
            }
        }
    };
}

channel!(BoundedUnderTest, BoundedParams, "queue.flume_bounded", "the bounded channel of the crate flume", |params| {
    bounded(params.capacity as usize)
});
channel!(
    UnboundedUnderTest,
    UnboundedParams,
    "queue.flume_unbounded",
    "the unbounded channel of the crate flume",
    |_| unbounded()
);
