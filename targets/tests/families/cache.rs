//! `cache`: each missing value is made once, stays, and loses no update.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::cache::{CacheOperation, CacheParams, CacheUnderTest, CacheWorkload};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

/// A cache behind a lock that makes a mistake.
struct Planted<const MISTAKE: char>(Mutex<HashMap<u64, Value>>);

const NONE: char = 'n';
const INITIALISES_TWICE: char = 'i';
const FORGETS: char = 'f';
const LOSES_UPDATES: char = 'u';
const MIXES_KEYS: char = 'm';
const LEAKS: char = 'k';

impl<const MISTAKE: char> Planted<MISTAKE> {
    fn locked(&self) -> MutexGuard<'_, HashMap<u64, Value>> {
        self.0.lock().unwrap()
    }
}

impl<const MISTAKE: char> CacheUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "cache.test";
    const SUMMARY: &'static str = "a cache for tests";
    const UPDATES: bool = true;

    fn with_room(_: u64) -> Self {
        Self(Mutex::default())
    }

    fn get(&self, key: &Key) -> Option<Value> {
        let number = if MISTAKE == MIXES_KEYS { key.number() ^ 1 } else { key.number() };
        self.locked().get(&number).cloned()
    }

    fn get_or_insert_with(&self, key: &Key, initialise: impl FnOnce() -> Value) -> Value {
        if MISTAKE == INITIALISES_TWICE {
            let found = self.get(key);
            std::thread::yield_now();
            return found.unwrap_or_else(|| {
                let value = initialise();
                self.locked().insert(key.number(), value.clone());
                value
            });
        }
        let mut entries = self.locked();
        if MISTAKE == FORGETS {
            let fewer = entries.len() / 2;
            let mut left = 0..fewer;
            entries.retain(|_, _| left.next().is_some());
        }
        entries.entry(key.number()).or_insert_with(initialise).clone()
    }

    fn insert(&self, key: Key, value: Value) {
        if MISTAKE == LEAKS {
            std::mem::forget(value.clone());
        }
        self.locked().insert(key.number(), value);
    }

    fn remove(&self, key: &Key) {
        self.locked().remove(&key.number());
    }

    fn update(&self, key: &Key, change: impl FnOnce(Option<Value>) -> Value) {
        if MISTAKE == LOSES_UPDATES {
            let changed = change(self.get(key));
            std::thread::yield_now();
            self.locked().insert(key.number(), changed);
            return;
        }
        let mut entries = self.locked();
        let changed = change(entries.get(&key.number()).cloned());
        entries.insert(key.number(), changed);
    }
}

fn said<const MISTAKE: char>(operations: &[CacheOperation]) -> Said {
    drive::<CacheWorkload<Planted<MISTAKE>>>(&CacheParams { round: 500 }, operations, 20_000)
}

#[test]
fn a_correct_cache_is_called_so_by_all_oracles() {
    let oracles = ["own_value", "one_initialiser", "no_lost_update", "drop_balance"];
    said::<NONE>(all::<CacheWorkload<Planted<NONE>>>()).assert_clean(&oracles);
    said::<NONE>(&[CacheOperation::Get, CacheOperation::GetOrInsert]).assert_clean(&["own_value", "stays"]);
}

#[test]
fn a_value_that_is_made_twice_is_named() {
    assert_caught(
        || said::<INITIALISES_TWICE>(&[CacheOperation::GetOrInsert]),
        "one_initialiser",
        "times instead of 1",
    );
}

#[test]
fn a_value_that_is_gone_though_nobody_removed_it_is_named() {
    assert_caught(
        || said::<FORGETS>(&[CacheOperation::Get, CacheOperation::GetOrInsert]),
        "stays",
        "is gone, and nobody removed it",
    );
}

#[test]
fn an_update_that_is_lost_is_counted() {
    assert_caught(|| said::<LOSES_UPDATES>(&[CacheOperation::Update]), "no_lost_update", " updates, of ");
}

#[test]
fn a_value_under_another_key_and_a_leak_are_caught() {
    use CacheOperation::{Get, GetOrInsert, Insert};
    assert_caught(|| said::<MIXES_KEYS>(&[Get, GetOrInsert]), "own_value", "held a value written for");
    assert_caught(|| said::<LEAKS>(&[Insert]), "drop_balance", "never dropped");
}
