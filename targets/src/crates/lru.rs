//! The cache of the crate `lru` behind one lock, behind the adapter.

use crate::tracked::{Key, Value};
use crate::workloads::cache::CacheUnderTest;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// `cache.lru`.
#[derive(Debug)]
pub struct LruUnderTest(Mutex<LruCache<Key, Value>>);

impl LruUnderTest {
    /// A panic of a key or value does not end the use of the cache: it has to survive that.
    fn locked(&self) -> MutexGuard<'_, LruCache<Key, Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheUnderTest for LruUnderTest {
    const NAME: &'static str = "cache.lru";
    const SUMMARY: &'static str = "the cache of the crate lru behind one lock";
    const UPDATES: bool = true;
    const WALKS: bool = true;

    fn with_room(keys: u64) -> Self {
        let room = NonZeroUsize::new(keys as usize).unwrap_or(NonZeroUsize::MIN);
        Self(Mutex::new(LruCache::new(room)))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.locked().get(key).cloned()
    }

    fn get_or_insert_with(&self, key: &Key, initialise: impl FnOnce() -> Value) -> Value {
        self.locked().get_or_insert(Key::new(key.number()), initialise).clone()
    }

    fn insert(&self, key: Key, value: Value) {
        self.locked().put(key, value);
    }

    fn remove(&self, key: &Key) {
        self.locked().pop(key);
    }

    fn update(&self, key: &Key, change: impl FnOnce(Option<Value>) -> Value) {
        let mut cache = self.locked();
        let value = change(cache.peek(key).cloned());
        cache.put(Key::new(key.number()), value);
    }
    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.locked().iter().for_each(|(key, value)| visit(key, value));
    }
}
