//! `oneshot.tokio`: the channel for one value of the crate `tokio`, behind the adapter, without a runtime.

use crate::tracked::Value;
use crate::workloads::oneshot::{ASYNCHRONOUS, OneshotOperation, OneshotUnderTest, Receive};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::oneshot::{self, Receiver, Sender, error::TryRecvError};

/// The channel of the crate `tokio`.
#[derive(Debug)]
pub struct TokioUnderTest;

impl OneshotUnderTest for TokioUnderTest {
    type Sender = Sender<Value>;
    type Receiver = Receiver<Value>;
    const NAME: &'static str = "oneshot.tokio";
    const SUMMARY: &'static str = "the channel for one value of the crate tokio";
    const OPERATIONS: &'static [OneshotOperation] = ASYNCHRONOUS;

    fn open() -> (Sender<Value>, Receiver<Value>) {
        oneshot::channel()
    }

    fn send(sender: Sender<Value>, value: Value) -> Result<(), Value> {
        sender.send(value)
    }

    fn try_receive(receiver: &mut Receiver<Value>) -> Receive {
        match receiver.try_recv() {
            Ok(value) => Receive::Value(value),
            Err(TryRecvError::Empty) => Receive::Empty,
            Err(TryRecvError::Closed) => Receive::Closed,
        }
    }

    fn poll(receiver: &mut Receiver<Value>, context: &mut Context<'_>) -> Poll<Receive> {
        Pin::new(receiver).poll(context).map(|answer| answer.map_or(Receive::Closed, Receive::Value))
    }

    fn close(receiver: &mut Receiver<Value>) {
        receiver.close();
    }

    fn is_closed(sender: &Sender<Value>) -> bool {
        sender.is_closed()
    }

    fn poll_closed(sender: &mut Sender<Value>, context: &mut Context<'_>) -> Poll<()> {
        sender.poll_closed(context)
    }
}
