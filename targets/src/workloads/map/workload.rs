//! The workload that drives every map, with values that name their key and writer.

use super::ledger::{Change, Ledger, Reckoning};
use super::map_under_test::{Inserted, MapSettings, MapUnderTest, Removed};
use super::owned::Owned;
use super::recorded::{self, Removals};
use super::script::MapScripts;
use super::walks::Seen;
use crate::tracked::{
    DROP_BALANCE, Key, NO_USE_AFTER_DROP, OWN_VALUE, PREFILL_WORKER, Value, in_callback, reclaim_all, settle, watch,
};
use crate::workloads::judge::Judge;
use crate::workloads::script::{FamilyScripts, SCRIPT_ORACLES};
use squall_probe::script::{ScriptSource, Scripts};
use squall_probe::{
    Call, FinalCheck, HistoryModel, HistoryStart, OperationError, Oracle, Setup, Verb, Worker, Workload, exempt,
    operations, point, write_back,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// What the map holds in the end is what the workers left there: entries and updates, key by key. A worker finds under a key that
/// it alone changes what it has left there.
const NO_LOST_UPDATE: Oracle = Oracle::new(3, "no_lost_update");
/// A key that was there before the load and is never removed is found.
const NO_VANISHED_KEY: Oracle = Oracle::new(4, "no_vanished_key");
/// A walk shows no key twice, and each key that is never removed, as far as the map promises it; at rest it always does.
const WHOLE_WALK: Oracle = Oracle::new(5, "whole_walk");
/// More keys than these are not inserted before a load: it would take longer than the load.
const PREFILL_KEYS_MAX: u64 = 1 << 24;
/// `retain` takes out one key in so many.
const RETAIN_ONE_IN: u64 = 64;

operations! {
    /// What a map is asked.
    pub enum MapOperation {
        Get = "get",
        Insert = "insert",
        Remove = "remove",
        Update = "update",
        GetOrInsert = "get_or_insert",
        Retain = "retain",
        ForEach = "for_each",
    }
}

/// A map under load.
///
/// One key in `kept` is never removed, so that it has to be found at all times: a removal of it is asked as a get, and
/// so is an insertion if the map does not replace a value at once.
/// One key in `owned` is changed by one worker only, as said above; what others are asked to do to it is asked as a get.
/// `retain` takes out one key in 64 of the others, and `for_each` walks over all: name them rarely in a mix.
///
/// Points of its own: `map.call` before each operation, where an error can be returned; `map.update.inside`,
/// `map.get_or_insert.inside`, `map.retain.inside` and `map.for_each.inside` in the closures that a map calls, so that a fault
/// acts while the map holds its lock or its guard, whatever map it is.
#[derive(Debug)]
pub struct MapWorkload<M> {
    map: M,
    keys: u64,
    prefilled: bool,
    kept: u64,
    owned: u64,
    workers: u64,
}

/// What one worker remembers.
#[derive(Debug, Default)]
pub struct MapLocal {
    ledger: Ledger,
    owned: Owned,
    sequence: u64,
    seen: Seen,
    removals: Removals,
}

impl MapLocal {
    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        write_back(self);
        self.sequence
    }
}

