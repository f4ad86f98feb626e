//! The workload that drives every table of records: workers update places and look at them. A table that went wrong stays
//! wrong, so that it is checked and begun anew after so many operations.

use crate::containers::{SlotTable, Stamp, Unversioned, Versioned};
use crate::workloads::gate::Gate;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point, write_back};
use std::sync::atomic::{AtomicU64, Ordering};

/// At the end of a round, record and map agree on how often each place was updated. One answer is one round.
const STAMPS_AGREE: Oracle = Oracle::new(0, "stamps_agree");
/// The number of updates that a worker sees at a place never goes back.
const NEVER_BACK: Oracle = Oracle::new(1, "never_back");

operations! {
    /// What a table of records is asked.
    pub enum SlotsOperation {
        Update = "update",
        Look = "look",
    }
}

squall_probe::params! {
    /// The parameters of a table of records.
    pub struct SlotsParams {
        places: u64 = 4, in 1.0..=65536.0, "how many places there are to be updated";
        spare: u64 = 4, in 1.0..=65536.0, "how many more records than places there are";
        round: u64 = 500, in 10.0..=1000000.0, "after how many operations the table is checked and begun anew";
    }
}

/// The name of a table's stamp among the workloads.
pub trait TableName: Stamp {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
}

impl TableName for Unversioned {
    const NAME: &'static str = "aba.slots";
    const SUMMARY: &'static str =
        "hazard aba: a record goes and comes back, and slot and metadata disagree on its stamp";
}

impl TableName for Versioned {
    const NAME: &'static str = "aba.slots_versioned";
    const SUMMARY: &'static str = "repair of aba: index of the record and version of the place in one word";
}

/// A table of records under load.
///
/// Points: `aba.call` before each operation, where an error can be returned; `aba.slots.between` between the reading of a
/// record and the compare-and-swap of its place.
#[derive(Debug)]
pub struct SlotsWorkload<S: Stamp> {
    gate: Gate<Counted<S>>,
    params: SlotsParams,
}

#[derive(Debug)]
struct Counted<S: Stamp> {
    table: SlotTable<S>,
    operations: AtomicU64,
}

/// What one worker saw last at each place, in this round.
#[derive(Debug, Default)]
pub struct SlotsLocal {
    round: u64,
    seen: Vec<u64>,
}

impl<S: TableName> Workload for SlotsWorkload<S> {
    type Operation = SlotsOperation;
    type Params = SlotsParams;
    type Local = SlotsLocal;
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;
    const ORACLES: &'static [Oracle] = &[STAMPS_AGREE, NEVER_BACK];

    fn build(params: &SlotsParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { gate: Gate::new(Counted::new(params)), params: params.clone() })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut SlotsLocal,
        call: Call<SlotsOperation>,
    ) -> Result<(), OperationError> {
        point!("aba.call", |error| Err(error.into()));
        let round = self.gate.pass();
        let number = round.number();
        let place = (call.key % self.params.places) as usize;
        let last = local.last(number, self.params.places as usize, place);
        let found = match call.operation {
            SlotsOperation::Update => round.table.update(place),
            SlotsOperation::Look => round.table.look(place),
        };
        worker.expect(NEVER_BACK, found >= *last, || format!("place {place} went back from {last} updates to {found}"));
        *last = found;
        let over = round.operations.fetch_add(1, Ordering::Relaxed) + 1 >= self.params.round;
        drop(round);
        if over && let Some(complaint) = self.end(number) {
            worker.expect(STAMPS_AGREE, complaint.is_none(), || complaint.unwrap_or_default());
        }
        Ok(())
    }

    fn check(self, _: Vec<SlotsLocal>, check: &mut FinalCheck) {
        let number = self.gate.pass().number();
        if let Some(complaint) = self.end(number) {
            check.expect(STAMPS_AGREE, complaint.is_none(), || complaint.unwrap_or_default());
        }
    }
}

impl<S: TableName> SlotsWorkload<S> {
    /// Ends a round; hands on where record and map disagree, or nothing if another worker has ended it.
    fn end(&self, number: u64) -> Option<Option<String>> {
        self.gate.end(number, |counted| {
            let disagreements = counted.table.disagreements();
            *counted = Counted::new(&self.params);
            (!disagreements.is_empty())
                .then(|| format!("round {number}: slot and metadata disagree: {disagreements:?}"))
        })
    }
}

impl<S: TableName> Counted<S> {
    fn new(params: &SlotsParams) -> Self {
        let table = SlotTable::new(params.places as usize, params.spare as usize);
        Self { table, operations: AtomicU64::new(0) }
    }
}

impl SlotsLocal {
    /// What was seen last at a place in this round.
    fn last(&mut self, round: u64, places: usize, place: usize) -> &mut u64 {
        if self.round != round {
            self.round = round;
            self.seen = vec![0; places];
            write_back(self);
        }
        &mut self.seen[place]
    }
}
