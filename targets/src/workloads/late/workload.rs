//! The workload that drives every cell that gets its value late: workers look, make, set and force in cells that are fresh in
//! every round, with initialisers that are held, fail, panic and ask for other cells.

use super::late_under_test::{AfterPanic, LateUnderTest};
use super::script::LateScripts;
use super::tally::{Attempt, Tally};
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE, Value, in_callback};
use crate::workloads::judge::{Judge, Judged};
use crate::workloads::relay::{Ended, Relay, Visit};
use crate::workloads::script::{FamilyScripts, SCRIPT_ORACLES};
use squall_probe::script::{ScriptSource, Scripts};
use squall_probe::{
    Call, FinalCheck, InjectedError, OperationError, Oracle, Setup, Worker, Workload, documented_panic, operations,
    point,
};
use std::sync::Arc;

/// Of all that is begun for a cell, one comes to its end and no two at a time. One answer is one cell of one round.
const ONE_INITIALISER: Oracle = Oracle::new(3, "one_initialiser");
/// Everybody sees the same value in a cell.
const SAME_VALUE: Oracle = Oracle::new(4, "same_value");
/// A value that was seen, or set, or that refused another one, is found from then on.
const STAYS: Oracle = Oracle::new(5, "stays");
/// A cell answers with its value, with the error of the caller's own initialiser, or, if that is documented, with a panic after one.
const ANSWERS: Oracle = Oracle::new(6, "answers");
/// More cells than these are not made for each round.
const CELLS_MAX: u64 = 4_096;
/// The initialiser of one cell in so many asks for the next cell.
const NESTED_ONE_IN: usize = 4;
/// A value is made by whoever comes first, so that its maker is of no interest.
const NO_WRITER: u32 = 0;

operations! {
    /// What a cell is asked.
    pub enum LateOperation {
        Get = "get",
        GetOrInit = "get_or_init",
        GetOrTryInit = "get_or_try_init",
        Set = "set",
        Force = "force",
        Renew = "renew",
    }
}

squall_probe::params! {
    /// The parameters of cells; there are as many as the load has keys.
    pub struct LateParams {
        round: u64 = 32, in 1.0..=1000000.0, "how many steps a worker takes before it begins fresh cells";
    }
}

/// Cells under load.
///
/// Points: `late.call` before each operation, where an error can be returned; `late.initialise.inside` while a value is made;
/// `late.initialise.end` where an initialiser that can fail may do so; `late.look.inside` while a cell has lent its value.
pub struct LateWorkload<C> {
    relay: Relay<LateRound<C>, ()>,
    round: u64,
    cells: u64,
}

/// One round: the cells.
pub struct LateRound<C> {
    cells: Box<[Watched<C>]>,
}

/// A cell with its counts, and the place that its values are made for.
struct Watched<C> {
    cell: C,
    tally: Arc<Tally>,
    place: u64,
}

/// What one worker remembers: the round that it takes part in.
pub struct LateLocal<C> {
    visit: Option<Visit<LateRound<C>, ()>>,
    steps: u64,
}

impl<C> Default for LateLocal<C> {
    fn default() -> Self {
        Self { visit: None, steps: 0 }
    }
}

impl<C: LateUnderTest> Workload for LateWorkload<C> {
    type Operation = LateOperation;
    type Params = LateParams;
    type Local = LateLocal<C>;
    const NAME: &'static str = C::NAME;
    const SUMMARY: &'static str = C::SUMMARY;
    const OPERATIONS: &'static [LateOperation] = C::OPERATIONS;
    const ORACLES: &'static [Oracle] =
        &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, ONE_INITIALISER, SAME_VALUE, STAYS, ANSWERS];

    const SCRIPT_ORACLES: &'static [Oracle] = SCRIPT_ORACLES;

    fn build(params: &LateParams, setup: &Setup) -> Result<Self, String> {
        let cells = setup.keys.max(1);
        if cells > CELLS_MAX {
            return Err(format!("{cells} cells are too many to be made for each round; at most {CELLS_MAX}"));
        }
        Ok(Self { relay: Relay::new(LateRound::begin(1, cells)), round: params.round, cells })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut LateLocal<C>,
        call: Call<LateOperation>,
    ) -> Result<(), OperationError> {
        point!("late.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn scripts(
        _: &LateParams,
        setup: &Setup,
        scripts: Scripts,
        weights: &[u32],
    ) -> Result<Box<dyn ScriptSource>, String> {
        Ok(Box::new(FamilyScripts::new(LateScripts::<C>::new(weights)?, setup.workers, scripts.operations)))
    }

    fn check(self, locals: Vec<LateLocal<C>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::reclaim_all(C::reclaim);
        tracked::settle(check);
    }
}

