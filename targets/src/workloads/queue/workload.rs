//! The workload that drives every queue: producers and consumers that put in and take out, wait, give up an end, and begin
//! fresh queues while others are still busy with the old one.

use super::params::QueueParams;
use super::queue_under_test::{End, Pop, QueueUnderTest};
use super::script::QueueScripts;
use super::seat::{Part, Round, Seat, recorded_pop};
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE, in_callback};
use crate::workloads::conservation::{Identity, reckon};
use crate::workloads::judge::{Judge, Judged};
use crate::workloads::relay::{Ended, Relay};
use crate::workloads::script::{FamilyScripts, SCRIPT_ORACLES};
use squall_probe::script::{ScriptSource, Scripts};
use squall_probe::{
    Call, FinalCheck, HistoryModel, HistoryStart, OperationError, Oracle, Setup, Worker, Workload, operations, point,
};

/// Each element comes out once, and none is lost or invented. One answer is one round.
pub(super) const CONSERVED: Oracle = Oracle::new(3, "conserved");
/// A consumer gets the elements of each producer in the order in which they were put in.
pub(super) const PRODUCER_ORDER: Oracle = Oracle::new(4, "producer_order");
/// A queue says that it is full or empty only if it can have been so at some moment of the call, and takes nothing in that it
/// has no room for.
pub(super) const REFUSALS: Oracle = Oracle::new(5, "refusals");
/// The length that a queue tells is one that it can have had at some moment of the call.
pub(super) const LENGTH: Oracle = Oracle::new(6, "length");
/// A queue is closed only if nobody is left at the other end, and then says so.
pub(super) const STAYS_OPEN: Oracle = Oracle::new(7, "stays_open");

operations! {
    /// What a queue is asked.
    pub enum QueueOperation {
        Push = "push",
        Pop = "pop",
        Send = "send",
        Receive = "receive",
        Length = "length",
        HangUp = "hang_up",
        PushHeld = "push_held",
        PopHeld = "pop_held",
        Renew = "renew",
    }
}

/// A queue under load.
///
/// A worker whose handle lacks an end, because the queue has one consumer only or because the worker has hung up, leaves
/// what needs this end to others. A round ends when a worker is asked to `renew` it or has taken `round` steps in it. The
/// last worker to leave takes the rest out of every other round, so that it can be counted; in the rounds between, the
/// queue itself has to drop the rest.
///
/// Points: `queue.call` before each operation, where an error can be returned; `queue.push.inside` and `queue.pop.inside`
/// while a producer or a consumer holds a place of the queue; `queue.leave` before a worker lets go of its handle.
pub struct QueueWorkload<Q: QueueUnderTest> {
    relay: Relay<Round<Q>, Part>,
    params: Q::Params,
    workers: usize,
}

/// What one worker remembers: its place in the round that it takes part in.
pub struct QueueLocal<Q: QueueUnderTest> {
    seat: Option<Seat<Q>>,
}

impl<Q: QueueUnderTest> Default for QueueLocal<Q> {
    fn default() -> Self {
        Self { seat: None }
    }
}

impl<Q: QueueUnderTest> Workload for QueueWorkload<Q> {
    type Operation = QueueOperation;
    type Params = Q::Params;
    type Local = QueueLocal<Q>;
    const NAME: &'static str = Q::NAME;
    const SUMMARY: &'static str = Q::SUMMARY;
    const OPERATIONS: &'static [QueueOperation] = Q::OPERATIONS;
    const ORACLES: &'static [Oracle] =
        &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, CONSERVED, PRODUCER_ORDER, REFUSALS, LENGTH, STAYS_OPEN];
    const HISTORY: Option<HistoryModel> = Q::DISCIPLINE.history(<Q::Params as QueueParams>::BOUNDED);

    const SCRIPT_ORACLES: &'static [Oracle] = SCRIPT_ORACLES;

    fn build(params: &Q::Params, setup: &Setup) -> Result<Self, String> {
        let workers = setup.workers as usize;
        Ok(Self { relay: Relay::new(Round::open(params, workers)), params: params.clone(), workers })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut QueueLocal<Q>,
        call: Call<QueueOperation>,
    ) -> Result<(), OperationError> {
        point!("queue.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn history_start(&self) -> HistoryStart {
        HistoryStart { capacity: self.params.capacity(), first: None }
    }

    fn scripts(
        params: &Q::Params,
        setup: &Setup,
        scripts: Scripts,
        weights: &[u32],
    ) -> Result<Box<dyn ScriptSource>, String> {
        let family = QueueScripts::<Q>::new(params, weights, setup.workers)?;
        Ok(Box::new(FamilyScripts::new(family, setup.workers, scripts.operations)))
    }

    fn check(self, locals: Vec<QueueLocal<Q>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::reclaim_all(Q::reclaim);
        tracked::settle(check);
    }
}