impl<M: MapUnderTest> Workload for MapWorkload<M> {
    type Operation = MapOperation;
    type Params = M::Params;
    type Local = MapLocal;
    const NAME: &'static str = M::NAME;
    const SUMMARY: &'static str = M::SUMMARY;
    const OPERATIONS: &'static [MapOperation] = M::OPERATIONS;
    const ORACLES: &'static [Oracle] =
        &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, NO_LOST_UPDATE, NO_VANISHED_KEY, WHOLE_WALK];
    const REALLOCATES: bool = M::REALLOCATES;
    const REENTERS: bool = true;
    const SCRIPT_ORACLES: &'static [Oracle] = SCRIPT_ORACLES;
    const HISTORY: Option<HistoryModel> = Some(HistoryModel::Map);

    fn build(params: &M::Params, setup: &Setup) -> Result<Self, String> {
        let (keys, prefilled) = (setup.keys.max(1), params.prefill());
        let kept = if prefilled { params.kept() } else { 0 };
        let (owned, workers) = (params.owned(), u64::from(setup.workers.max(1)));
        let workload = Self { map: M::build(params), keys, prefilled, kept, owned, workers };
        if prefilled {
            if keys > PREFILL_KEYS_MAX {
                return Err(format!("{keys} keys are too many to insert first; set `prefill: false`"));
            }
            for key in 0..keys {
                workload.map.insert(Key::new(key), Value::new(key, PREFILL_WORKER, 0));
            }
        }
        Ok(workload)
    }

    fn step(&self, worker: &mut Worker, local: &mut MapLocal, call: Call<MapOperation>) -> Result<(), OperationError> {
        point!("map.call", |error| Err(error.into()));
        local.owned.began(self.prefilled);
        let key = Key::new(call.key);
        match call.operation {
            MapOperation::Retain => self.retain(worker, local, call.key),
            MapOperation::ForEach => self.for_each(worker, local),
            _ if self.owner(call.key).is_some_and(|owner| owner != worker.number()) => self.get(worker, local, &key),
            MapOperation::Get => self.get(worker, local, &key),
            MapOperation::Insert if self.keeps(call.key) && !M::REPLACES_AT_ONCE => self.get(worker, local, &key),
            MapOperation::Insert => self.insert(worker, local, &key),
            MapOperation::Remove if self.keeps(call.key) => self.get(worker, local, &key),
            MapOperation::Remove => self.remove(worker, local, &key),
            MapOperation::Update => self.update(worker, local, &key),
            MapOperation::GetOrInsert => self.get_or_insert(worker, local, &key),
        }
        watch(worker);
        Ok(())
    }

    fn history_start(&self) -> HistoryStart {
        let first = Value::number_of(PREFILL_WORKER, 0);
        HistoryStart { capacity: None, first: self.prefilled.then_some((Verb::Insert, first)) }
    }

    fn reallocate(&self) {
        self.map.reallocate();
    }

    fn reenter(&self, worker: &mut Worker) {
        let key = Key::new(worker.number_below(self.keys));
        let value = recorded::get(worker, key.number(), || self.map.get(&key));
        self.found(worker, key.number(), value.is_some());
        see(worker, &key, value.as_ref());
    }

    fn scripts(
        params: &M::Params,
        setup: &Setup,
        scripts: Scripts,
        weights: &[u32],
    ) -> Result<Box<dyn ScriptSource>, String> {
        let family = MapScripts::<M>::new(params, weights);
        Ok(Box::new(FamilyScripts::new(family, setup.workers, scripts.operations)))
    }

    fn check(self, locals: Vec<MapLocal>, check: &mut FinalCheck) {
        let (ledgers, owned): (Vec<_>, Vec<_>) = locals.into_iter().map(|local| (local.ledger, local.owned)).unzip();
        let mut found = BTreeSet::new();
        let mut reckoning = Reckoning::new(self.keys, self.prefilled, ledgers);
        let mut seen = Seen::default();
        seen.begin(self.keys);
        self.map.for_each(|key, value| {
            let key = key.number();
            check.expect(OWN_VALUE, value.belongs_to(key), || value.describe(key));
            let known = seen.see(key, self.keeps(key));
            check.expect(WHOLE_WALK, known, || format!("the map holds key {key}, which nobody inserted"));
            reckoning.hold(key, value);
            if let Some(owner) = self.owner(key).and_then(|owner| owned.get(owner as usize)) {
                found.insert(key);
                tell_lost(check, owner.wrong(key, Some(value)));
            }
        });
        for wrong in [seen.doubled(), seen.lacking(self.kept_count())] {
            check.expect(WHOLE_WALK, wrong.is_none(), || wrong.unwrap_or_default());
        }
        for (owner, key) in owned.iter().flat_map(|owner| owner.keys().map(move |key| (owner, key))) {
            if !found.contains(&key) {
                tell_lost(check, owner.wrong(key, None));
            }
        }
        for complaint in reckoning.verdicts() {
            check.expect(NO_LOST_UPDATE, complaint.is_none(), || complaint.unwrap_or_default());
        }
        drop(self.map);
        reclaim_all(M::reclaim);
        settle(check);
    }
}