impl<C: LateUnderTest> Judged for LateWorkload<C> {
    fn act(&self, judge: &mut impl Judge, _: u32, local: &mut LateLocal<C>, call: Call<LateOperation>) {
        self.take_seat(judge, local);
        let Some(round) = &local.visit else { return };
        local.steps += 1;
        let place = call.key as usize % round.cells.len();
        let watched = &round.cells[place];
        match call.operation {
            LateOperation::Get => watched.get(judge),
            LateOperation::GetOrInit => round.get_or_init(judge, place),
            LateOperation::GetOrTryInit => watched.get_or_try_init(judge),
            LateOperation::Set => watched.set(judge),
            LateOperation::Force => watched.force(judge),
            LateOperation::Renew => self.renew(round),
        }
    }

    fn settle(&self, locals: Vec<LateLocal<C>>, judge: &mut impl Judge) {
        end_round(self.relay.close(|_| ()), judge);
        for visit in locals.into_iter().filter_map(|local| local.visit) {
            end_round(visit.leave(None), judge);
        }
    }
}

impl<C: LateUnderTest> LateWorkload<C> {
    fn take_seat(&self, judge: &mut impl Judge, local: &mut LateLocal<C>) {
        if let Some(visit) = &local.visit {
            if visit.number() == self.relay.number() && local.steps < self.round {
                return;
            }
            self.renew(visit);
        }
        if let Some(visit) = local.visit.take() {
            end_round(visit.leave(None), judge);
        }
        local.steps = 0;
        local.visit = self.relay.join();
    }

    fn renew(&self, visit: &Visit<LateRound<C>, ()>) {
        if visit.number() == self.relay.number() {
            self.relay.renew(visit, LateRound::begin(visit.number() + 1, self.cells));
        }
    }
}

/// The last look at the cells of a round.
fn end_round<C: LateUnderTest>(ended: Option<Ended<LateRound<C>, ()>>, judge: &mut impl Judge) {
    let Some(ended) = ended else { return };
    for watched in &ended.cells {
        let (given, begun, overlaps) = watched.tally.sums();
        let once = match C::AFTER_PANIC {
            AfterPanic::Fresh => given <= 1 && overlaps == 0,
            AfterPanic::Poisoned => begun <= 1,
        };
        judge.expect(ONE_INITIALISER, once || !C::ONE_MAKES, || {
            format!(
                "round {}: a cell was given {given} values; {begun} initialisers began, {overlaps} beside another",
                ended.number()
            )
        });
    }
}

impl<C: LateUnderTest> LateRound<C> {
    fn begin(number: u64, cells: u64) -> Self {
        Self { cells: (0..cells).map(|cell| Watched::fresh(number * CELLS_MAX + cell)).collect() }
    }

    /// One initialiser in four asks for the next cell while it runs, so that cells depend on each other, but never in a circle.
    fn get_or_init(&self, judge: &mut impl Judge, place: usize) {
        let watched = &self.cells[place];
        let next = self.cells.get(place + 1).filter(|_| (place + 1).is_multiple_of(NESTED_ONE_IN));
        let (mut seen, mut seen_next) = (Seen::default(), Seen::default());
        let make = || {
            let attempt = watched.tally.begin();
            if let Some(next) = next {
                next.cell.get_or_init(|| next.make(next.tally.begin()), |value| seen_next.look(value, next.place));
            }
            watched.make(attempt)
        };
        watched.cell.get_or_init(make, |value| seen.look(value, watched.place));
        watched.judge(judge, &seen);
        judge.expect(ANSWERS, seen.number.is_some(), || "no value was shown, and nothing was said".to_owned());
        if let Some(next) = next.filter(|_| seen_next.number.is_some()) {
            next.judge(judge, &seen_next);
        }
    }
}

/// What a look at a value came to.
#[derive(Debug, Default)]
struct Seen {
    number: Option<u64>,
    wrong: Option<String>,
}

