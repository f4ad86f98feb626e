//! The workload that drives every map: get, insert, remove and update, with values that name their key and writer.

use super::ledger::{Change, Ledger, Reckoning};
use super::map_under_test::MapUnderTest;
use crate::tracked::{
    DROP_BALANCE, Key, NO_USE_AFTER_DROP, OWN_VALUE, PREFILL_WORKER, Value, in_callback, settle, watch,
};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// What the map holds in the end is what the workers left there: entries and updates, key by key.
const NO_LOST_UPDATE: Oracle = Oracle::new(3, "no_lost_update");
/// More keys than these are not inserted before a load: it would take longer than the load.
const PREFILL_KEYS_MAX: u64 = 1 << 24;

operations! {
    /// What a map is asked.
    pub enum MapOperation {
        Get = "get",
        Insert = "insert",
        Remove = "remove",
        Update = "update",
    }
}

/// A map under load.
///
/// Points of its own: `map.call` before each operation, where an error can be returned; `map.update.inside` inside the
/// closure that changes a value, so that a fault acts while the map holds its lock, whatever map it is.
#[derive(Debug)]
pub struct MapWorkload<M> {
    map: M,
    keys: u64,
    prefilled: bool,
}

/// What one worker remembers.
#[derive(Debug, Default)]
pub struct MapLocal {
    ledger: Ledger,
    sequence: u64,
}

impl MapLocal {
    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}

impl<M: MapUnderTest> Workload for MapWorkload<M> {
    type Operation = MapOperation;
    type Params = M::Params;
    type Local = MapLocal;
    const NAME: &'static str = M::NAME;
    const SUMMARY: &'static str = M::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, NO_LOST_UPDATE];
    const REALLOCATES: bool = true;

    fn build(params: &M::Params, setup: &Setup) -> Result<Self, String> {
        let workload = Self { map: M::build(params), keys: setup.keys.max(1), prefilled: M::prefill(params) };
        if workload.prefilled {
            if workload.keys > PREFILL_KEYS_MAX {
                return Err(format!("{} keys are too many to insert first; set `prefill: false`", workload.keys));
            }
            for key in 0..workload.keys {
                workload.map.insert(Key::new(key), Value::new(key, PREFILL_WORKER, 0));
            }
        }
        Ok(workload)
    }

    fn step(&self, worker: &mut Worker, local: &mut MapLocal, call: Call<MapOperation>) -> Result<(), OperationError> {
        point!("map.call", |error| Err(error.into()));
        let key = Key::new(call.key);
        let seen = match call.operation {
            MapOperation::Get => self.map.get(&key),
            MapOperation::Insert => self.insert(worker.number(), local, &key),
            MapOperation::Remove => self.remove(local, &key),
            MapOperation::Update => self.update(worker.number(), local, &key),
        };
        if let Some(value) = seen {
            worker.expect(OWN_VALUE, value.belongs_to(call.key), || value.describe(call.key));
        }
        watch(worker);
        Ok(())
    }

    fn reallocate(&self) {
        self.map.reallocate();
    }

    fn check(self, locals: Vec<MapLocal>, check: &mut FinalCheck) {
        let ledgers = locals.into_iter().map(|local| local.ledger);
        let mut reckoning = Reckoning::new(self.keys, self.prefilled, ledgers);
        self.map.for_each(|key, value| {
            let key = key.number();
            check.expect(OWN_VALUE, value.belongs_to(key), || value.describe(key));
            reckoning.hold(key, value);
        });
        for complaint in reckoning.verdicts() {
            check.expect(NO_LOST_UPDATE, complaint.is_none(), || complaint.unwrap_or_default());
        }
        drop(self.map);
        settle(check);
    }
}

/// Each of these hands on the value that the operation let it see.
impl<M: MapUnderTest> MapWorkload<M> {
    /// The caller keeps its key, and so has to give the map a clone.
    fn insert(&self, worker: u32, local: &mut MapLocal, key: &Key) -> Option<Value> {
        let value = Value::new(key.number(), worker, local.next_sequence());
        local.ledger.begin(self.keys, key.number(), Change::Insert);
        let replaced = self.map.insert(key.clone(), value);
        local.ledger.inserted(replaced.as_ref());
        replaced
    }

    fn remove(&self, local: &mut MapLocal, key: &Key) -> Option<Value> {
        local.ledger.begin(self.keys, key.number(), Change::Remove);
        let removed = self.map.remove(key);
        local.ledger.removed(removed.as_ref());
        removed
    }

    fn update(&self, worker: u32, local: &mut MapLocal, key: &Key) -> Option<Value> {
        let sequence = local.next_sequence();
        let mut before = None;
        local.ledger.begin(self.keys, key.number(), Change::Update);
        let found = self.map.update(key, |value| {
            in_callback(|| point!("map.update.inside"));
            before = Some(value.clone());
            value.update(worker, sequence);
        });
        local.ledger.updated(found);
        before
    }
}
