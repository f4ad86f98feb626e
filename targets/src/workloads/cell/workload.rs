//! The workload that drives every cell: workers look at snapshots, keep some, replace them in every way there is, and begin
//! fresh cells while others are still busy with the old one.

use super::cell_under_test::{CellUnderTest, Snapshot};
use super::script::CellScripts;
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE, Value, in_callback};
use crate::workloads::conservation::{Identity, Record, reckon};
use crate::workloads::judge::{Judge, Judged};
use crate::workloads::relay::{Ended, Relay, Visit};
use crate::workloads::script::{FamilyScripts, SCRIPT_ORACLES};
use squall_probe::script::{ScriptSource, Scripts};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A reader never sees an earlier snapshot of a writer after a later one.
const VERSION_ORDER: Oracle = Oracle::new(3, "version_order");
/// Each snapshot is handed to one of those who replace it, and none is missing. One answer is one round.
const REPLACED_ONCE: Oracle = Oracle::new(4, "replaced_once");
/// What was computed from a snapshot replaces this one and no other, so that no change is lost.
const NO_LOST_UPDATE: Oracle = Oracle::new(5, "no_lost_update");
/// How many snapshots a worker keeps for a while.
const KEPT_MAX: usize = 4;

operations! {
    /// What a cell is asked.
    pub enum CellOperation {
        Look = "look",
        Load = "load",
        Store = "store",
        Swap = "swap",
        CompareAndSwap = "compare_and_swap",
        Update = "update",
        StoreWeak = "store_weak",
        LoadWeak = "load_weak",
        Renew = "renew",
    }
}

squall_probe::params! {
    /// The parameters of a cell.
    pub struct CellParams {
        round: u64 = 200, in 1.0..=100000.0, "how many steps a worker takes before it begins a fresh cell";
    }
}

/// A cell under load.
///
/// Points: `cell.call` before each operation, where an error can be returned; `cell.look.inside` while a snapshot is looked
/// at that is not owned; `cell.update.inside` while a snapshot is made of the present one.
pub struct CellWorkload<C> {
    relay: Relay<CellRound<C>, (u32, Record)>,
    round: u64,
    workers: u32,
}

/// One round: a cell, and how many snapshots were replaced unseen.
pub struct CellRound<C> {
    cell: C,
    unseen: AtomicU64,
    /// Whom the first snapshot names as its writer: no worker.
    first_writer: u32,
}

/// What one worker remembers: the round that it takes part in.
pub struct CellLocal<C> {
    seat: Option<Seat<C>>,
}

struct Seat<C> {
    visit: Visit<CellRound<C>, (u32, Record)>,
    record: Record,
    /// The next snapshot that each writer's order allows.
    expected: Vec<u64>,
    kept: Vec<Arc<Snapshot>>,
    steps: u64,
    worker: u32,
}

impl<C> Default for CellLocal<C> {
    fn default() -> Self {
        Self { seat: None }
    }
}

impl<C: CellUnderTest> Workload for CellWorkload<C> {
    type Operation = CellOperation;
    type Params = CellParams;
    type Local = CellLocal<C>;
    const NAME: &'static str = C::NAME;
    const SUMMARY: &'static str = C::SUMMARY;
    const ORACLES: &'static [Oracle] =
        &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, VERSION_ORDER, REPLACED_ONCE, NO_LOST_UPDATE];
    const REENTERS: bool = true;

    const SCRIPT_ORACLES: &'static [Oracle] = SCRIPT_ORACLES;

    fn build(params: &CellParams, setup: &Setup) -> Result<Self, String> {
        let relay = Relay::new(CellRound::begin(setup.workers, 1));
        Ok(Self { relay, round: params.round, workers: setup.workers })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut CellLocal<C>,
        call: Call<CellOperation>,
    ) -> Result<(), OperationError> {
        point!("cell.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn reenter(&self, worker: &mut Worker) {
        let Some(round) = self.relay.join() else { return };
        let (number, snapshot) = (round.number(), round.cell.load());
        let value = &snapshot.value;
        worker.expect(OWN_VALUE, value.belongs_to(number), || value.describe(number));
        drop(snapshot);
        end_round(round.leave(None), worker);
    }

    fn scripts(
        _: &CellParams,
        setup: &Setup,
        scripts: Scripts,
        weights: &[u32],
    ) -> Result<Box<dyn ScriptSource>, String> {
        Ok(Box::new(FamilyScripts::new(CellScripts::<C>::new(weights)?, setup.workers, scripts.operations)))
    }

    fn check(self, locals: Vec<CellLocal<C>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::settle(check);
    }
}

