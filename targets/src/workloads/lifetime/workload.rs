//! The workload that drives every region: workers use elements, retire them, run finalisers, and replace the container as a
//! whole, which is quick: only what is under way just then can come too late.

use super::lifetime_under_test::LifetimeUnderTest;
use crate::containers::{DropLedger, POISON, Region};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::sync::{Arc, Mutex, PoisonError};

/// An element that is used is alive, and the one that was asked for.
const LIVE_ELEMENT: Oracle = Oracle::new(0, "live_element");
/// Each element is dropped once.
const DROPPED_ONCE: Oracle = Oracle::new(1, "dropped_once");

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
        elements: u64 = 64, in 2.0..=4096.0, "how many elements a region has";
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
    current: Mutex<Arc<R>>,
    ledger: Arc<DropLedger>,
    elements: u64,
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
        let current = Mutex::new(Arc::new(R::build(0..params.elements, &ledger)));
        Ok(Self { current, ledger, elements: params.elements })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<LifetimeOperation>) -> Result<(), OperationError> {
        point!("lifetime.call", |error| Err(error.into()));
        match call.operation {
            LifetimeOperation::Use => self.use_element(worker, call.key),
            LifetimeOperation::Retire => self.retire(),
            LifetimeOperation::Finalise => self.finalise(worker),
            LifetimeOperation::Replace => self.replace(),
        }
        Ok(())
    }

    fn check(self, _: Vec<()>, check: &mut FinalCheck) {
        while let Some((place, first)) = R::apply(&self.current, Region::finalise_next) {
            check.expect(DROPPED_ONCE, first, || told_again(place));
        }
        self.replace();
        let expected = self.elements;
        R::settle(&self.ledger, expected);
        let again = self.ledger.dropped_again();
        check.expect(DROPPED_ONCE, again == 0, || format!("{again} elements were dropped more than once"));
        let left = self.ledger.left();
        check.expect(DROPPED_ONCE, left == expected, || format!("{left} elements are left instead of {expected}"));
    }
}

impl<R: LifetimeUnderTest> LifetimeWorkload<R> {
    fn use_element(&self, worker: &mut Worker, key: u64) {
        let retirable = self.elements / 2;
        let place = retirable + key % (self.elements - retirable);
        let found = R::apply(&self.current, |region| region.read(place as usize));
        worker.expect(LIVE_ELEMENT, found == Some(place), || match found {
            Some(POISON) => format!("element {place} was used after its region was freed"),
            other => format!("element {place} was {other:?}"),
        });
    }

    /// Leaves the dropping of an element to a finaliser; begins a next region once there is nothing left to retire.
    fn retire(&self) {
        if !R::apply(&self.current, |region| region.retire(self.elements as usize / 2)) {
            self.replace();
        }
    }

    /// Runs the finaliser that waits longest, if any does.
    fn finalise(&self, worker: &mut Worker) {
        if let Some((place, first)) = R::apply(&self.current, Region::finalise_next) {
            worker.expect(DROPPED_ONCE, first, || told_again(place));
        }
    }

    /// Puts a new region in the place of the present one.
    fn replace(&self) {
        let next = Arc::new(R::build(0..self.elements, &self.ledger));
        let gone = std::mem::replace(&mut *self.current.lock().unwrap_or_else(PoisonError::into_inner), next);
        gone.close();
    }
}

fn told_again(place: usize) -> String {
    format!("the finaliser of element {place} dropped what was dropped with its region")
}
