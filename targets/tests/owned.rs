//! `no_lost_update` over keys that one worker alone changes: a map that says nothing of what it replaces cannot hide a lost
//! value, and one that loses nothing is called so.

use squall_probe::{Call, rehearse};
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, MapWorkload, Removed};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A map that says nothing, and one time in so many, if that is not 0, does not insert.
struct Silent<const LOSES_EVERY: u64> {
    entries: Mutex<HashMap<u64, Value>>,
    insertions: AtomicU64,
}

impl<const LOSES_EVERY: u64> MapUnderTest for Silent<LOSES_EVERY> {
    type Params = MapParams;
    const NAME: &'static str = "map.test";
    const SUMMARY: &'static str = "a map for tests";
    const OPERATIONS: &'static [MapOperation] = &[
        MapOperation::Get,
        MapOperation::Insert,
        MapOperation::Remove,
        MapOperation::Update,
        MapOperation::GetOrInsert,
        MapOperation::Retain,
    ];

    fn build(_: &MapParams) -> Self {
        Self { entries: Mutex::default(), insertions: AtomicU64::new(0) }
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.entries.lock().unwrap().get(&key.number()).cloned()
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        let number = self.insertions.fetch_add(1, Ordering::Relaxed) + 1;
        if LOSES_EVERY == 0 || !number.is_multiple_of(LOSES_EVERY) {
            self.entries.lock().unwrap().insert(key.number(), value);
        }
        Inserted::Unsaid
    }

    fn remove(&self, key: &Key) -> Removed {
        self.entries.lock().unwrap().remove(&key.number()).into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.entries.lock().unwrap().iter().for_each(|(key, value)| visit(&Key::new(*key), value));
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        self.entries.lock().unwrap().get_mut(&key.number()).map(change).is_some()
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.entries.lock().unwrap().entry(key.number()).or_insert_with(make).clone()
    }

    fn retain(&self, mut keep: impl FnMut(&Key, &Value) -> bool) {
        self.entries.lock().unwrap().retain(|key, value| keep(&Key::new(*key), value));
    }
}

/// What the oracle says of a map that three workers use.
fn complaints<const LOSES_EVERY: u64>(owned: u64) -> (u64, Vec<String>) {
    use MapOperation::{Get, GetOrInsert, Insert, Remove, Retain, Update};
    let operations = [Insert, Get, Update, Get, Remove, Get, GetOrInsert, Insert, Get, Retain];
    let calls = |worker: u64| {
        (0..3_000_u64)
            .map(|step| {
                let drawn = (step * 3 + worker + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
                Call { operation: operations[drawn as usize % operations.len()], key: drawn / 16 % 40 }
            })
            .collect()
    };
    let params = MapParams { owned, ..MapParams::default() };
    let reports = rehearse::<MapWorkload<Silent<LOSES_EVERY>>>(&params, (0..3).map(calls).collect()).unwrap();
    let report = reports.into_iter().find(|report| report.oracle == "no_lost_update").unwrap();
    (report.checked, report.violations.into_iter().map(|violation| violation.detail).collect())
}

#[test]
fn a_map_that_loses_nothing_is_called_so_however_it_is_owned() {
    for owned in [0, 1, 3] {
        assert_eq!(complaints::<0>(owned).1, Vec::<String>::new(), "one key in {owned}");
    }
    assert!(complaints::<0>(1).0 > complaints::<0>(0).0, "owners look, too");
}

#[test]
fn a_value_that_a_silent_map_loses_is_missed_by_its_only_writer() {
    let told = complaints::<50>(1).1;
    assert!(told.iter().any(|text| text.contains("and its only writer left a value by worker")), "{told:#?}");
}