impl<C: CellUnderTest> Judged for CellWorkload<C> {
    fn act(&self, judge: &mut impl Judge, worker: u32, local: &mut CellLocal<C>, call: Call<CellOperation>) {
        self.take_seat(judge, worker, local);
        let Some(seat) = &mut local.seat else { return };
        seat.steps += 1;
        match call.operation {
            CellOperation::Look => seat.look(judge),
            CellOperation::Load => {
                let loaded = seat.visit.cell.load();
                seat.keep(judge, loaded);
            }
            CellOperation::Store => {
                // Counted first: what is replaced is dropped inside, and may not come back from that.
                seat.visit.unseen.fetch_add(1, Ordering::Relaxed);
                seat.put(C::store);
            }
            CellOperation::Swap => {
                seat.record.begin_take();
                let replaced = seat.put(C::swap);
                seat.replaced(judge, &replaced, None);
            }
            CellOperation::CompareAndSwap => seat.compare_and_swap(judge),
            CellOperation::Update => seat.update(judge),
            CellOperation::StoreWeak => {
                let snapshot = seat.kept.last().map_or_else(|| seat.visit.cell.load(), Arc::clone);
                seat.visit.cell.store_weak(&snapshot);
            }
            CellOperation::LoadWeak => {
                if let Some(snapshot) = seat.visit.cell.load_weak() {
                    seat.check(judge, &snapshot, false);
                }
            }
            CellOperation::Renew => self.renew(seat),
        }
    }

    fn settle(&self, locals: Vec<CellLocal<C>>, judge: &mut impl Judge) {
        end_round(self.relay.close(|_| ()), judge);
        for seat in locals.into_iter().filter_map(|local| local.seat) {
            leave(seat, judge);
        }
    }
}

impl<C: CellUnderTest> CellWorkload<C> {
    fn take_seat(&self, judge: &mut impl Judge, worker: u32, local: &mut CellLocal<C>) {
        if let Some(seat) = &local.seat {
            if seat.visit.number() == self.relay.number() && seat.steps < self.round {
                return;
            }
            self.renew(seat);
        }
        if let Some(seat) = local.seat.take() {
            leave(seat, judge);
        }
        let workers = self.workers as usize;
        local.seat = self.relay.join().map(|visit| Seat {
            visit,
            record: Record::default(),
            // The round's first snapshot counts as that of a worker of its own.
            expected: vec![0; workers + 1],
            kept: Vec::new(),
            steps: 0,
            worker,
        });
    }

    fn renew(&self, seat: &Seat<C>) {
        let number = seat.visit.number();
        if number == self.relay.number() {
            self.relay.renew(&seat.visit, CellRound::begin(self.workers, number + 1));
        }
    }
}

impl<C: CellUnderTest> CellRound<C> {
    /// A cell with its first snapshot, which no worker has put in.
    fn begin(first_writer: u32, round: u64) -> Self {
        let first = Arc::new(Snapshot { value: Value::new(round, first_writer, 0), parent: None });
        Self { cell: C::holding(first), unseen: AtomicU64::new(0), first_writer }
    }
}

fn leave<C: CellUnderTest>(seat: Seat<C>, judge: &mut impl Judge) {
    let Seat { visit, record, worker, kept, .. } = seat;
    end_round(visit.leave(Some((worker, record))), judge);
    // Only now: a panic in such a drop would otherwise keep the worker in the round, and nobody would reckon it.
    drop(kept);
}

/// Reckons who was handed what: every snapshot that was put in, and the first one, were replaced, except for the last one
/// and those that were replaced unseen.
fn end_round<C: CellUnderTest>(ended: Option<Ended<CellRound<C>, (u32, Record)>>, judge: &mut impl Judge) {
    let Some(mut ended) = ended else { return };
    let last = ended.cell.load();
    let number = ended.number();
    judge.expect(OWN_VALUE, last.value.belongs_to(number), || last.value.describe(number));
    let mut parts = std::mem::take(&mut ended.parts);
    let mut first = Record::default();
    first.begin_put();
    first.put();
    parts.push((ended.first_writer, first));
    let reckoning = reckon(&parts, Some(&[last.identity()]));
    let unseen = ended.unseen.load(Ordering::Relaxed);
    judge.expect(REPLACED_ONCE, reckoning.is_clean_but_for(unseen), || {
        format!("round {number}: {reckoning}, {unseen} replaced unseen")
    });
}

