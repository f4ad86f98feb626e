//! The relic `moka-init`: in moka 0.9.5, `get_with` looks for the value before it has the lock of the key's initialiser, and does not
//! look again once it has it. Whoever asks while another call is just done makes the value a second time. 0.9.6 looks again.
//! Source: <https://github.com/moka-rs/moka/pull/195>.

use moka::sync::Cache;
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::cache::{CacheUnderTest, CacheWorkload};

/// `cache.moka`, with what this version of the crate offers.
struct MokaUnderTest(Cache<Key, Value>);

impl CacheUnderTest for MokaUnderTest {
    const NAME: &'static str = "cache.moka";
    const SUMMARY: &'static str = "the cache of the crate moka";
    const UPDATES: bool = false;

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

    fn reclaim() {
        crossbeam_epoch::pin().flush();
    }
}

squall_probe::subject_main!(CacheWorkload<MokaUnderTest>);
