//! The workload that drives every append-only vector: workers push, look at places, walk over all elements, and begin fresh
//! vectors while others are still busy with the old one.

use super::vector_under_test::VectorUnderTest;
use crate::containers::Padded;
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE, Value, in_callback};
use crate::workloads::conservation::Identity;
use crate::workloads::judge::{Judge, Judged};
use crate::workloads::relay::{Ended, Relay, Visit};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::sync::atomic::{AtomicU64, Ordering};

/// The element that was pushed to a place is there from then on, and nowhere else.
const STAYS_IN_PLACE: Oracle = Oracle::new(3, "stays_in_place");
/// A walk shows every element whose push had finished before it began, each once and each worker's in order. One answer is
/// one walk.
const WHOLE_WALK: Oracle = Oracle::new(4, "whole_walk");
/// The length never gets less, counts every finished push, and no push that has not begun.
const LENGTH: Oracle = Oracle::new(5, "length");

operations! {
    /// What a vector is asked.
    pub enum VectorOperation {
        Push = "push",
        Get = "get",
        Walk = "walk",
        Length = "length",
        Renew = "renew",
    }
}

squall_probe::params! {
    /// The parameters of an append-only vector.
    pub struct VectorParams {
        round: u64 = 200, in 1.0..=100000.0, "how many steps a worker takes before it begins a fresh vector";
    }
}

/// An append-only vector under load.
///
/// Points: `vector.call` before each operation, where an error can be returned; `vector.walk.inside` while an element is
/// shown by a walk.
pub struct VectorWorkload<V> {
    relay: Relay<VectorRound<V>, ()>,
    round: u64,
    workers: usize,
}

/// One round: a vector, and how far each worker's pushes have come.
pub struct VectorRound<V> {
    vector: V,
    pushes: Box<[Padded<Pushes>]>,
}

/// One worker's pushes, by their numbers.
#[derive(Debug, Default)]
struct Pushes {
    begun: AtomicU64,
    finished: AtomicU64,
}

/// What one worker remembers: the round that it takes part in, and where its elements are.
pub struct VectorLocal<V> {
    seat: Option<Seat<V>>,
}

struct Seat<V> {
    visit: Visit<VectorRound<V>, ()>,
    places: Vec<usize>,
    length: usize,
    steps: u64,
}

impl<V> Default for VectorLocal<V> {
    fn default() -> Self {
        Self { seat: None }
    }
}

impl<V: VectorUnderTest> VectorRound<V> {
    fn begin(workers: usize) -> Self {
        Self { vector: V::empty(), pushes: (0..workers).map(|_| Padded::default()).collect() }
    }

    fn sum(&self, count: impl Fn(&Pushes) -> &AtomicU64) -> u64 {
        self.pushes.iter().map(|pushes| count(&pushes.0).load(Ordering::Acquire)).sum()
    }

    /// Walks over all elements, and complains of the first that is missing, doubled or out of order.
    fn walk(&self, round: u64, judge: &mut impl Judge) {
        let finished: Vec<u64> = self.pushes.iter().map(|pushes| pushes.0.finished.load(Ordering::Acquire)).collect();
        let mut seen = vec![0_u64; finished.len()];
        let mut complaint = None;
        self.vector.for_each(|place, value| {
            in_callback(|| point!("vector.walk.inside"));
            judge.expect(OWN_VALUE, value.belongs_to(round), || value.describe(round));
            let element = Identity { worker: value.writer(), sequence: value.sequence() };
            match seen.get_mut(element.worker as usize) {
                Some(next) if element.sequence == *next => *next += 1,
                Some(next) => {
                    let next = *next;
                    complaint.get_or_insert_with(|| format!("{element} at place {place} instead of #{next}"));
                }
                None => {
                    complaint.get_or_insert_with(|| format!("{element} at place {place} is of no worker"));
                }
            }
        });
        for (worker, (seen, finished)) in seen.iter().zip(&finished).enumerate().filter(|(_, (seen, all))| seen < all) {
            complaint.get_or_insert_with(|| {
                format!("worker {worker} had pushed {finished} elements, and {seen} of them were shown")
            });
        }
        judge.expect(WHOLE_WALK, complaint.is_none(), || complaint.unwrap_or_default());
    }
}

impl<V: VectorUnderTest> Workload for VectorWorkload<V> {
    type Operation = VectorOperation;
    type Params = VectorParams;
    type Local = VectorLocal<V>;
    const NAME: &'static str = V::NAME;
    const SUMMARY: &'static str = V::SUMMARY;
    const ORACLES: &'static [Oracle] =
        &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, STAYS_IN_PLACE, WHOLE_WALK, LENGTH];

    fn build(params: &VectorParams, setup: &Setup) -> Result<Self, String> {
        let workers = setup.workers as usize;
        let relay = Relay::new(VectorRound::begin(workers));
        Ok(Self { relay, round: params.round, workers })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut VectorLocal<V>,
        call: Call<VectorOperation>,
    ) -> Result<(), OperationError> {
        point!("vector.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn check(self, locals: Vec<VectorLocal<V>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::settle(check);
    }
}

