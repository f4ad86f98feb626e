//! `map.moka`: the cache of the crate `moka`, as a map.
//!
//! It has more room than there are keys, so that nothing is evicted. Its documentation says that only its entry operations on one
//! key come one after another, while plain `insert` and `invalidate` may pass them; so all changes go by entry
//! operations. It promises this order among computing calls, and one initialiser among initialising ones, and nothing between a
//! call of one kind and one of the other (each has waiters of its own), so `get_or_insert` is not offered beside `update`. It hands out clones and changes nothing in place. What it drops is put off until no reader can see it any more.

use crate::tracked::{Key, Value};
use crate::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, Removed, Walk};
use foldhash::fast::FixedState;
use moka::ops::compute::{CompResult, Op};
use moka::sync::Cache;
use std::cell::Cell;

/// More entries than a load can have keys before it.
const ROOM: u64 = 1 << 26;

/// The cache of the crate `moka`.
#[derive(Debug)]
pub struct MokaMapUnderTest(Cache<Key, Value, FixedState>);

impl MapUnderTest for MokaMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.moka";
    const SUMMARY: &'static str = "the cache of the crate moka, with room for every key";
    const OPERATIONS: &'static [MapOperation] =
        &[MapOperation::Get, MapOperation::Insert, MapOperation::Remove, MapOperation::Update, MapOperation::ForEach];
    const WALK: Walk = Walk { sees_kept: false, shows_once: true };

    fn build(_: &MapParams) -> Self {
        Self(Cache::builder().max_capacity(ROOM).build_with_hasher(FixedState::default()))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key)
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        let replaced = Cell::new(None);
        let _ = self.0.entry(key).and_upsert_with(|before| {
            replaced.set(before.map(moka::Entry::into_value));
            value
        });
        replaced.into_inner().into()
    }

    fn remove(&self, key: &Key) -> Removed {
        match self.0.entry_by_ref(key).and_compute_with(|_| Op::Remove) {
            CompResult::Removed(entry) => Removed::Value(entry.into_value()),
            _ => Removed::Nothing,
        }
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.iter().for_each(|(key, value)| visit(&key, &value));
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        let result = self.0.entry_by_ref(key).and_compute_with(|before| match before {
            Some(entry) => {
                let mut value = entry.into_value();
                change(&mut value);
                Op::Put(value)
            }
            None => Op::Nop,
        });
        matches!(result, CompResult::ReplacedWith(_))
    }

    fn reclaim() {
        crossbeam_epoch::pin().flush();
    }
}
