//! The workload that drives every shrinking list: workers append, truncate, and ask for the tail.

use super::bounds_under_test::BoundsUnderTest;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// A tail has the length that was asked for, if the list is known to be that long.
const WHOLE_TAIL: Oracle = Oracle::new(0, "whole_tail");
/// If a tail is refused, the bounds that are told are indeed beyond the length that is told.
const TRUE_BOUNDS: Oracle = Oracle::new(1, "true_bounds");
/// No truncation leaves fewer elements than these, so that a tail of as many is always there.
const LENGTH_MIN: usize = 8;

operations! {
    /// What a shrinking list is asked.
    pub enum BoundsOperation {
        Push = "push",
        Truncate = "truncate",
        Tail = "tail",
    }
}

squall_probe::params! {
    /// The parameters of a shrinking list.
    pub struct BoundsParams {
        length: u64 = 256, in 16.0..=65536.0, "how long the list grows";
    }
}

/// A shrinking list under load.
///
/// Points: `bounds.call` before each operation, where an error can be returned; `bounds.computed` between the computing of
/// bounds and the slicing; `snapshot.copied` while the repair changes its copy.
#[derive(Debug)]
pub struct BoundsWorkload<L> {
    list: L,
    length: usize,
}

impl<L: BoundsUnderTest> Workload for BoundsWorkload<L> {
    type Operation = BoundsOperation;
    type Params = BoundsParams;
    type Local = ();
    const NAME: &'static str = L::NAME;
    const SUMMARY: &'static str = L::SUMMARY;
    const ORACLES: &'static [Oracle] = &[WHOLE_TAIL, TRUE_BOUNDS];

    fn build(params: &BoundsParams, _: &Setup) -> Result<Self, String> {
        let (list, length) = (L::build(), params.length as usize);
        (0..length).for_each(|_| list.push(length));
        Ok(Self { list, length })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<BoundsOperation>) -> Result<(), OperationError> {
        point!("bounds.call", |error| Err(error.into()));
        match call.operation {
            BoundsOperation::Push => self.list.push(self.length),
            BoundsOperation::Truncate => {
                let length = call.key as usize % (self.length - LENGTH_MIN) + LENGTH_MIN;
                self.list.truncate(length);
            }
            BoundsOperation::Tail => self.tail(worker, call.key as usize % LENGTH_MIN + 1),
        }
        Ok(())
    }

    fn check(self, _: Vec<()>, check: &mut FinalCheck) {
        let told = self.list.tail(LENGTH_MIN);
        check.expect(WHOLE_TAIL, told.as_ref().is_ok_and(|tail| tail.len() == LENGTH_MIN), || format!("{told:?}"));
        check.expect(TRUE_BOUNDS, told.is_ok(), || "a list at rest refused its tail".to_owned());
    }
}

impl<L: BoundsUnderTest> BoundsWorkload<L> {
    /// To be refused is an answer that its asker can deal with, and no failure.
    fn tail(&self, worker: &mut Worker, count: usize) {
        match self.list.tail(count) {
            Ok(tail) => {
                worker.expect(WHOLE_TAIL, tail.len() == count, || format!("{} of {count} elements", tail.len()));
            }
            Err(bounds) => worker.expect(TRUE_BOUNDS, bounds.end > bounds.length, || bounds.to_string()),
        }
    }
}
