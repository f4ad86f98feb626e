//! The maps that are put under load, each behind the adapter.

use super::map_under_test::MapUnderTest;
use crate::containers::{LockedMap, ShardedMap};
use crate::tracked::{Key, Value};
use dashmap::DashMap;
use foldhash::fast::FixedState;

squall_probe::params! {
    /// The parameters of a sharded map.
    pub struct ShardedMapParams {
        shards: u64 = 16, in 1.0..=65536.0, "how many locks share the keys";
        prefill: bool = true, "whether every key is inserted before the load";
    }
}

squall_probe::params! {
    /// The parameters of a map that has none of its own.
    pub struct MapParams {
        prefill: bool = true, "whether every key is inserted before the load";
    }
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

    fn prefill(params: &ShardedMapParams) -> bool {
        params.prefill
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key)
    }

    fn insert(&self, key: Key, value: Value) -> Option<Value> {
        self.0.insert(key, value)
    }

    fn remove(&self, key: &Key) -> Option<Value> {
        self.0.remove(key)
    }

    fn update(&self, key: &Key, change: impl FnOnce(&mut Value)) -> bool {
        self.0.update(key, change)
    }

    fn for_each(&self, visit: impl FnMut(&Key, &Value)) {
        self.0.for_each(visit);
    }

    fn reallocate(&self) {
        self.0.reallocate();
    }
}

/// `map.locked`: a standard map behind one lock.
#[derive(Debug)]
pub struct LockedMapUnderTest(LockedMap<Key, Value>);

impl MapUnderTest for LockedMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.locked";
    const SUMMARY: &'static str = "a standard hash map behind one reader-writer lock";

    fn build(_: &MapParams) -> Self {
        Self(LockedMap::new())
    }

    fn prefill(params: &MapParams) -> bool {
        params.prefill
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key)
    }

    fn insert(&self, key: Key, value: Value) -> Option<Value> {
        self.0.insert(key, value)
    }

    fn remove(&self, key: &Key) -> Option<Value> {
        self.0.remove(key)
    }

    fn update(&self, key: &Key, change: impl FnOnce(&mut Value)) -> bool {
        self.0.update(key, change)
    }

    fn for_each(&self, visit: impl FnMut(&Key, &Value)) {
        self.0.for_each(visit);
    }

    fn reallocate(&self) {
        self.0.reallocate();
    }
}

/// `map.dashmap`: the crate `dashmap`, with the hasher of our own maps.
#[derive(Debug)]
pub struct DashMapUnderTest(DashMap<Key, Value, FixedState>);

impl MapUnderTest for DashMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.dashmap";
    const SUMMARY: &'static str = "the concurrent map of the crate dashmap";

    fn build(_: &MapParams) -> Self {
        Self(DashMap::with_hasher(FixedState::default()))
    }

    fn prefill(params: &MapParams) -> bool {
        params.prefill
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key).map(|entry| entry.value().clone())
    }

    fn insert(&self, key: Key, value: Value) -> Option<Value> {
        self.0.insert(key, value)
    }

    fn remove(&self, key: &Key) -> Option<Value> {
        self.0.remove(key).map(|(_, value)| value)
    }

    fn update(&self, key: &Key, change: impl FnOnce(&mut Value)) -> bool {
        self.0.get_mut(key).map(|mut entry| change(entry.value_mut())).is_some()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.iter().for_each(|entry| visit(entry.key(), entry.value()));
    }

    fn reallocate(&self) {
        self.0.shrink_to_fit();
    }
}
