//! A worker's part in one round of a queue: its handle, what it put in and took out, and what it has seen of the order.

use super::counts::{Before, Counts};
use super::params::QueueParams;
use super::queue_under_test::{End, Pop, Push, QueueUnderTest};
use super::workload::{LENGTH, PRODUCER_ORDER, REFUSALS, STAYS_OPEN};
use crate::tracked::{OWN_VALUE, Value};
use crate::workloads::conservation::{Identity, Record};
use crate::workloads::judge::Judge;
use crate::workloads::relay::Visit;
use squall_probe::{Told, Verb};
use std::sync::{Mutex, PoisonError};

/// Of a worker's elements, only every eighth is watched going into a queue with a capacity: the counts are read with acquire
/// loads, which slow the workers down and could stand in for a fence that the queue lacks.
const WATCHED_EVERY: u64 = 8;

/// One round: the handles that wait for their workers, and the counts of all.
pub struct Round<Q: QueueUnderTest> {
    handles: Mutex<Vec<Q::Handle>>,
    pub(super) counts: Counts,
    pub(super) capacity: Option<u64>,
}

/// What a worker leaves behind when it leaves a round.
pub(super) type Part = (u32, Record);

impl<Q: QueueUnderTest> Round<Q> {
    pub(super) fn open(params: &Q::Params, workers: usize) -> Self {
        let handles = Mutex::new(Q::open(params, workers));
        Self { handles, counts: Counts::new(workers), capacity: params.capacity() }
    }

    /// A handle for a worker, unless they were let go because the next round has begun.
    pub(super) fn handle(&self) -> Option<Q::Handle> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Lets go of the handles that no worker has fetched.
    pub(super) fn let_go(&self) {
        let handles = std::mem::take(&mut *self.handles.lock().unwrap_or_else(PoisonError::into_inner));
        drop(handles);
    }
}

/// A worker in a round.
pub(super) struct Seat<Q: QueueUnderTest> {
    pub(super) visit: Visit<Round<Q>, Part>,
    pub(super) handle: Q::Handle,
    pub(super) record: Record,
    /// The next element that each producer's order allows.
    expected: Vec<u64>,
    pub(super) steps: u64,
    pub(super) worker: u32,
}

/// Takes an element out, and records that.
pub(super) fn recorded_pop(judge: &impl Judge, round: u64, pop: impl FnOnce() -> Pop) -> Pop {
    let question = judge.ask(round, Verb::Pop, None);
    let popped = pop();
    match &popped {
        Pop::Taken(value) if question.is_recorded() => judge.answer(question, Told::Number(value.number())),
        Pop::Taken(_) => {}
        Pop::Empty | Pop::Closed => judge.answer(question, Told::Nothing),
        Pop::Busy => judge.withdraw(question),
    }
    popped
}

impl<Q: QueueUnderTest> Seat<Q> {
    pub(super) fn new(visit: Visit<Round<Q>, Part>, handle: Q::Handle, worker: u32, workers: usize) -> Self {
        Self { visit, handle, record: Record::default(), expected: vec![0; workers], steps: 0, worker }
    }

    /// Puts an element in, one way or another; a queue that says it is full is asked again, with the counts at hand.
    pub(super) fn put(&mut self, judge: &mut impl Judge, way: impl FnOnce(&mut Q::Handle, Value) -> Push) {
        if !Q::has(&self.handle, End::Producer) {
            return;
        }
        if self.put_once(judge, way)
            && let Some(capacity) = self.visit.capacity
        {
            let before = self.visit.counts.before();
            if self.put_once(judge, Q::push) {
                let bounds = self.visit.counts.during(before);
                judge.expect(REFUSALS, bounds.most >= capacity, || {
                    format!("full, with room for {capacity} and at most {} in it", bounds.most)
                });
            }
        }
    }

    /// Hands on whether the queue said that it is full.
    fn put_once(&mut self, judge: &mut impl Judge, way: impl FnOnce(&mut Q::Handle, Value) -> Push) -> bool {
        let sequence = self.record.begin_put();
        let value = Value::new(self.visit.number(), self.worker, sequence);
        let watched = self.visit.capacity.is_some() && sequence.is_multiple_of(WATCHED_EVERY);
        let before = watched.then(|| self.visit.counts.before());
        self.visit.counts.of(self.worker).begin_put();
        let is_bounded = self.visit.capacity.is_some();
        let question = judge.ask(self.visit.number(), Verb::Push, Some(value.number()));
        let pushed = way(&mut self.handle, value);
        match &pushed {
            // A queue that can be full says of each element whether it took it in.
            Push::Done if is_bounded => judge.answer(question, Told::Applied),
            Push::Done => judge.answer(question, Told::Done),
            Push::Full(_) if is_bounded => judge.answer(question, Told::Refused),
            Push::Full(_) | Push::Closed(_) => judge.withdraw(question),
        }
        let counts = self.visit.counts.of(self.worker);
        let (full, returned) = match pushed {
            Push::Done => {
                counts.finish_put();
                self.record.put();
                self.expect_room(judge, before);
                return false;
            }
            Push::Full(value) => (true, value),
            Push::Closed(value) => (false, value),
        };
        counts.refuse_put();
        self.record.refused();
        let round = self.visit.number();
        let own = returned.belongs_to(round) && (returned.writer(), returned.sequence()) == (self.worker, sequence);
        judge.expect(OWN_VALUE, own, || format!("handed back: {}", returned.describe(round)));
        if !full {
            let open = Q::has(&self.handle, End::Consumer);
            judge.expect(STAYS_OPEN, !open, || "closed to producers, with a consumer there".to_owned());
        }
        full
    }

