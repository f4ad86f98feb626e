//! The relic `moka-compute`: in moka 0.12.13, `and_compute_with` of the future cache lets the next caller go on as soon as the new value
//! is made, before the cache has it: what is made next is made of the old value, and one of the two is lost. 0.12.14 lets
//! the next one go on once the value is in.
//! Source: <https://github.com/moka-rs/moka/pull/574>.

use moka::future::Cache;
use moka::ops::compute::Op;
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::cache::{CacheUnderTest, CacheWorkload};
use squall_targets::workloads::task::block_on;

/// `cache.moka_future`: each call is driven to its end by the worker that makes it.
struct MokaUnderTest(Cache<Key, Value>);

impl CacheUnderTest for MokaUnderTest {
    const NAME: &'static str = "cache.moka_future";
    const SUMMARY: &'static str = "the asynchronous cache of the crate moka";
    const UPDATES: bool = true;

    fn with_room(_: u64) -> Self {
        Self(Cache::builder().build())
    }

    fn get(&self, key: &Key) -> Option<Value> {
        block_on(self.0.get(key))
    }

    fn get_or_insert_with(&self, key: &Key, initialise: impl FnOnce() -> Value) -> Value {
        block_on(self.0.get_with_by_ref(key, async { initialise() }))
    }

    fn insert(&self, key: Key, value: Value) {
        block_on(self.0.insert(key, value));
    }

    fn remove(&self, key: &Key) {
        block_on(self.0.invalidate(key));
    }

    fn update(&self, key: &Key, change: impl FnOnce(Option<Value>) -> Value) {
        let put = |present: Option<moka::Entry<Key, Value>>| {
            let value = change(present.map(moka::Entry::into_value));
            std::future::ready(Op::Put(value))
        };
        block_on(self.0.entry_by_ref(key).and_compute_with(put));
    }

    fn reclaim() {
        crossbeam_epoch::pin().flush();
    }
}

squall_probe::subject_main!(CacheWorkload<MokaUnderTest>);