impl Seen {
    fn look(&mut self, value: &Value, place: u64) {
        in_callback(|| point!("late.look.inside"));
        self.number = Some(value.sequence());
        self.wrong = (!value.belongs_to(place)).then(|| value.describe(place));
    }
}

impl<C: LateUnderTest> Watched<C> {
    fn fresh(place: u64) -> Self {
        let tally = Arc::new(Tally::default());
        let of_cell = Arc::clone(&tally);
        Self { cell: C::new(Box::new(move || make(&of_cell, of_cell.begin(), place))), tally, place }
    }

    fn make(&self, attempt: Attempt<'_>) -> Value {
        make(&self.tally, attempt, self.place)
    }

    /// Judges what was seen in the cell, if anything was.
    fn judge(&self, judge: &mut impl Judge, seen: &Seen) {
        let Some(number) = seen.number else { return };
        judge.expect(OWN_VALUE, seen.wrong.is_none(), || seen.wrong.clone().unwrap_or_default());
        if seen.wrong.is_none() {
            let other = self.tally.saw(number);
            judge.expect(SAME_VALUE, other.is_none(), || {
                format!("a cell showed its value #{number}, after #{}", other.unwrap_or_default())
            });
        }
    }

    fn get(&self, judge: &mut impl Judge) {
        let there = self.tally.is_there();
        self.expect_there(judge, there);
    }

    /// Looks at the cell, which has a value if `there`.
    fn expect_there(&self, judge: &mut impl Judge, there: bool) {
        let mut seen = Seen::default();
        let found = self.cell.get(|value| seen.look(value, self.place));
        judge.expect(STAYS, found || !there, || "a cell is empty that had a value".to_owned());
        self.judge(judge, &seen);
    }

    fn get_or_try_init(&self, judge: &mut impl Judge) {
        let (mut seen, mut own_failed) = (Seen::default(), false);
        let make = || {
            let attempt = self.tally.begin();
            match may_fail() {
                Ok(()) => Ok(self.make(attempt)),
                Err(error) => {
                    own_failed = true;
                    attempt.failed();
                    Err(error)
                }
            }
        };
        let answer = self.cell.get_or_try_init(make, |value| seen.look(value, self.place));
        judge.expect(ANSWERS, answer.is_err() == own_failed && answer.is_ok() == seen.number.is_some(), || {
            let (said, own) =
                (if answer.is_ok() { "a value" } else { "an error" }, if own_failed { "" } else { "not " });
            format!("the answer was {said}, and the caller's own initialiser had {own}failed")
        });
        self.judge(judge, &seen);
    }

    fn set(&self, judge: &mut impl Judge) {
        let number = self.tally.next_number();
        match self.cell.set(Value::new(self.place, NO_WRITER, number)) {
            Ok(()) => {
                self.tally.was_set();
                self.judge(judge, &Seen { number: Some(number), wrong: None });
            }
            Err(value) => {
                let own = value.belongs_to(self.place) && value.sequence() == number;
                judge.expect(OWN_VALUE, own, || format!("handed back: {}", value.describe(self.place)));
            }
        }
        self.expect_there(judge, true);
    }

    fn force(&self, judge: &mut impl Judge) {
        let mut seen = Seen::default();
        match C::AFTER_PANIC {
            AfterPanic::Fresh => self.cell.force(|value| seen.look(value, self.place)),
            AfterPanic::Poisoned => {
                let panicked = self.tally.has_panicked();
                let answer = documented_panic(|| self.cell.force(|value| seen.look(value, self.place)));
                judge.expect(ANSWERS, answer.is_err() || !panicked, || {
                    "a cell answered whose initialiser had panicked".to_owned()
                });
                if let Err(said) = answer {
                    judge.expect(ANSWERS, self.tally.has_panicked(), || {
                        format!("a cell whose initialiser had not panicked said `{said}`")
                    });
                    return;
                }
            }
        }
        judge.expect(ANSWERS, seen.number.is_some(), || "no value was shown, and nothing was said".to_owned());
        self.judge(judge, &seen);
    }
}

/// An initialiser.
fn make(tally: &Tally, attempt: Attempt<'_>, place: u64) -> Value {
    in_callback(|| point!("late.initialise.inside"));
    let value = Value::new(place, NO_WRITER, tally.next_number());
    attempt.made();
    value
}

/// Where an initialiser may fail that can say so.
fn may_fail() -> Result<(), InjectedError> {
    point!("late.initialise.end", Err);
    Ok(())
}
