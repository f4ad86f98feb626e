//! `map.dashmap`: the crate `dashmap`, with the hasher of our own maps.

use crate::tracked::{Key, Value};
use crate::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, Removed};
use dashmap::DashMap;
use foldhash::fast::FixedState;
use squall_probe::Operation;

/// The map of the crate `dashmap`.
#[derive(Debug)]
pub struct DashMapUnderTest(DashMap<Key, Value, FixedState>);

impl MapUnderTest for DashMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.dashmap";
    const SUMMARY: &'static str = "the concurrent map of the crate dashmap";
    const OPERATIONS: &'static [MapOperation] = MapOperation::ALL;
    const REALLOCATES: bool = true;

    fn build(_: &MapParams) -> Self {
        Self(DashMap::with_hasher(FixedState::default()))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key).map(|entry| entry.value().clone())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.insert(key, value).into()
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.remove(key).map(|(_, value)| value).into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.iter().for_each(|entry| visit(entry.key(), entry.value()));
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        self.0.get_mut(key).map(|mut entry| change(entry.value_mut())).is_some()
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.entry(key).or_insert_with(make).value().clone()
    }

    fn retain(&self, mut keep: impl FnMut(&Key, &Value) -> bool) {
        self.0.retain(|key, value| keep(key, value));
    }

    fn reallocate(&self) {
        self.0.shrink_to_fit();
    }
}
