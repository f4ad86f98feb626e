//! Either end of a channel, with what its user waits for. Whoever has the lock on an end is its only user; the two ends share no lock.

use super::life::Life;
use super::oneshot_under_test::{OneshotUnderTest, Receive};
use super::workload::{DELIVERED, REFUSALS, STAYS_CLOSED, WOKEN};
use crate::tracked::{OWN_VALUE, Value};
use crate::workloads::judge::Judge;
use crate::workloads::task::Alarm;
use squall_probe::write_back;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// The sending end.
pub(super) struct SenderSeat<Q: OneshotUnderTest> {
    life: Arc<Life>,
    sender: Q::Sender,
    waiting: Option<Arc<Alarm>>,
}

/// The receiving end.
pub(super) struct ReceiverSeat<Q: OneshotUnderTest> {
    life: Arc<Life>,
    receiver: Q::Receiver,
    waiting: Option<Arc<Alarm>>,
    /// The end may be of no more use: a call is under way, has had the last answer, or was ended by a panic.
    spent: bool,
}

/// Whether an end is of use after an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Stays,
    IsDone,
}

/// A fresh channel's ends.
pub(super) fn open<Q: OneshotUnderTest>(number: u64) -> (SenderSeat<Q>, ReceiverSeat<Q>) {
    let (life, (sender, receiver)) = (Arc::new(Life::begin(number)), Q::open());
    let sending = SenderSeat { life: Arc::clone(&life), sender, waiting: None };
    (sending, ReceiverSeat { life, receiver, waiting: None, spent: false })
}