impl<M: MapUnderTest> MapWorkload<M> {
    /// Whether this key is never removed.
    const fn keeps(&self, key: u64) -> bool {
        self.kept > 0 && key.is_multiple_of(self.kept)
    }

    const fn kept_count(&self) -> u64 {
        if self.kept > 0 { self.keys.div_ceil(self.kept) } else { 0 }
    }

    /// The only worker that changes this key, if there is one.
    const fn owner(&self, key: u64) -> Option<u32> {
        if self.owned > 0 && !self.keeps(key) && key % self.owned == self.owned - 1 {
            Some((key / self.owned % self.workers) as u32)
        } else {
            None
        }
    }

    fn owns(&self, worker: &Worker, key: u64) -> bool {
        self.owner(key) == Some(worker.number())
    }

    /// Says that a key was found or not.
    fn found(&self, worker: &mut Worker, key: u64, found: bool) {
        if self.keeps(key) {
            worker.expect(NO_VANISHED_KEY, found, || format!("key {key} was not found, and nobody removes it"));
        }
    }

    fn get(&self, worker: &mut Worker, local: &MapLocal, key: &Key) {
        let value = recorded::get(worker, key.number(), || self.map.get(key));
        if self.owns(worker, key.number()) {
            tell_lost(worker, local.owned.wrong(key.number(), value.as_ref()));
        }
        self.found(worker, key.number(), value.is_some());
        see(worker, key, value.as_ref());
    }

    /// The caller keeps its key, and so has to give the map a clone.
    fn insert(&self, worker: &mut Worker, local: &mut MapLocal, key: &Key) {
        let sequence = local.next_sequence();
        let value = Value::new(key.number(), worker.number(), sequence);
        local.ledger.begin(self.keys, key.number(), Change::Insert);
        let before = self.owns(worker, key.number()).then(|| local.owned.begin(key.number()));
        let given = value.number();
        let inserted = recorded::insert::<M>(worker, key.number(), given, || self.map.insert(key.clone(), value));
        local.ledger.inserted(&inserted);
        match (before, &inserted) {
            (Some(before), Inserted::Refused) => local.owned.left_as(key.number(), before),
            (Some(_), _) => local.owned.left(key.number(), worker.number(), sequence),
            (None, _) => {}
        }
        self.found(worker, key.number(), !matches!(inserted, Inserted::New));
        if let Inserted::Replaced(value) = &inserted {
            see(worker, key, Some(value));
        }
    }

    fn remove(&self, worker: &mut Worker, local: &mut MapLocal, key: &Key) {
        local.ledger.begin(self.keys, key.number(), Change::Remove);
        let before = self.owns(worker, key.number()).then(|| local.owned.begin(key.number()));
        let removed = recorded::remove(worker, key.number(), || self.map.remove(key));
        local.ledger.removed(&removed);
        if before.is_some() {
            local.owned.removed(key.number());
        }
        if let Removed::Value(value) = &removed {
            see(worker, key, Some(value));
        }
    }

    fn update(&self, worker: &mut Worker, local: &mut MapLocal, key: &Key) {
        let (number, writer, sequence) = (key.number(), worker.number(), local.next_sequence());
        let (wrong, before_update) = (RefCell::new(None), Cell::new(None));
        local.ledger.begin(self.keys, number, Change::Update);
        let before = self.owns(worker, number).then(|| local.owned.begin(number));
        let given = Value::number_of(worker.number(), sequence);
        let change = |value: &mut Value| {
            in_callback(|| point!("map.update.inside"));
            before_update.set(Some(value.number()));
            if !value.belongs_to(number) {
                exempt(|| *wrong.borrow_mut() = Some(value.describe(number)));
            }
            value.update(writer, sequence);
        };
        let found = recorded::update(worker, number, given, &before_update, || self.map.update(key, change));
        local.ledger.updated(found);
        match before {
            Some(_) if found => local.owned.left(number, worker.number(), sequence),
            Some(before) => local.owned.left_as(number, before),
            None => {}
        }
        self.found(worker, number, found);
        let wrong = wrong.into_inner();
        worker.expect(OWN_VALUE, wrong.is_none(), || wrong.unwrap_or_default());
    }

