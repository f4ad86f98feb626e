//! `oneshot.futures`: the channel for one value of the crate `futures-channel`, behind the adapter, without a runtime.

use crate::tracked::Value;
use crate::workloads::oneshot::{ASYNCHRONOUS, OneshotOperation, OneshotUnderTest, Receive};
use futures_channel::oneshot::{self, Receiver, Sender};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The channel of the crate `futures-channel`.
#[derive(Debug)]
pub struct FuturesUnderTest;

impl OneshotUnderTest for FuturesUnderTest {
    type Sender = Sender<Value>;
    type Receiver = Receiver<Value>;
    const NAME: &'static str = "oneshot.futures";
    const SUMMARY: &'static str = "the channel for one value of the crate futures-channel";
    const OPERATIONS: &'static [OneshotOperation] = ASYNCHRONOUS;

    fn open() -> (Sender<Value>, Receiver<Value>) {
        oneshot::channel()
    }

    fn send(sender: Sender<Value>, value: Value) -> Result<(), Value> {
        sender.send(value)
    }

    fn try_receive(receiver: &mut Receiver<Value>) -> Receive {
        match receiver.try_recv() {
            Ok(Some(value)) => Receive::Value(value),
            Ok(None) => Receive::Empty,
            Err(_) => Receive::Closed,
        }
    }

    fn poll(receiver: &mut Receiver<Value>, context: &mut Context<'_>) -> Poll<Receive> {
        Pin::new(receiver).poll(context).map(|answer| answer.map_or(Receive::Closed, Receive::Value))
    }

    fn close(receiver: &mut Receiver<Value>) {
        receiver.close();
    }

    fn is_closed(sender: &Sender<Value>) -> bool {
        sender.is_canceled()
    }

    fn poll_closed(sender: &mut Sender<Value>, context: &mut Context<'_>) -> Poll<()> {
        sender.poll_canceled(context)
    }
}
