//! Makes a wrong history small: takes the operations of an object up to the one that cannot be placed, hands on the fewest found of which
//! the same operation still cannot be placed, though all that its answers come from is there. So that a person sees why.

use super::check::{Failure, Settings};
use super::evidence::{Origins, comes_from, given, told};
use super::kind::{Answer, HistoryModel};
use super::part::{Object, judge};
use super::record::{History, Record};
use super::search::{Budget, Found};
use super::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::time::{Duration, Instant};

/// A person waits so long for a picture, and not longer.
const SHRINKING_MAX: Duration = Duration::from_secs(3);
/// Trying one operation after the other beside the wrong one ends after this, so that time is left for halving.
const PAIRING_MAX: Duration = Duration::from_secs(1);
/// A smaller history is tried no longer than this.
const SITUATIONS_MAX: u64 = 200_000;
/// So many operations that may have given the wrong answer's value are kept beside it at first.
const ORIGINS_MAX: usize = 4;

/// Operations that go together: of a container, all of one value.
type Unit = Vec<Record>;

struct Shrinker<'a> {
    object: Object,
    history: &'a History,
    failure: &'a Failure,
    origins: Origins<'a>,
    start: Instant,
}

impl History {
    /// The fewest operations found of which the failure's operation still cannot be placed, in the order of their invocations.
    #[must_use]
    pub fn shrink(&self, settings: &Settings, failure: &Failure) -> Vec<Record> {
        let object = settings.object(self.model);
        let forgetful = Failure { operation: failure.operation, history: forgetful(self.model, failure) };
        let budget = Budget::new(SITUATIONS_MAX, None);
        let found = judge(object, &forgetful.history, &self.values, &budget);
        let is_wrong = matches!(found, Found::None { operation } if forgetful.history[operation] == failure.operation);
        let failure = if is_wrong { &forgetful } else { failure };
        let origins = Origins::of(self.model, object.initial, &failure.history, &self.values);
        Shrinker { object, history: self, failure, origins, start: Instant::now() }.shrink()
    }
}