    fn get_or_insert(&self, worker: &mut Worker, local: &mut MapLocal, key: &Key) {
        let (number, writer, sequence) = (key.number(), worker.number(), local.next_sequence());
        local.ledger.begin(self.keys, number, Change::Insert);
        let before = self.owns(worker, number).then(|| local.owned.begin(number));
        let make = || {
            in_callback(|| point!("map.get_or_insert.inside"));
            Value::new(number, writer, sequence)
        };
        let given = Value::number_of(writer, sequence);
        let value = recorded::get_or_insert(worker, number, given, || self.map.get_or_insert_with(key.clone(), make));
        let ours = value.writer() == writer && value.sequence() == sequence;
        local.ledger.inserted(if ours { &Inserted::New } else { &Inserted::Refused });
        if let Some(before) = before {
            local.owned.left_as(number, before);
            if ours {
                local.owned.left(number, writer, sequence);
            }
            tell_lost(worker, local.owned.wrong(number, Some(&value)));
        }
        self.found(worker, number, !ours);
        see(worker, key, Some(&value));
    }

    /// Takes out the keys that share a remainder with this one, except those that are kept.
    fn retain(&self, worker: &mut Worker, local: &mut MapLocal, like: u64) {
        local.ledger.open(self.keys);
        let ledger = &mut local.ledger;
        let removals = &mut local.removals;
        removals.begin();
        self.map.retain(|key, value| {
            in_callback(|| point!("map.retain.inside"));
            let number = key.number();
            worker.expect(OWN_VALUE, value.belongs_to(number), || value.describe(number));
            let keep =
                self.keeps(number) || self.owner(number).is_some() || number % RETAIN_ONE_IN != like % RETAIN_ONE_IN;
            if !keep {
                ledger.not_retained(number, value, M::RETAIN_ASKS_ONCE);
                removals.ask(worker, number, value);
            }
            keep
        });
        removals.answer(worker, M::RETAIN_ASKS_ONCE);
    }

    fn for_each(&self, worker: &mut Worker, local: &mut MapLocal) {
        local.seen.begin(self.keys);
        let seen = &mut local.seen;
        self.map.for_each(|key, value| {
            in_callback(|| point!("map.for_each.inside"));
            let number = key.number();
            worker.expect(OWN_VALUE, value.belongs_to(number), || value.describe(number));
            let known = seen.see(number, self.keeps(number));
            worker.expect(WHOLE_WALK, known, || format!("the map holds key {number}, which nobody inserted"));
        });
        if M::WALK.shows_once {
            let doubled = local.seen.doubled();
            worker.expect(WHOLE_WALK, doubled.is_none(), || doubled.unwrap_or_default());
        }
        if M::WALK.sees_kept {
            let lacking = local.seen.lacking(self.kept_count());
            worker.expect(WHOLE_WALK, lacking.is_none(), || lacking.unwrap_or_default());
        }
    }
}

/// Says whether an owner found what it had left.
fn tell_lost(judge: &mut impl Judge, wrong: Option<String>) {
    judge.expect(NO_LOST_UPDATE, wrong.is_none(), || wrong.unwrap_or_default());
}

/// Judges a value that an operation on a key let its caller see.
fn see(worker: &mut Worker, key: &Key, value: Option<&Value>) {
    if let Some(value) = value {
        let number = key.number();
        worker.expect(OWN_VALUE, value.belongs_to(number), || value.describe(number));
    }
}
