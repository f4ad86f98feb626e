//! Our own maps, each behind the adapter; those of other crates are in [`crate::crates`].

use super::map_under_test::{Inserted, MapUnderTest, Removed};
use super::params::{MapParams, ShardedMapParams};
use super::workload::MapOperation;
use crate::containers::{CachedMap, LockedMap, ShardedMap};
use crate::tracked::{Key, Value};

/// What our own maps offer.
const OPERATIONS: &[MapOperation] =
    &[MapOperation::Get, MapOperation::Insert, MapOperation::Remove, MapOperation::Update, MapOperation::ForEach];

/// The parts of an adapter that only pass on to the map inside.
macro_rules! passed_on {
    () => {
        const OPERATIONS: &'static [MapOperation] = OPERATIONS;
        const REALLOCATES: bool = true;

        fn get(&self, key: &Key) -> Option<Value> {
            self.0.get(key)
        }

        fn insert(&self, key: Key, value: Value) -> Inserted {
            self.0.insert(key, value).into()
        }

        fn remove(&self, key: &Key) -> Removed {
            self.0.remove(key).into()
        }

        fn for_each(&self, visit: impl FnMut(&Key, &Value)) {
            self.0.for_each(visit);
        }

        fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
            self.0.update(key, change)
        }

        fn reallocate(&self) {
            self.0.reallocate();
        }
    };
}

/// `map.sharded`: our own sharded map.
#[derive(Debug)]
pub struct ShardedMapUnderTest(ShardedMap<Key, Value>);

impl MapUnderTest for ShardedMapUnderTest {
    type Params = ShardedMapParams;
    const NAME: &'static str = "map.sharded";
    const SUMMARY: &'static str = "a hash map behind many locks";

    fn build(params: &ShardedMapParams) -> Self {
        Self(ShardedMap::new(params.shards as usize))
    }

    passed_on!();
}

/// `map.locked`: our own standard map behind one lock.
#[derive(Debug)]
pub struct LockedMapUnderTest(LockedMap<Key, Value>);

impl MapUnderTest for LockedMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.locked";
    const SUMMARY: &'static str = "a standard hash map behind one reader-writer lock";

    fn build(_: &MapParams) -> Self {
        Self(LockedMap::new())
    }

    passed_on!();
}

/// `map.cached`: our own map with a cache in front of it.
#[derive(Debug)]
pub struct CachedMapUnderTest(CachedMap<Key, Value>);

impl MapUnderTest for CachedMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.cached";
    const SUMMARY: &'static str = "a locked map behind a cache that readers fill and writers empty: reads may be stale";

    fn build(_: &MapParams) -> Self {
        Self(CachedMap::new())
    }

    passed_on!();
}
