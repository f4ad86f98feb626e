//! The channels of the crate `oneshot`, behind the adapter. A receiver cannot close one but by going.

use crate::tracked::Value;
use crate::workloads::oneshot::{OneshotOperation, OneshotUnderTest, Receive};
use oneshot::{AsyncReceiver, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// `oneshot.oneshot`: the channel whose receiver waits on its thread.
#[derive(Debug)]
pub struct BlockingUnderTest;

/// `oneshot.oneshot_async`: the channel whose receiver is polled.
#[derive(Debug)]
pub struct AsyncUnderTest;

impl OneshotUnderTest for BlockingUnderTest {
    type Sender = Sender<Value>;
    type Receiver = Receiver<Value>;
    const NAME: &'static str = "oneshot.oneshot";
    const SUMMARY: &'static str = "the channel for one value of the crate oneshot, whose receiver waits on its thread";
    const OPERATIONS: &'static [OneshotOperation] = &[
        OneshotOperation::Send,
        OneshotOperation::TryReceive,
        OneshotOperation::Receive,
        OneshotOperation::IsClosed,
        OneshotOperation::DropSender,
        OneshotOperation::DropReceiver,
    ];
    const WAITS: bool = true;

    fn open() -> (Sender<Value>, Receiver<Value>) {
        oneshot::channel()
    }

    fn send(sender: Sender<Value>, value: Value) -> Result<(), Value> {
        sender.send(value).map_err(oneshot::SendError::into_inner)
    }

    fn try_receive(receiver: &mut Receiver<Value>) -> Receive {
        match receiver.try_recv() {
            Ok(value) => Receive::Value(value),
            Err(TryRecvError::Empty) => Receive::Empty,
            Err(TryRecvError::Disconnected) => Receive::Closed,
        }
    }

    fn receive(receiver: &mut Receiver<Value>, wait: Duration) -> Receive {
        match receiver.recv_timeout(wait) {
            Ok(value) => Receive::Value(value),
            Err(RecvTimeoutError::Timeout) => Receive::Empty,
            Err(RecvTimeoutError::Disconnected) => Receive::Closed,
        }
    }

    fn is_closed(sender: &Sender<Value>) -> bool {
        sender.is_closed()
    }
}

impl OneshotUnderTest for AsyncUnderTest {
    type Sender = Sender<Value>;
    type Receiver = AsyncReceiver<Value>;
    const NAME: &'static str = "oneshot.oneshot_async";
    const SUMMARY: &'static str = "the channel for one value of the crate oneshot, whose receiver is polled";
    const OPERATIONS: &'static [OneshotOperation] = &[
        OneshotOperation::Send,
        OneshotOperation::Receive,
        OneshotOperation::Poll,
        OneshotOperation::IsClosed,
        OneshotOperation::DropSender,
        OneshotOperation::DropReceiver,
    ];

    fn open() -> (Sender<Value>, AsyncReceiver<Value>) {
        oneshot::async_channel()
    }

    fn send(sender: Sender<Value>, value: Value) -> Result<(), Value> {
        sender.send(value).map_err(oneshot::SendError::into_inner)
    }

    fn poll(receiver: &mut AsyncReceiver<Value>, context: &mut Context<'_>) -> Poll<Receive> {
        Pin::new(receiver).poll(context).map(|answer| answer.map_or(Receive::Closed, Receive::Value))
    }

    fn is_closed(sender: &Sender<Value>) -> bool {
        sender.is_closed()
    }
}