/// Polls with an alarm of its own, so that whatever remembers an earlier one is found out.
fn polled<R>(poll: impl FnOnce(&mut Context<'_>) -> Poll<R>) -> Result<R, Arc<Alarm>> {
    let alarm = Alarm::new();
    match poll(&mut Context::from_waker(&Waker::from(Arc::clone(&alarm)))) {
        Poll::Ready(answer) => Ok(answer),
        Poll::Pending => Err(alarm),
    }
}

fn judge_value(judge: &mut impl Judge, life: &Life, value: &Value) {
    let number = life.number;
    judge.expect(OWN_VALUE, value.belongs_to(number), || value.describe(number));
    let before = life.came_out();
    judge.expect(DELIVERED, before == 0, || format!("the value of channel {number} came out {} times", before + 1));
}

impl<Q: OneshotUnderTest> SenderSeat<Q> {
    pub(super) fn send(self, judge: &mut impl Judge, worker: u32) {
        self.judge_alarm(judge);
        let Self { life, sender, .. } = self;
        let before = life.before();
        let value = Value::new(life.number, worker, 0);
        life.sender_goes();
        match Q::send(sender, value) {
            Ok(()) => {
                life.was_sent();
                judge.expect(STAYS_CLOSED, !before.closed, || {
                    "a value was let in after the channel was closed".to_owned()
                });
            }
            Err(value) => {
                let closed = life.may_be_closed();
                judge.expect(REFUSALS, closed, || "a value was handed back by an open channel".to_owned());
                judge_value(judge, &life, &value);
                life.was_abandoned();
            }
        }
    }

    pub(super) fn let_go(self) {
        let Self { life, sender, .. } = self;
        life.sender_goes();
        drop(sender);
        life.was_abandoned();
    }

    pub(super) fn is_closed(&self, judge: &mut impl Judge) {
        let before = self.life.before();
        let closed = Q::is_closed(&self.sender);
        self.judge_closed(judge, closed, before.closed);
    }

    pub(super) fn poll_closed(&mut self, judge: &mut impl Judge) {
        self.judge_alarm(judge);
        self.waiting = None;
        write_back(&mut self.waiting);
        let before = self.life.before();
        let answer = polled(|context| Q::poll_closed(&mut self.sender, context));
        self.judge_closed(judge, answer.is_ok(), before.closed);
        self.waiting = answer.err();
    }

    fn judge_closed(&self, judge: &mut impl Judge, closed: bool, before: bool) {
        let right = if closed { self.life.may_be_closed() } else { !before };
        judge.expect(STAYS_CLOSED, right, || {
            if closed { "an open channel said that it is closed" } else { "a closed channel said that it is open" }
                .to_owned()
        });
    }

    /// A sender that waits for the channel to be closed is woken by the time that is done.
    fn judge_alarm(&self, judge: &mut impl Judge) {
        if let Some(alarm) = &self.waiting
            && self.life.before().closed
        {
            judge.expect(WOKEN, alarm.has_rung(), || "the channel was closed, and its sender not woken".to_owned());
        }
    }
}

impl<Q: OneshotUnderTest> ReceiverSeat<Q> {
    /// Whether a panic left the end so that it cannot be asked any more.
    pub(super) const fn is_spent(&self) -> bool {
        self.spent
    }

    pub(super) fn try_receive(&mut self, judge: &mut impl Judge) -> After {
        self.answered(judge, Q::try_receive)
    }

    pub(super) fn poll(&mut self, judge: &mut impl Judge) -> After {
        self.judge_alarm(judge);
        // Should a panic end the poll, it is not known for whom the channel keeps the wake-up.
        self.waiting = None;
        write_back(&mut self.waiting);
        let mut waiting = None;
        let after = self.answered(judge, |receiver| {
            let answer = polled(|context| Q::poll(receiver, context));
            answer.unwrap_or_else(|alarm| {
                waiting = Some(alarm);
                Receive::Empty
            })
        });
        self.waiting = waiting;
        after
    }

    /// Waits for the value: by the channel's own means, or for a wake-up.
    pub(super) fn receive(&mut self, judge: &mut impl Judge, wait: Duration) -> After {
        if Q::WAITS {
            return self.answered(judge, |receiver| Q::receive(receiver, wait));
        }
        let after = self.poll(judge);
        if let (After::Stays, Some(alarm)) = (after, &self.waiting)
            && !self.life.may_be_closed()
        {
            alarm.wait(wait);
            return self.poll(judge);
        }
        after
    }

    pub(super) fn close(&mut self, judge: &mut impl Judge) {
        self.judge_alarm(judge);
        self.life.closes();
        Q::close(&mut self.receiver);
        self.life.was_closed();
        self.waiting = None;
    }

    pub(super) fn let_go(self, judge: &mut impl Judge) {
        self.judge_alarm(judge);
        let Self { life, receiver, .. } = self;
        life.closes();
        drop(receiver);
        life.was_closed();
    }

    /// Judges what a call is answered.
    fn answered(&mut self, judge: &mut impl Judge, call: impl FnOnce(&mut Q::Receiver) -> Receive) -> After {
        self.spent = true;
        write_back(&mut self.spent);
        let before = self.life.before();
        let (answer, there) = (call(&mut self.receiver), before.sent);
        match answer {
            Receive::Value(value) => {
                judge_value(judge, &self.life, &value);
                After::IsDone
            }
            Receive::Empty => {
                judge.expect(REFUSALS, !there && !before.abandoned, || {
                    let what = if there { "its value in" } else { "its sender gone" };
                    format!("a channel said that it is empty, with {what}")
                });
                self.spent = false;
                After::Stays
            }
            Receive::Closed => {
                judge.expect(DELIVERED, !there, || "a value was sent, and none came out".to_owned());
                let right = self.life.sender_may_be_gone() || before.closed;
                judge.expect(REFUSALS, right, || "an open channel said that nothing will come".to_owned());
                After::IsDone
            }
        }
    }

    /// A receiver that waits is woken by the time the value is in, or the sender gone; unless it has closed the channel itself.
    fn judge_alarm(&self, judge: &mut impl Judge) {
        let before = self.life.before();
        if let Some(alarm) = &self.waiting
            && !self.spent
            && (before.sent || before.abandoned)
        {
            judge.expect(WOKEN, alarm.has_rung(), || {
                let what = if before.sent { "the value was sent" } else { "the sender went" };
                format!("{what}, and the receiver was not woken")
            });
        }
    }
}
