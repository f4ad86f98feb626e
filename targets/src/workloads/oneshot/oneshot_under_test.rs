//! What a channel for one value has to offer to be put under load: the adapter that one workload drives them all through.

use super::workload::OneshotOperation;
use crate::tracked::Value;
use std::task::{Context, Poll};
use std::time::Duration;

/// A channel for one value under test. Every channel has `send` and either end's drop; what else it has it lists in `OPERATIONS`,
/// and only that is asked of it.
pub trait OneshotUnderTest: Sized + Send + Sync + 'static {
    /// The end that the value goes in at.
    type Sender: Send + 'static;
    /// The end that it comes out of.
    type Receiver: Send + 'static;
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// The operations that the channel has.
    const OPERATIONS: &'static [OneshotOperation];
    /// Whether a receiver can wait by the channel's own means; else it is polled, and waits to be woken.
    const WAITS: bool = false;

    /// A fresh channel.
    fn open() -> (Self::Sender, Self::Receiver);

    /// Puts the value in.
    ///
    /// # Errors
    /// Hands the value back if there is no receiver, or if it has closed the channel.
    fn send(sender: Self::Sender, value: Value) -> Result<(), Value>;

    /// The value, if it is there.
    fn try_receive(_receiver: &mut Self::Receiver) -> Receive {
        not_offered::<Self>(OneshotOperation::TryReceive)
    }

    /// The value, if it comes within so long. Only of a channel that waits by itself.
    fn receive(_receiver: &mut Self::Receiver, _wait: Duration) -> Receive {
        not_offered::<Self>(OneshotOperation::Receive)
    }

    /// The value, if it is there; else the task is to be woken once it is, or once it is certain that none will come.
    fn poll(_receiver: &mut Self::Receiver, _context: &mut Context<'_>) -> Poll<Receive> {
        not_offered::<Self>(OneshotOperation::Poll)
    }

    /// Lets no value in from now on.
    fn close(_receiver: &mut Self::Receiver) {
        not_offered::<Self>(OneshotOperation::Close)
    }

    /// Whether a value would be handed back.
    fn is_closed(_sender: &Self::Sender) -> bool {
        not_offered::<Self>(OneshotOperation::IsClosed)
    }

    /// Ready once a value would be handed back; else the task is to be woken then.
    fn poll_closed(_sender: &mut Self::Sender, _context: &mut Context<'_>) -> Poll<()> {
        not_offered::<Self>(OneshotOperation::PollClosed)
    }
}

fn not_offered<Q: OneshotUnderTest>(operation: OneshotOperation) -> ! {
    unreachable!("{} does not offer {operation:?}, and a mix that names it is refused", Q::NAME)
}

/// What a receiver was answered.
#[derive(Debug)]
pub enum Receive {
    /// The value.
    Value(Value),
    /// It is not there yet.
    Empty,
    /// None will come.
    Closed,
}

/// What a channel offers whose receiver is polled, and can close it.
pub const ASYNCHRONOUS: &[OneshotOperation] = &[
    OneshotOperation::Send,
    OneshotOperation::TryReceive,
    OneshotOperation::Receive,
    OneshotOperation::Poll,
    OneshotOperation::Close,
    OneshotOperation::IsClosed,
    OneshotOperation::PollClosed,
    OneshotOperation::DropSender,
    OneshotOperation::DropReceiver,
];
