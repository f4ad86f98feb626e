//! What a queue, channel, stack or work-stealing deque has to offer to be put under load: the adapter that one workload
//! drives them all through.

use super::params::QueueParams;
use super::workload::QueueOperation;
use crate::tracked::Value;
use squall_probe::HistoryModel;
use std::time::Duration;

/// A queue under test. Each worker has a handle of its own, which is what the queue gives a producer, a consumer, or both.
pub trait QueueUnderTest: Sized + 'static {
    /// The queue's parameters.
    type Params: QueueParams;
    /// What a worker holds of a queue.
    type Handle: Send + 'static;
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// Whether a consumer is told at once, and for good, that all producers are gone and nothing is left.
    const TELLS_CLOSED: bool = false;
    /// Which element is taken out.
    const DISCIPLINE: Discipline = Discipline::FirstInFirstOut;
    /// What the queue offers: the operations that a mix may name.
    const OPERATIONS: &'static [QueueOperation] = CHANNEL;

    /// Opens a fresh queue; hands on one handle for each worker.
    fn open(params: &Self::Params, workers: usize) -> Vec<Self::Handle>;

    /// Puts an element in, if that can be done at once. Asked only of a handle with a producer's end.
    fn push(handle: &mut Self::Handle, value: Value) -> Push;

    /// Takes an element out, if that can be done at once. Asked only of a handle with a consumer's end.
    fn pop(handle: &mut Self::Handle) -> Pop;

    /// Puts an element in, and waits so long for room. A queue without this does what `push` does.
    fn send(handle: &mut Self::Handle, value: Value, wait: Duration) -> Push {
        let _ = wait;
        Self::push(handle, value)
    }

    /// Takes an element out, and waits so long for one. A queue without this does what `pop` does.
    fn receive(handle: &mut Self::Handle, wait: Duration) -> Pop {
        let _ = wait;
        Self::pop(handle)
    }

    /// Puts an element in, and calls `hold` while the queue has given it the place and waits for the element. Only for
    /// queues that let a producer write in their own memory.
    fn push_held(handle: &mut Self::Handle, value: Value, hold: impl FnOnce()) -> Push {
        let _ = (handle, value, hold);
        not_offered::<Self>(QueueOperation::PushHeld)
    }

    /// Takes an element out, and calls `hold` while the queue has only lent it, and its place is not free yet. Only for
    /// queues that let a consumer read in their own memory.
    fn pop_held(handle: &mut Self::Handle, hold: impl FnOnce()) -> Pop {
        let _ = (handle, hold);
        not_offered::<Self>(QueueOperation::PopHeld)
    }

    /// How many elements are in the queue at one moment of the call; `None` if the queue promises no such number.
    fn length(handle: &Self::Handle) -> Option<u64> {
        let _ = handle;
        None
    }

    /// Whether this handle takes each producer's elements out in the order in which they were put in.
    fn in_order(handle: &Self::Handle) -> bool {
        let _ = handle;
        true
    }

    /// Gives one end of the handle up, if it has such ends.
    fn close(handle: &mut Self::Handle, end: End) {
        let _ = (handle, end);
    }

    /// Which ends the handle has.
    fn has(handle: &Self::Handle, end: End) -> bool {
        let _ = (handle, end);
        true
    }

    /// Lets drops happen that queues of this kind put off; it is called again and again once the queue is dropped.
    fn reclaim() {}
}

fn not_offered<Q: QueueUnderTest>(operation: QueueOperation) -> ! {
    unreachable!("{} does not offer {operation:?}, and a mix that names it is refused", Q::NAME)
}

/// What a channel offers.
pub const CHANNEL: &[QueueOperation] = &[
    QueueOperation::Push,
    QueueOperation::Pop,
    QueueOperation::Send,
    QueueOperation::Receive,
    QueueOperation::Length,
    QueueOperation::HangUp,
    QueueOperation::Renew,
];
/// What a queue offers that only takes in and gives out.
pub const PLAIN: &[QueueOperation] = &[QueueOperation::Push, QueueOperation::Pop, QueueOperation::Renew];
/// What a queue offers that knows its length, too.
pub const COUNTED: &[QueueOperation] =
    &[QueueOperation::Push, QueueOperation::Pop, QueueOperation::Length, QueueOperation::Renew];
/// What a queue offers that lends its places to producers and consumers.
pub const HELD: &[QueueOperation] = &[
    QueueOperation::Push,
    QueueOperation::Pop,
    QueueOperation::PushHeld,
    QueueOperation::PopHeld,
    QueueOperation::Renew,
];
/// What a channel offers that does not know its length.
pub const UNCOUNTED: &[QueueOperation] = &[
    QueueOperation::Push,
    QueueOperation::Pop,
    QueueOperation::Send,
    QueueOperation::Receive,
    QueueOperation::HangUp,
    QueueOperation::Renew,
];

/// Which element is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discipline {
    /// The first one, as of a queue.
    FirstInFirstOut,
    /// The last one, as of a stack.
    LastInFirstOut,
    /// Whoever can put elements in takes the last one out, the others the first one.
    OwnerLastThievesFirst,
    /// Any.
    Any,
}

impl Discipline {
    /// What a queue of this discipline is in a history, with a capacity or without; `None` if there is no model of it.
    #[must_use]
    pub const fn history(self, bounded: bool) -> Option<HistoryModel> {
        match (self, bounded) {
            (Self::FirstInFirstOut, false) => Some(HistoryModel::Queue),
            (Self::FirstInFirstOut, true) => Some(HistoryModel::BoundedQueue),
            (Self::LastInFirstOut, false) => Some(HistoryModel::Stack),
            (Self::LastInFirstOut, true) | (Self::OwnerLastThievesFirst | Self::Any, _) => None,
        }
    }
}

/// One end of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Where elements are put in.
    Producer,
    /// Where elements are taken out.
    Consumer,
}

/// What became of an element that was to be put in.
#[derive(Debug)]
pub enum Push {
    /// It is in.
    Done,
    /// There is no room; here it is again.
    Full(Value),
    /// There is no consumer any more; here it is again.
    Closed(Value),
}

/// What was taken out.
#[derive(Debug)]
pub enum Pop {
    /// This element.
    Taken(Value),
    /// Nothing: there is nothing in the queue.
    Empty,
    /// Nothing: another consumer was in the way, and nothing is said about the queue.
    Busy,
    /// Nothing: there is nothing in the queue, and there is no producer any more.
    Closed,
}
