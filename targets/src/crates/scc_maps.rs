//! The maps of the crate `scc`: `map.scc_hash_map`, `map.scc_hash_index` and `map.scc_tree_index`.
//!
//! Its documentation says of walks that they visit what is there all the while, and may visit an entry more than once while a
//! table is resized; those of the tree may show removed entries for a moment. Values of the two indexes are never changed in
//! place, so they offer no `update`; a removal does not show what it removed, and an insertion on a key that is there is refused.
//! What the indexes drop is put off until no reader can see it any more.

use crate::tracked::{Key, Value};
use crate::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, Removed, Walk};
use foldhash::fast::FixedState;
use scc::{Guard, HashIndex, HashMap, TreeIndex};
use squall_probe::Operation;
use std::fmt;

const WALK: Walk = Walk { sees_kept: true, shows_once: false };

/// The hash map of the crate `scc`.
pub struct SccHashMapUnderTest(HashMap<Key, Value, FixedState>);

impl MapUnderTest for SccHashMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.scc_hash_map";
    const SUMMARY: &'static str = "the concurrent hash map of the crate scc";
    const OPERATIONS: &'static [MapOperation] = MapOperation::ALL;
    const WALK: Walk = WALK;

    fn build(_: &MapParams) -> Self {
        Self(HashMap::with_hasher(FixedState::default()))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.read_sync(key, |_, value| value.clone())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.upsert_sync(key, value).into()
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.remove_sync(key).map(|(_, value)| value).into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.iter_sync(|key, value| {
            visit(key, value);
            true
        });
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        self.0.update_sync(key, |_, value| change(value)).is_some()
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.entry_sync(key).or_insert_with(make).get().clone()
    }

    fn retain(&self, mut keep: impl FnMut(&Key, &Value) -> bool) {
        self.0.retain_sync(|key, value| keep(key, value));
    }

    fn reclaim() {
        reclaim();
    }
}

/// The hash index of the crate `scc`.
pub struct SccHashIndexUnderTest(HashIndex<Key, Value, FixedState>);

impl MapUnderTest for SccHashIndexUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.scc_hash_index";
    const SUMMARY: &'static str = "the read-optimised hash index of the crate scc";
    const OPERATIONS: &'static [MapOperation] = &[
        MapOperation::Get,
        MapOperation::Insert,
        MapOperation::Remove,
        MapOperation::GetOrInsert,
        MapOperation::Retain,
        MapOperation::ForEach,
    ];
    const WALK: Walk = WALK;

    fn build(_: &MapParams) -> Self {
        Self(HashIndex::with_hasher(FixedState::default()))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.peek_with(key, |_, value| value.clone())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        refused_or_new(self.0.insert_sync(key, value))
    }

    fn remove(&self, key: &Key) -> Removed {
        unseen_or_nothing(self.0.remove_sync(key))
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.iter_sync(|key, value| {
            visit(key, value);
            true
        });
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.entry_sync(key).or_insert_with(make).get().clone()
    }

    fn retain(&self, keep: impl FnMut(&Key, &Value) -> bool) {
        self.0.retain_sync(keep);
    }

    fn reclaim() {
        reclaim();
    }
}

/// The ordered index of the crate `scc`.
pub struct SccTreeIndexUnderTest(TreeIndex<Key, Value>);

impl MapUnderTest for SccTreeIndexUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.scc_tree_index";
    const SUMMARY: &'static str = "the ordered index of the crate scc";
    const OPERATIONS: &'static [MapOperation] =
        &[MapOperation::Get, MapOperation::Insert, MapOperation::Remove, MapOperation::ForEach];
    const WALK: Walk = WALK;

    fn build(_: &MapParams) -> Self {
        Self(TreeIndex::new())
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.peek_with(key, |_, value| value.clone())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        refused_or_new(self.0.insert_sync(key, value))
    }

    fn remove(&self, key: &Key) -> Removed {
        unseen_or_nothing(self.0.remove_sync(key))
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        let guard = Guard::new();
        self.0.iter(&guard).for_each(|(key, value)| visit(key, value));
    }

    fn reclaim() {
        reclaim();
    }
}

fn refused_or_new(inserted: Result<(), (Key, Value)>) -> Inserted {
    if inserted.is_ok() { Inserted::New } else { Inserted::Refused }
}

const fn unseen_or_nothing(removed: bool) -> Removed {
    if removed { Removed::Unseen } else { Removed::Nothing }
}

/// Moves the crate's epoch on.
fn reclaim() {
    Guard::new().accelerate();
}

macro_rules! opaque {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($name)).field("length", &self.0.len()).finish_non_exhaustive()
            }
        }
    )+};
}

opaque!(SccHashMapUnderTest, SccHashIndexUnderTest, SccTreeIndexUnderTest);