impl<V: VectorUnderTest> Judged for VectorWorkload<V> {
    fn act(&self, judge: &mut impl Judge, worker: u32, local: &mut VectorLocal<V>, call: Call<VectorOperation>) {
        self.take_seat(judge, local);
        let Some(seat) = &mut local.seat else { return };
        seat.steps += 1;
        match call.operation {
            VectorOperation::Push => seat.push(judge, worker),
            VectorOperation::Get => seat.get(judge, worker, call.key),
            VectorOperation::Walk => seat.visit.walk(seat.visit.number(), judge),
            VectorOperation::Length => seat.measure(judge),
            VectorOperation::Renew => self.renew(seat),
        }
    }

    fn settle(&self, locals: Vec<VectorLocal<V>>, judge: &mut impl Judge) {
        end_round(self.relay.close(|_| ()), judge);
        for seat in locals.into_iter().filter_map(|local| local.seat) {
            end_round(seat.visit.leave(None), judge);
        }
    }
}

impl<V: VectorUnderTest> VectorWorkload<V> {
    fn take_seat(&self, judge: &mut impl Judge, local: &mut VectorLocal<V>) {
        if let Some(seat) = &local.seat {
            if seat.visit.number() == self.relay.number() && seat.steps < self.round {
                return;
            }
            self.renew(seat);
        }
        if let Some(seat) = local.seat.take() {
            end_round(seat.visit.leave(None), judge);
        }
        local.seat = self.relay.join().map(|visit| Seat { visit, places: Vec::new(), length: 0, steps: 0 });
    }

    fn renew(&self, seat: &Seat<V>) {
        if seat.visit.number() == self.relay.number() {
            self.relay.renew(&seat.visit, VectorRound::begin(self.workers));
        }
    }
}

/// The last look at a vector: all pushes have finished, so a walk has to show every element.
fn end_round<V: VectorUnderTest>(ended: Option<Ended<VectorRound<V>, ()>>, judge: &mut impl Judge) {
    if let Some(ended) = ended {
        ended.walk(ended.number(), judge);
        let (pushed, length) = (ended.sum(|pushes| &pushes.finished), ended.vector.length() as u64);
        let begun = ended.sum(|pushes| &pushes.begun);
        judge.expect(LENGTH, (pushed..=begun).contains(&length), || format!("{pushed} pushed, length {length}"));
    }
}

impl<V: VectorUnderTest> Seat<V> {
    /// A worker whose push ended with a panic pushes no more in this round: it is open whether that element is there.
    fn push(&mut self, judge: &mut impl Judge, worker: u32) {
        let round = self.visit.number();
        let pushes = &self.visit.pushes[worker as usize].0;
        let sequence = pushes.finished.load(Ordering::Relaxed);
        if pushes.begun.load(Ordering::Relaxed) > sequence {
            return;
        }
        pushes.begun.store(sequence + 1, Ordering::Release);
        let place = self.visit.vector.push(Value::new(round, worker, sequence));
        pushes.finished.store(sequence + 1, Ordering::Release);
        self.places.push(place);
        self.look(judge, worker, sequence, place);
    }

    /// Looks at one of the worker's own elements.
    fn get(&self, judge: &mut impl Judge, worker: u32, key: u64) {
        let sequence = key.checked_rem(self.places.len() as u64);
        if let Some(sequence) = sequence {
            self.look(judge, worker, sequence, self.places[sequence as usize]);
        }
    }

    fn look(&self, judge: &mut impl Judge, worker: u32, sequence: u64, place: usize) {
        let round = self.visit.number();
        let element = Identity { worker, sequence };
        let look = |value: &Value| {
            let same = (value.writer(), value.sequence()) == (worker, sequence) && value.belongs_to(round);
            (!same).then(|| value.describe(round))
        };
        let found = self.visit.vector.get(place, look);
        judge.expect(STAYS_IN_PLACE, matches!(found, Some(None)), || {
            let found = found.flatten().unwrap_or_else(|| "nothing is there".to_owned());
            format!("place {place} of {element}: {found}")
        });
    }

    fn measure(&mut self, judge: &mut impl Judge) {
        let finished = self.visit.sum(|pushes| &pushes.finished);
        let length = self.visit.vector.length();
        let begun = self.visit.sum(|pushes| &pushes.begun);
        let before = std::mem::replace(&mut self.length, length);
        let right = length >= before && (finished..=begun).contains(&(length as u64));
        judge.expect(LENGTH, right, || {
            format!("length {length} after {before}, with {finished} pushes finished before and {begun} begun after")
        });
    }
}