impl<C: CellUnderTest> Seat<C> {
    fn look(&mut self, judge: &mut impl Judge) {
        let round = self.visit.number();
        let (identity, wrong) = self.visit.cell.look(|snapshot| {
            let identity = snapshot.identity();
            in_callback(|| point!("cell.look.inside"));
            (identity, (!snapshot.value.belongs_to(round)).then(|| snapshot.value.describe(round)))
        });
        judge.expect(OWN_VALUE, wrong.is_none(), || wrong.unwrap_or_default());
        self.in_order(judge, identity);
    }

    /// Checks a snapshot that was loaded, and keeps it for a while: those that are kept are looked at once more when they go.
    fn keep(&mut self, judge: &mut impl Judge, snapshot: Arc<Snapshot>) {
        self.check(judge, &snapshot, true);
        self.kept.insert(0, snapshot);
        if self.kept.len() > KEPT_MAX
            && let Some(oldest) = self.kept.pop()
        {
            self.check(judge, &oldest, false);
        }
    }

    fn check(&mut self, judge: &mut impl Judge, snapshot: &Snapshot, current: bool) {
        let round = self.visit.number();
        judge.expect(OWN_VALUE, snapshot.value.belongs_to(round), || snapshot.value.describe(round));
        if current {
            self.in_order(judge, snapshot.identity());
        }
    }

    fn in_order(&mut self, judge: &mut impl Judge, seen: Identity) {
        if let Some(expected) = self.expected.get_mut(seen.worker as usize) {
            let least = std::mem::replace(expected, seen.sequence);
            judge.expect(VERSION_ORDER, seen.sequence >= least, || format!("{seen} was seen after #{least}"));
        }
    }

    /// Puts a snapshot in that was computed from none.
    fn put<R>(&mut self, way: impl FnOnce(&C, Arc<Snapshot>) -> R) -> R {
        let next = self.make(None);
        let answer = way(&self.visit.cell, next);
        self.record.put();
        answer
    }

    /// Makes a snapshot, which counts as begun to be put in.
    fn make(&mut self, parent: Option<Identity>) -> Arc<Snapshot> {
        let sequence = self.record.begin_put();
        Arc::new(Snapshot { value: Value::new(self.visit.number(), self.worker, sequence), parent })
    }

    /// Something was replaced; `parent` is what the replacement was computed from.
    fn replaced(&mut self, judge: &mut impl Judge, replaced: &Snapshot, parent: Option<Identity>) {
        self.record.took(replaced.identity());
        self.check(judge, replaced, true);
        if let Some(parent) = parent {
            judge.expect(NO_LOST_UPDATE, replaced.identity() == parent, || {
                format!("what was computed from {parent} replaced {}", replaced.identity())
            });
        }
    }

    fn compare_and_swap(&mut self, judge: &mut impl Judge) {
        let present = self.visit.cell.load();
        self.check(judge, &present, true);
        let next = self.make(Some(present.identity()));
        self.record.begin_take();
        let (found, swapped) = self.visit.cell.compare_and_swap(&present, next);
        if swapped {
            self.record.put();
            self.replaced(judge, &found, Some(present.identity()));
        } else {
            self.record.refused();
            self.record.took_nothing();
            self.check(judge, &found, true);
        }
    }

    fn update(&mut self, judge: &mut impl Judge) {
        let (round, worker) = (self.visit.number(), self.worker);
        let sequence = self.record.begin_put();
        self.record.begin_take();
        let mut parent = None;
        let replaced = self.visit.cell.update(|present| {
            in_callback(|| point!("cell.update.inside"));
            parent = Some(present.identity());
            Arc::new(Snapshot { value: Value::new(round, worker, sequence), parent })
        });
        self.record.put();
        self.replaced(judge, &replaced, parent);
    }
}
