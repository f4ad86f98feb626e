//! `map.crossbeam_skiplist`: the skip map of the crate `crossbeam-skiplist`.
//!
//! Its documentation says that an insertion removes the entry of an equal key first and puts in a new one; it hands on the new
//! entry and does not say whether there was another. Between the two the key is not there: readers miss it now and then, in
//! version 0.1.3 some 5 of 300,000 without any fault. Values are shared and never changed in place. A walk goes along the list as it is,
//! and promises nothing about keys that are replaced meanwhile. What it drops is put off until no reader can see it any more.

use crate::tracked::{Key, Value};
use crate::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, Removed, Walk};
use crossbeam_skiplist::SkipMap;
use std::fmt;

/// The skip map of the crate `crossbeam-skiplist`.
pub struct SkipMapUnderTest(SkipMap<Key, Value>);

impl MapUnderTest for SkipMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.crossbeam_skiplist";
    const SUMMARY: &'static str = "the lock-free ordered map of the crate crossbeam-skiplist";
    const OPERATIONS: &'static [MapOperation] = &[
        MapOperation::Get,
        MapOperation::Insert,
        MapOperation::Remove,
        MapOperation::GetOrInsert,
        MapOperation::ForEach,
    ];
    const WALK: Walk = Walk { sees_kept: false, shows_once: false };

    const REPLACES_AT_ONCE: bool = false;

    fn build(_: &MapParams) -> Self {
        Self(SkipMap::new())
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key).map(|entry| entry.value().clone())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.insert(key, value);
        Inserted::Unsaid
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.remove(key).map(|entry| entry.value().clone()).into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.iter().for_each(|entry| visit(entry.key(), entry.value()));
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.get_or_insert_with(key, make).value().clone()
    }

    fn reclaim() {
        crossbeam_epoch::pin().flush();
    }
}

impl fmt::Debug for SkipMapUnderTest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SkipMapUnderTest").finish_non_exhaustive()
    }
}
