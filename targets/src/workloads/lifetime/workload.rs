//! The workload that drives every region: workers use elements, retire them to a queue of finalisers, run finalisers, and
//! replace the container as a whole.

use super::lifetime_under_test::LifetimeUnderTest;
use crate::containers::{DropLedger, POISON};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An element that is used is alive, and the one that was asked for.
const LIVE_ELEMENT: Oracle = Oracle::new(0, "live_element");
/// Each element is dropped once.
const DROPPED_ONCE: Oracle = Oracle::new(1, "dropped_once");
/// More finalisers than these are not kept waiting; the oldest then runs at once.
const FINALISERS_MAX: usize = 32;

operations! {
    /// What a region is asked.
    pub enum LifetimeOperation {
        Use = "use",
        Retire = "retire",
        Finalise = "finalise",
        Replace = "replace",
    }
}

squall_probe::params! {
    /// The parameters of a region.
    pub struct LifetimeParams {
        elements: u64 = 64, in 1.0..=4096.0, "how many elements a region has";
    }
}

/// A region under load.
///
/// An element is used if nobody has retired it; the upper half of each region is used, the lower half retired, one after
/// another, so that a use never meets a drop that is right.
///
/// Points: `lifetime.call` before each operation, where an error can be returned; `lifetime.borrowed` between the finding of
/// an element and its use or drop.
#[derive(Debug)]
pub struct LifetimeWorkload<R> {
    current: Mutex<Arc<Held<R>>>,
    finalisers: Mutex<VecDeque<(Arc<Held<R>>, usize)>>,
    ledger: Arc<DropLedger>,
    elements: u64,
}

/// A region with what was retired of it.
#[derive(Debug)]
struct Held<R> {
    region: R,
    retired: AtomicU64,
}

impl<R: LifetimeUnderTest> Workload for LifetimeWorkload<R> {
    type Operation = LifetimeOperation;
    type Params = LifetimeParams;
    type Local = ();
    const NAME: &'static str = R::NAME;
    const SUMMARY: &'static str = R::SUMMARY;
    const ORACLES: &'static [Oracle] = &[LIVE_ELEMENT, DROPPED_ONCE];

    fn build(params: &LifetimeParams, _: &Setup) -> Result<Self, String> {
        let ledger = Arc::new(DropLedger::default());
        let current = Mutex::new(Arc::new(Held::new(params.elements, &ledger)));
        Ok(Self { current, finalisers: Mutex::default(), ledger, elements: params.elements })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<LifetimeOperation>) -> Result<(), OperationError> {
        point!("lifetime.call", |error| Err(error.into()));
        match call.operation {
            LifetimeOperation::Use => self.use_element(worker, call.key),
            LifetimeOperation::Retire => self.retire(worker),
            LifetimeOperation::Finalise => self.finalise(worker),
            LifetimeOperation::Replace => self.replace(),
        }
        Ok(())
    }

    fn check(self, _: Vec<()>, check: &mut FinalCheck) {
        while let Some((held, place)) = self.next_finaliser(0) {
            let first = held.region.region().drop_element(place);
            check.expect(DROPPED_ONCE, first, || told_again(place));
        }
        self.replace();
        let again = self.ledger.dropped_again();
        check.expect(DROPPED_ONCE, again == 0, || format!("{again} elements were dropped more than once"));
        let left = self.ledger.left();
        let expected = self.elements;
        check.expect(DROPPED_ONCE, left == expected, || format!("{left} elements are left instead of {expected}"));
    }
}

impl<R: LifetimeUnderTest> LifetimeWorkload<R> {
    fn use_element(&self, worker: &mut Worker, key: u64) {
        let held = Arc::clone(&lock(&self.current));
        let retirable = self.elements / 2;
        let place = retirable + key % (self.elements - retirable);
        let found = held.region.region().read(place as usize);
        worker.expect(LIVE_ELEMENT, found == Some(place), || match found {
            Some(POISON) => format!("element {place} was used after its region was freed"),
            other => format!("element {place} was {other:?}"),
        });
    }

    /// Leaves the dropping of an element to a finaliser; begins a next region once there is nothing left to retire.
    fn retire(&self, worker: &mut Worker) {
        let held = Arc::clone(&lock(&self.current));
        let place = held.retired.fetch_add(1, Ordering::Relaxed);
        if place < self.elements / 2 {
            lock(&self.finalisers).push_back((held, place as usize));
            self.finalise_beyond(worker, FINALISERS_MAX);
        } else {
            self.replace();
        }
    }

    fn finalise(&self, worker: &mut Worker) {
        self.finalise_beyond(worker, 0);
    }

    /// Runs the oldest finaliser if more than so many wait.
    fn finalise_beyond(&self, worker: &mut Worker, waiting: usize) {
        if let Some((held, place)) = self.next_finaliser(waiting) {
            let first = held.region.region().drop_element(place);
            worker.expect(DROPPED_ONCE, first, || told_again(place));
        }
    }

    fn next_finaliser(&self, waiting: usize) -> Option<(Arc<Held<R>>, usize)> {
        let mut finalisers = lock(&self.finalisers);
        (finalisers.len() > waiting).then(|| finalisers.pop_front())?
    }

    /// Puts a new region in the place of the present one.
    fn replace(&self) {
        let next = Arc::new(Held::new(self.elements, &self.ledger));
        let gone = std::mem::replace(&mut *lock(&self.current), next);
        gone.region.close();
    }
}

impl<R: LifetimeUnderTest> Held<R> {
    fn new(elements: u64, ledger: &Arc<DropLedger>) -> Self {
        Self { region: R::build(0..elements, ledger), retired: AtomicU64::new(0) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told_again(place: usize) -> String {
    format!("the finaliser of element {place} dropped what was dropped with its region")
}
