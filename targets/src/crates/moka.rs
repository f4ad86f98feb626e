//! The cache of the crate `moka`, behind the adapter, without a limit to what it holds.

use crate::tracked::{Key, Value};
use crate::workloads::cache::CacheUnderTest;
use moka::ops::compute::Op;
use moka::sync::Cache;

/// `cache.moka`.
#[derive(Debug)]
pub struct MokaUnderTest(Cache<Key, Value>);

impl CacheUnderTest for MokaUnderTest {
    const NAME: &'static str = "cache.moka";
    const SUMMARY: &'static str = "the cache of the crate moka";
    const UPDATES: bool = true;

    fn with_room(_: u64) -> Self {
        Self(Cache::builder().build())
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key)
    }

    fn get_or_insert_with(&self, key: &Key, initialise: impl FnOnce() -> Value) -> Value {
        self.0.get_with_by_ref(key, initialise)
    }

    fn insert(&self, key: Key, value: Value) {
        self.0.insert(key, value);
    }

    fn remove(&self, key: &Key) {
        self.0.invalidate(key);
    }

    fn update(&self, key: &Key, change: impl FnOnce(Option<Value>) -> Value) {
        let put = |present: Option<moka::Entry<Key, Value>>| Op::Put(change(present.map(moka::Entry::into_value)));
        let _ = self.0.entry_by_ref(key).and_compute_with(put);
    }

    fn reclaim() {
        crossbeam_epoch::pin().flush();
    }
}