    /// States that a queue that took an element in had room for it.
    ///
    /// A right queue is never accused. At the moment at which it took the element in, it held fewer elements than its capacity.
    /// It then held whatever had been put in before the call, except for what had been taken out by then; all such takings
    /// had begun before the call ended, and those are counted whether they have ended or not. An element that is handed to
    /// a waiting consumer past the queue counts as taken in the same way, and if the last consumer goes and the queue drops
    /// what is in it, nothing is taken in after that.
    fn expect_room(&self, judge: &mut impl Judge, before: Option<Before>) {
        if let (Some(before), Some(capacity)) = (before, self.visit.capacity) {
            let least = self.visit.counts.during(before).least;
            judge.expect(REFUSALS, least < capacity, || {
                format!("took one more in, with room for {capacity} and at least {least} in it")
            });
        }
    }

    /// Takes an element out, one way or another; a queue that says it is empty is asked again, with the counts at hand.
    pub(super) fn take(&mut self, judge: &mut impl Judge, way: impl FnOnce(&mut Q::Handle) -> Pop) {
        if !Q::has(&self.handle, End::Consumer) {
            return;
        }
        if self.take_once(judge, way) {
            let before = self.visit.counts.before();
            if self.take_once(judge, Q::pop) {
                let bounds = self.visit.counts.during(before);
                judge.expect(REFUSALS, bounds.least == 0, || format!("empty, with at least {} in it", bounds.least));
            }
        }
    }

    /// Hands on whether the queue said that it is empty.
    fn take_once(&mut self, judge: &mut impl Judge, way: impl FnOnce(&mut Q::Handle) -> Pop) -> bool {
        self.record.begin_take();
        self.visit.counts.of(self.worker).begin_take();
        let popped = recorded_pop(judge, self.visit.number(), || way(&mut self.handle));
        let counts = self.visit.counts.of(self.worker);
        match popped {
            Pop::Taken(value) => {
                counts.finish_take();
                self.received(judge, &value);
                return false;
            }
            Pop::Empty | Pop::Busy | Pop::Closed => {
                counts.refuse_take();
                self.record.took_nothing();
            }
        }
        if matches!(popped, Pop::Closed) {
            let open = Q::has(&self.handle, End::Producer);
            judge.expect(STAYS_OPEN, !open, || "closed to consumers, with a producer there".to_owned());
        }
        matches!(popped, Pop::Empty)
    }

    fn received(&mut self, judge: &mut impl Judge, value: &Value) {
        let element = Identity { worker: value.writer(), sequence: value.sequence() };
        self.record.took(element);
        let round = self.visit.number();
        judge.expect(OWN_VALUE, value.belongs_to(round), || value.describe(round));
        if Q::in_order(&self.handle)
            && let Some(expected) = self.expected.get_mut(element.worker as usize)
        {
            let least = std::mem::replace(expected, element.sequence.saturating_add(1));
            judge.expect(PRODUCER_ORDER, element.sequence >= least, || {
                format!("{element} came out after #{} of the same worker", least - 1)
            });
        }
    }

    /// Asks for the length, if the queue promises one. Without a consumer of its own, the worker cannot know that there is
    /// one, and a queue that nobody will take anything from any more may drop what is in it.
    pub(super) fn measure(&mut self, judge: &mut impl Judge) {
        let before = self.visit.counts.before();
        if let Some(length) = Q::length(&self.handle) {
            let mut bounds = self.visit.counts.during(before);
            bounds.most = self.visit.capacity.map_or(bounds.most, |capacity| bounds.most.min(capacity));
            if !Q::has(&self.handle, End::Consumer) {
                bounds.least = 0;
            }
            judge.expect(LENGTH, (bounds.least..=bounds.most).contains(&length), || {
                format!("length {length}, with at least {} and at most {} in it", bounds.least, bounds.most)
            });
        }
    }
}
