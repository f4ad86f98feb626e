//! `map.std_ordered`: the standard library's ordered map behind its reader-writer lock. Beside the lock-free ordered maps, it is the
//! one that has nothing to go wrong, also when a comparison panics.

use crate::tracked::{Key, Value};
use crate::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, Removed};
use squall_probe::Operation;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The ordered map behind a lock.
#[derive(Debug)]
pub struct OrderedUnderTest(RwLock<BTreeMap<Key, Value>>);

impl OrderedUnderTest {
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<Key, Value>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<Key, Value>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MapUnderTest for OrderedUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.std_ordered";
    const SUMMARY: &'static str = "the standard ordered map behind the standard reader-writer lock";
    const OPERATIONS: &'static [MapOperation] = MapOperation::ALL;

    fn build(_: &MapParams) -> Self {
        Self(RwLock::default())
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.read().get(key).cloned()
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.write().insert(key, value).into()
    }

    fn remove(&self, key: &Key) -> Removed {
        self.write().remove(key).into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.read().iter().for_each(|(key, value)| visit(key, value));
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        self.write().get_mut(key).map(change).is_some()
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.write().entry(key).or_insert_with(make).clone()
    }

    fn retain(&self, mut keep: impl FnMut(&Key, &Value) -> bool) {
        self.write().retain(|key, value| keep(key, value));
    }
}
