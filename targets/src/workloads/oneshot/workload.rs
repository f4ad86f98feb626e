//! The workload that drives every channel for one value: many short lives, of which two workers each hold an end at the same time.

use super::oneshot_under_test::OneshotUnderTest;
use super::seat::{After, ReceiverSeat, SenderSeat, open};
use crate::containers::Padded;
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE};
use crate::workloads::judge::{Judge, Judged};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Duration;

/// A value comes out once: of the receiver, or back to the sender. One that was sent comes out to a receiver that asks.
pub(super) const DELIVERED: Oracle = Oracle::new(3, "delivered");
/// A channel says that it is empty or closed, or hands a value back, only if that can be so.
pub(super) const REFUSALS: Oracle = Oracle::new(4, "refusals");
/// Once a channel is closed, it says so and lets nothing in; and it says so of no other.
pub(super) const STAYS_CLOSED: Oracle = Oracle::new(5, "stays_closed");
/// Whoever waits at one end is woken by what is done at the other.
pub(super) const WOKEN: Oracle = Oracle::new(6, "woken");

operations! {
    /// What a channel is asked.
    pub enum OneshotOperation {
        Send = "send",
        TryReceive = "try_receive",
        Receive = "receive",
        Poll = "poll",
        Close = "close",
        IsClosed = "is_closed",
        PollClosed = "poll_closed",
        DropSender = "drop_sender",
        DropReceiver = "drop_receiver",
    }
}

squall_probe::params! {
    /// The parameters of channels; as many are open at a time as the load has keys.
    pub struct OneshotParams {
        wait_us: u64 = 100, in 0.0..=1000000.0, "how many microseconds `receive` waits at most";
    }
}

/// Channels under load: one a key at a time, and a fresh one once both its ends are gone. A worker that finds an end in another
/// worker's hands, or gone, leaves it.
///
/// Points: `oneshot.call` before each operation, where an error can be returned; `waker.wake` while a channel wakes whom it keeps
/// waiting.
pub struct OneshotWorkload<Q: OneshotUnderTest> {
    places: Box<[Place<Q>]>,
    numbers: AtomicU64,
    wait: Duration,
}

/// What one worker remembers: nothing.
#[derive(Debug, Default)]
pub struct OneshotLocal;

struct Place<Q: OneshotUnderTest> {
    sending: Padded<Mutex<Option<SenderSeat<Q>>>>,
    receiving: Padded<Mutex<Option<ReceiverSeat<Q>>>>,
}

impl<Q: OneshotUnderTest> Default for Place<Q> {
    fn default() -> Self {
        Self { sending: Padded(Mutex::new(None)), receiving: Padded(Mutex::new(None)) }
    }
}

impl<Q: OneshotUnderTest> Workload for OneshotWorkload<Q> {
    type Operation = OneshotOperation;
    type Params = OneshotParams;
    type Local = OneshotLocal;
    const NAME: &'static str = Q::NAME;
    const SUMMARY: &'static str = Q::SUMMARY;
    const OPERATIONS: &'static [OneshotOperation] = Q::OPERATIONS;
    const ORACLES: &'static [Oracle] =
        &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, DELIVERED, REFUSALS, STAYS_CLOSED, WOKEN];

    fn build(params: &OneshotParams, setup: &Setup) -> Result<Self, String> {
        let places = (0..setup.keys.max(1)).map(|_| Place::default()).collect();
        Ok(Self { places, numbers: AtomicU64::new(1), wait: Duration::from_micros(params.wait_us) })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut OneshotLocal,
        call: Call<OneshotOperation>,
    ) -> Result<(), OperationError> {
        point!("oneshot.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn check(self, locals: Vec<OneshotLocal>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::settle(check);
    }
}

impl<Q: OneshotUnderTest> Judged for OneshotWorkload<Q> {
    fn act(&self, judge: &mut impl Judge, worker: u32, _: &mut OneshotLocal, call: Call<OneshotOperation>) {
        let place = &self.places[call.key as usize % self.places.len()];
        match call.operation {
            OneshotOperation::Send
            | OneshotOperation::DropSender
            | OneshotOperation::IsClosed
            | OneshotOperation::PollClosed => self.at_sender(judge, worker, place, call.operation),
            OneshotOperation::TryReceive
            | OneshotOperation::Receive
            | OneshotOperation::Poll
            | OneshotOperation::Close
            | OneshotOperation::DropReceiver => self.at_receiver(judge, place, call.operation),
        }
    }

    fn settle(&self, _: Vec<OneshotLocal>, judge: &mut impl Judge) {
        for place in &self.places {
            if let Some(sending) = free(&place.sending).and_then(|mut seat| seat.take()) {
                sending.let_go();
            }
            if let Some(receiving) = free(&place.receiving).and_then(|mut seat| seat.take()) {
                receiving.let_go(judge);
            }
        }
    }
}

/// The end behind this lock, unless another worker uses it.
fn free<T>(seat: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match seat.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

impl<Q: OneshotUnderTest> OneshotWorkload<Q> {
    fn at_sender(&self, judge: &mut impl Judge, worker: u32, place: &Place<Q>, operation: OneshotOperation) {
        let Some(mut seat) = free(&place.sending) else { return };
        if seat.is_none()
            && let Some(mut other) = free(&place.receiving)
            && other.is_none()
        {
            self.renew(&mut seat, &mut other);
        }
        match (operation, &mut *seat) {
            (_, None) => {}
            (OneshotOperation::IsClosed, Some(sending)) => sending.is_closed(judge),
            (OneshotOperation::PollClosed, Some(sending)) => sending.poll_closed(judge),
            (operation, sending) => {
                let Some(sending) = sending.take() else { return };
                if operation == OneshotOperation::Send {
                    sending.send(judge, worker);
                } else {
                    sending.let_go();
                }
            }
        }
    }

    fn at_receiver(&self, judge: &mut impl Judge, place: &Place<Q>, operation: OneshotOperation) {
        let Some(mut seat) = free(&place.receiving) else { return };
        let after = match (operation, &mut *seat) {
            (_, None) => return,
            (_, Some(receiving)) if receiving.is_spent() => After::IsDone,
            (OneshotOperation::TryReceive, Some(receiving)) => receiving.try_receive(judge),
            (OneshotOperation::Receive, Some(receiving)) => receiving.receive(judge, self.wait),
            (OneshotOperation::Poll, Some(receiving)) => receiving.poll(judge),
            (OneshotOperation::Close, Some(receiving)) => {
                receiving.close(judge);
                After::Stays
            }
            (_, Some(_)) => After::IsDone,
        };
        if after == After::IsDone
            && let Some(receiving) = seat.take()
        {
            receiving.let_go(judge);
        }
    }

    fn renew(&self, sending: &mut Option<SenderSeat<Q>>, receiving: &mut Option<ReceiverSeat<Q>>) {
        let (sender, receiver) = open(self.numbers.fetch_add(1, Ordering::Relaxed));
        (*sending, *receiving) = (Some(sender), Some(receiver));
    }
}
