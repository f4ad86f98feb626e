//! The standard library's channels, behind the adapter. They have one consumer: the first worker of each round.

use crate::tracked::Value;
use crate::workloads::queue::{
    BoundedParams, End, Ends, Pop, Push, QueueOperation, QueueUnderTest, UNCOUNTED, UnboundedParams,
};
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, Sender, SyncSender, TryRecvError, TrySendError, channel, sync_channel,
};
use std::time::Duration;

/// `queue.std_bounded`: a channel with a capacity.
#[derive(Debug)]
pub struct BoundedUnderTest;

/// `queue.std_unbounded`: a channel without a capacity.
#[derive(Debug)]
pub struct UnboundedUnderTest;

/// What both channels have in common: the consumer's end, and how ends are given up.
macro_rules! consumer {
    () => {
        const TELLS_CLOSED: bool = true;

        fn pop(handle: &mut Self::Handle) -> Pop {
            let Some(consumer) = &handle.consumer else { return Pop::Closed };
            match consumer.try_recv() {
                Ok(value) => Pop::Taken(value),
                Err(TryRecvError::Empty) => Pop::Empty,
                Err(TryRecvError::Disconnected) => Pop::Closed,
            }
        }

        fn receive(handle: &mut Self::Handle, wait: Duration) -> Pop {
            let Some(consumer) = &handle.consumer else { return Pop::Closed };
            match consumer.recv_timeout(wait) {
                Ok(value) => Pop::Taken(value),
                Err(RecvTimeoutError::Timeout) => Pop::Empty,
                Err(RecvTimeoutError::Disconnected) => Pop::Closed,
            }
        }

        fn close(handle: &mut Self::Handle, end: End) {
            handle.close(end);
        }

        fn has(handle: &Self::Handle, end: End) -> bool {
            handle.has(end)
        }
    };
}

impl QueueUnderTest for BoundedUnderTest {
    type Params = BoundedParams;
    type Handle = Ends<SyncSender<Value>, Receiver<Value>>;
    const NAME: &'static str = "queue.std_bounded";
    const SUMMARY: &'static str = "the bounded channel of the standard library";
    const OPERATIONS: &'static [QueueOperation] = UNCOUNTED;
    consumer!();

    fn open(params: &BoundedParams, workers: usize) -> Vec<Self::Handle> {
        let (producer, consumer) = sync_channel(params.capacity as usize);
        Ends::for_one_consumer(producer, consumer, workers)
    }

    fn push(handle: &mut Self::Handle, value: Value) -> Push {
        let Some(producer) = &handle.producer else { return Push::Closed(value) };
        match producer.try_send(value) {
            Ok(()) => Push::Done,
            Err(TrySendError::Full(value)) => Push::Full(value),
            Err(TrySendError::Disconnected(value)) => Push::Closed(value),
        }
    }
}

impl QueueUnderTest for UnboundedUnderTest {
    type Params = UnboundedParams;
    type Handle = Ends<Sender<Value>, Receiver<Value>>;
    const NAME: &'static str = "queue.std_unbounded";
    const SUMMARY: &'static str = "the unbounded channel of the standard library";
    const OPERATIONS: &'static [QueueOperation] = UNCOUNTED;
    consumer!();

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Self::Handle> {
        let (producer, consumer) = channel();
        Ends::for_one_consumer(producer, consumer, workers)
    }

    fn push(handle: &mut Self::Handle, value: Value) -> Push {
        let Some(producer) = &handle.producer else { return Push::Closed(value) };
        producer.send(value).map_or_else(|refused| Push::Closed(refused.0), |()| Push::Done)
    }
}
