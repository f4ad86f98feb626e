//! The workload that drives every table that is built late: workers look entries up, and now and then begin a next round,
//! in which the table is unbuilt again.

use super::once_under_test::OnceUnderTest;
use crate::workloads::gate::Gate;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::sync::atomic::{AtomicU64, Ordering};

/// A look-up answers with what was built.
const WHOLE_TABLE: Oracle = Oracle::new(0, "whole_table");
/// In each round, one worker at most builds the table. One answer is one round.
const ONE_INITIALISER: Oracle = Oracle::new(1, "one_initialiser");

operations! {
    /// What a table is asked.
    pub enum OnceOperation {
        LookUp = "look_up",
        Renew = "renew",
    }
}

squall_probe::params! {
    /// The parameters of a table.
    pub struct OnceParams {
        entries: u64 = 64, in 1.0..=65536.0, "how many entries the table has";
    }
}

/// A table that is built late, under load.
///
/// Points: `once.call` before each operation, where an error can be returned; `once.checked` after it was found that the
/// table is not there; `once.build.between` while it is built.
#[derive(Debug)]
pub struct OnceWorkload<T> {
    gate: Gate<Counted<T>>,
    entries: usize,
}

/// A table, and how often it was built in this round.
#[derive(Debug)]
struct Counted<T> {
    table: T,
    builds: AtomicU64,
}

impl<T: OnceUnderTest> Workload for OnceWorkload<T> {
    type Operation = OnceOperation;
    type Params = OnceParams;
    type Local = ();
    const NAME: &'static str = T::NAME;
    const SUMMARY: &'static str = T::SUMMARY;
    const ORACLES: &'static [Oracle] = &[WHOLE_TABLE, ONE_INITIALISER];

    fn build(params: &OnceParams, _: &Setup) -> Result<Self, String> {
        let entries = params.entries as usize;
        let table = Counted { table: T::unbuilt(entries), builds: AtomicU64::new(0) };
        Ok(Self { gate: Gate::new(table), entries })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<OnceOperation>) -> Result<(), OperationError> {
        point!("once.call", |error| Err(error.into()));
        match call.operation {
            OnceOperation::LookUp => self.look_up(worker, call.key as usize % self.entries),
            OnceOperation::Renew => {
                let number = self.gate.pass().number();
                if let Some(builds) = self.gate.end(number, Counted::renew) {
                    worker.expect(ONE_INITIALISER, builds <= 1, || told_builds(number, builds));
                }
            }
        }
        Ok(())
    }

    fn check(self, _: Vec<()>, check: &mut FinalCheck) {
        let number = self.gate.pass().number();
        if let Some(builds) = self.gate.end(number, Counted::renew) {
            check.expect(ONE_INITIALISER, builds <= 1, || told_builds(number, builds));
        }
    }
}

impl<T: OnceUnderTest> OnceWorkload<T> {
    fn look_up(&self, worker: &mut Worker, place: usize) {
        let round = self.gate.pass();
        let number = round.number();
        let found = round.table.get(place, || {
            round.builds.fetch_add(1, Ordering::Relaxed);
            (0..self.entries).map(|place| entry(number, place)).collect()
        });
        let expected = entry(number, place);
        worker.expect(WHOLE_TABLE, found == Some(expected), || {
            let found = found.map_or("nothing".to_owned(), |found| found.to_string());
            format!("round {number}: entry {place} was {found} instead of {expected}")
        });
    }
}

impl<T: OnceUnderTest> Counted<T> {
    /// Makes the table ready for a next round; hands on how often it was built in this one.
    fn renew(&mut self) -> u64 {
        self.table.clear();
        std::mem::take(self.builds.get_mut())
    }
}

/// What is built: each entry names its round and place, and none is 0.
const fn entry(round: u64, place: usize) -> u64 {
    round << 16 | place as u64
}

fn told_builds(round: u64, builds: u64) -> String {
    format!("round {round}: the table was built {builds} times")
}