impl Shrinker<'_> {
    fn shrink(&self) -> Vec<Record> {
        let (wrong, mut others) = self.units();
        if let Some(few) = self.beside(&wrong, &others) {
            others = few;
        }
        others = self.without_processes(&wrong, others);
        others = self.halved(&wrong, others);
        flat(&wrong, &others)
    }

    /// The unit of the operation that cannot be placed, and the other units, the latest last.
    fn units(&self) -> (Unit, Vec<Unit>) {
        let by_value = self.object.model.is_container();
        let mut places = HashMap::<Value, usize, FixedState>::default();
        let mut units: Vec<Unit> = Vec::new();
        let mut wrong = 0;
        for record in &self.failure.history {
            let value = given(record, &self.history.values).or_else(|| told(record, &self.history.values));
            let place = match value.filter(|value| by_value && *value != Value::NULL) {
                Some(value) => *places.entry(value).or_insert(units.len()),
                None => units.len(),
            };
            if place == units.len() {
                units.push(Unit::new());
            }
            units[place].push(*record);
            if *record == self.failure.operation {
                wrong = place;
            }
        }
        let wrong = if units.is_empty() { Unit::new() } else { units.remove(wrong) };
        (wrong, units)
    }

    fn is_over(&self, after: Duration) -> bool {
        self.start.elapsed() >= after
    }

    /// Whether the same operation cannot be placed among these.
    fn is_wrong(&self, records: &[Record]) -> bool {
        if !self.origins.are_kept_by(records) {
            return false;
        }
        let found = judge(self.object, records, &self.history.values, &Budget::new(SITUATIONS_MAX, None));
        matches!(found, Found::None { operation } if records[operation] == self.failure.operation)
    }

    /// The wrong operation, what its value may come from, and at most one more: most mistakes are no larger. Origins that tell of
    /// nothing themselves are tried first, because they need no origins of their own.
    fn beside(&self, wrong: &Unit, others: &[Unit]) -> Option<Vec<Unit>> {
        let (model, wrong_one, values) = (self.object.model, &self.failure.operation, &self.history.values);
        let is_origin = |unit: &Unit| unit.iter().any(|record| comes_from(model, wrong_one, record, values));
        let mut origins: Vec<Unit> = others.iter().rev().filter(|unit| is_origin(unit)).cloned().collect();
        origins.sort_by_key(|unit| unit.iter().any(|record| told(record, values).is_some()));
        if model != HistoryModel::Kv {
            origins.truncate(ORIGINS_MAX);
        }
        let first = origins.iter().take(1).cloned().collect();
        [origins, first].into_iter().find_map(|origins| self.with_one_more(wrong, &origins, others, &is_origin))
    }

    fn with_one_more(
        &self,
        wrong: &Unit,
        origins: &[Unit],
        others: &[Unit],
        is_origin: &dyn Fn(&Unit) -> bool,
    ) -> Option<Vec<Unit>> {
        if self.is_wrong(&flat(wrong, origins)) {
            return Some(origins.to_vec());
        }
        let start = Instant::now();
        let is_over = || start.elapsed() >= PAIRING_MAX || self.is_over(SHRINKING_MAX);
        let candidates = others.iter().rev().filter(|unit| !is_origin(unit)).take_while(|_| !is_over());
        let mut few = candidates.map(|unit| [origins, std::slice::from_ref(unit)].concat());
        few.find(|few| self.is_wrong(&flat(wrong, few)))
    }

    fn without_processes(&self, wrong: &Unit, mut others: Vec<Unit>) -> Vec<Unit> {
        let mut processes: Vec<Value> = others.iter().flatten().map(|record| record.process).collect();
        processes.sort_unstable();
        processes.dedup();
        for process in processes {
            let is_left = |unit: &&Unit| unit.iter().all(|record| record.process != process);
            let fewer: Vec<Unit> = others.iter().filter(is_left).cloned().collect();
            if !self.is_over(SHRINKING_MAX) && self.is_wrong(&flat(wrong, &fewer)) {
                others = fewer;
            }
        }
        others
    }

    /// Takes out ever smaller pieces, the latest first, until no single unit can be taken out.
    fn halved(&self, wrong: &Unit, mut others: Vec<Unit>) -> Vec<Unit> {
        let mut piece = others.len().div_ceil(2);
        while piece > 0 && !self.is_over(SHRINKING_MAX) {
            let mut end = others.len();
            let mut any = false;
            while end > 0 && !self.is_over(SHRINKING_MAX) {
                let start = end.saturating_sub(piece);
                let fewer = [&others[..start], &others[end..]].concat();
                if self.is_wrong(&flat(wrong, &fewer)) {
                    (others, any) = (fewer, true);
                }
                end = start;
            }
            piece = if piece == 1 && any { 1 } else { piece / 2 };
        }
        others
    }
}

/// The operations, of which all but the wrong one say no more of what was there before than they have to. What cannot be explained
/// then cannot be explained otherwise, and each operation needs fewer others beside it: not the whole chain of values that replaced each
/// other.
fn forgetful(model: HistoryModel, failure: &Failure) -> Vec<Record> {
    let operations = model.operations();
    let may_be_silent = |record: &Record| {
        let known = operations.iter().find(|operation| operation.verb == record.verb);
        known.is_some_and(|operation| operation.answer == Answer::Before) && record.applied.is_none()
    };
    let forgets = |record: &Record| match record.answer {
        // What found nothing changed nothing, or was the first: that is little, and worth knowing.
        Some(answer) if answer != Value::NULL && *record != failure.operation && may_be_silent(record) => {
            Record { answer: None, ..*record }
        }
        _ => *record,
    };
    failure.history.iter().map(forgets).collect()
}

/// The operations of the units, in the order of their invocations.
fn flat(wrong: &Unit, others: &[Unit]) -> Vec<Record> {
    let mut records: Vec<Record> = wrong.iter().chain(others.iter().flatten()).copied().collect();
    records.sort_unstable_by_key(|record| record.invocation);
    records
}