impl<Q: QueueUnderTest> Judged for QueueWorkload<Q> {
    fn act(&self, judge: &mut impl Judge, worker: u32, local: &mut QueueLocal<Q>, call: Call<QueueOperation>) {
        self.take_seat(judge, worker, local);
        let Some(seat) = &mut local.seat else { return };
        seat.steps += 1;
        let wait = self.params.wait();
        match call.operation {
            QueueOperation::Push => seat.put(judge, Q::push),
            QueueOperation::Pop => seat.take(judge, Q::pop),
            QueueOperation::Send => seat.put(judge, |handle, value| Q::send(handle, value, wait)),
            QueueOperation::Receive => seat.take(judge, |handle| Q::receive(handle, wait)),
            QueueOperation::PushHeld => seat.put(judge, |handle, value| {
                Q::push_held(handle, value, || in_callback(|| point!("queue.push.inside")))
            }),
            QueueOperation::PopHeld => {
                seat.take(judge, |handle| Q::pop_held(handle, || in_callback(|| point!("queue.pop.inside"))));
            }
            QueueOperation::Length => seat.measure(judge),
            QueueOperation::HangUp => {
                let end = if call.key.is_multiple_of(2) { End::Producer } else { End::Consumer };
                Q::close(&mut seat.handle, end);
            }
            QueueOperation::Renew => self.renew(seat),
        }
    }

    fn settle(&self, locals: Vec<QueueLocal<Q>>, judge: &mut impl Judge) {
        reckon_round(self.relay.close(Round::let_go), None, judge);
        for seat in locals.into_iter().filter_map(|local| local.seat) {
            leave(seat, judge);
        }
    }
}

impl<Q: QueueUnderTest> QueueWorkload<Q> {
    /// Sees to it that the worker has a seat in the current round.
    fn take_seat(&self, judge: &mut impl Judge, worker: u32, local: &mut QueueLocal<Q>) {
        if let Some(seat) = &local.seat {
            if seat.visit.number() == self.relay.number() && seat.steps < self.params.round() {
                return;
            }
            self.renew(seat);
            // A panic here leaves the worker where it is: it comes by again with its next operation.
            point!("queue.leave");
        }
        if let Some(seat) = local.seat.take() {
            leave(seat, judge);
        }
        while local.seat.is_none() {
            let Some(visit) = self.relay.join() else { return };
            match visit.handle() {
                Some(handle) => local.seat = Some(Seat::new(visit, handle, worker, self.workers)),
                None => reckon_round(visit.leave(None), None, judge),
            }
        }
    }

    /// Begins the next round, unless another worker has done so.
    fn renew(&self, seat: &Seat<Q>) {
        if seat.visit.number() == self.relay.number()
            && self.relay.renew(&seat.visit, Round::open(&self.params, self.workers))
        {
            seat.visit.let_go();
        }
    }
}

/// Leaves a round. The last worker to leave takes the rest out of the queue and reckons.
///
/// The producer's end goes before the worker has left, the consumer's end after that: so the last one to leave knows that
/// every producer is gone, while other consumers may be going at this moment.
fn leave<Q: QueueUnderTest>(seat: Seat<Q>, judge: &mut impl Judge) {
    let Seat { visit, mut handle, record, worker, .. } = seat;
    Q::close(&mut handle, End::Producer);
    let ended = visit.leave(Some((worker, record)));
    let counted = ended.as_ref().is_some_and(|ended| ended.number() % 2 == 0) && Q::has(&handle, End::Consumer);
    let rest = counted.then(|| drain::<Q>(&mut handle, ended.as_ref().map_or(0, Ended::number), judge));
    reckon_round(ended, rest.as_deref(), judge);
}

/// Takes everything out that is left.
fn drain<Q: QueueUnderTest>(handle: &mut Q::Handle, round: u64, judge: &mut impl Judge) -> Vec<Identity> {
    let mut rest = Vec::new();
    loop {
        match recorded_pop(judge, round, || Q::pop(handle)) {
            Pop::Taken(value) => {
                judge.expect(OWN_VALUE, value.belongs_to(round), || value.describe(round));
                rest.push(Identity { worker: value.writer(), sequence: value.sequence() });
            }
            Pop::Busy => std::thread::yield_now(),
            nothing @ (Pop::Empty | Pop::Closed) => {
                let told = matches!(nothing, Pop::Closed) || !Q::TELLS_CLOSED;
                judge.expect(STAYS_OPEN, told, || "open to a consumer, with no producer left".to_owned());
                return rest;
            }
        }
    }
}

fn reckon_round<Q: QueueUnderTest>(
    ended: Option<Ended<Round<Q>, Part>>,
    rest: Option<&[Identity]>,
    judge: &mut impl Judge,
) {
    if let Some(ended) = ended {
        let reckoning = reckon(&ended.parts, rest);
        judge.expect(CONSERVED, reckoning.is_clean(), || format!("round {}: {reckoning}", ended.number()));
    }
}
