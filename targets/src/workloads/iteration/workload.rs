//! The workload that drives every sequence: workers move money between its elements, make it longer and shorter, and walk it.

use super::accounts::{Accounts, Seen};
use super::sequence_under_test::SequenceUnderTest;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// A walk comes to the sum that the sequence has at every moment.
const ONE_MOMENT: Oracle = Oracle::new(0, "one_moment");
/// A walk shows no element that was cut off.
const WITHIN_BOUNDS: Oracle = Oracle::new(1, "within_bounds");

operations! {
    /// What a sequence is asked.
    pub enum IterationOperation {
        Transfer = "transfer",
        Grow = "grow",
        Truncate = "truncate",
        Walk = "walk",
    }
}

squall_probe::params! {
    /// The parameters of a sequence.
    pub struct IterationParams {
        length: u64 = 64, in 8.0..=65536.0, "how long the sequence grows";
    }
}

/// A sequence under load.
///
/// Points: `iteration.call` before each operation, where an error can be returned; `iteration.between` in the middle of a
/// walk; `snapshot.copied` while the repair changes its copy.
#[derive(Debug)]
pub struct IterationWorkload<S> {
    sequence: S,
    accounts: Accounts,
}

impl<S: SequenceUnderTest> Workload for IterationWorkload<S> {
    type Operation = IterationOperation;
    type Params = IterationParams;
    type Local = ();
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;
    const ORACLES: &'static [Oracle] = &[ONE_MOMENT, WITHIN_BOUNDS];

    fn build(params: &IterationParams, _: &Setup) -> Result<Self, String> {
        let accounts = Accounts::new(params.length as usize);
        Ok(Self { sequence: S::build(&accounts.open(), accounts.length_max()), accounts })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<IterationOperation>) -> Result<(), OperationError> {
        point!("iteration.call", |error| Err(error.into()));
        let (accounts, key) = (self.accounts, call.key);
        match call.operation {
            IterationOperation::Transfer => self.sequence.change(|elements| accounts.transfer(elements, key)),
            IterationOperation::Grow => self.sequence.change(|elements| accounts.grow(elements, key)),
            IterationOperation::Truncate => self.sequence.change(|elements| accounts.truncate(elements, key)),
            IterationOperation::Walk => {
                let seen = self.walk();
                worker.expect(ONE_MOMENT, seen.is_whole(), || format!("a walk saw {seen:?}"));
                worker.expect(WITHIN_BOUNDS, seen.poison == 0, || format!("a walk saw {seen:?}"));
            }
        }
        Ok(())
    }

    fn check(self, _: Vec<()>, check: &mut FinalCheck) {
        let seen = self.walk();
        check.expect(ONE_MOMENT, seen.is_whole(), || format!("in the end there is {seen:?}"));
    }
}

impl<S: SequenceUnderTest> IterationWorkload<S> {
    fn walk(&self) -> Seen {
        let mut seen = Seen::default();
        self.sequence.for_each(|element| seen.add(element));
        seen
    }
}
