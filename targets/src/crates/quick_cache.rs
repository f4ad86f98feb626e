//! The cache of the crate `quick_cache`, behind the adapter. It shares its room out to shards, so it is given more than all
//! keys need.

use crate::tracked::{Key, Value};
use crate::workloads::cache::CacheUnderTest;
use quick_cache::sync::Cache;

/// So much more room than keys: no shard gets so many more keys than another.
const ROOM_FACTOR: u64 = 16;
/// The least room, so that each shard has some.
const ROOM_MIN: u64 = 1024;

/// `cache.quick_cache`.
#[derive(Debug)]
pub struct QuickCacheUnderTest(Cache<Key, Value>);

impl CacheUnderTest for QuickCacheUnderTest {
    const NAME: &'static str = "cache.quick_cache";
    const SUMMARY: &'static str = "the cache of the crate quick_cache";
    const UPDATES: bool = false;

    fn with_room(keys: u64) -> Self {
        Self(Cache::new((keys * ROOM_FACTOR).max(ROOM_MIN) as usize))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key)
    }

    fn get_or_insert_with(&self, key: &Key, initialise: impl FnOnce() -> Value) -> Value {
        match self.0.get_or_insert_with::<_, std::convert::Infallible>(key, || Ok(initialise())) {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    fn insert(&self, key: Key, value: Value) {
        self.0.insert(key, value);
    }

    fn remove(&self, key: &Key) {
        self.0.remove(key);
    }
}
