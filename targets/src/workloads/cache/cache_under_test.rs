//! What a cache has to offer to be put under load: the adapter that one workload drives them all through.

use crate::tracked::{Key, Value};

/// A cache under test. It is made with room for all keys, and has to keep what it is given until that is removed.
pub trait CacheUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// Whether the cache can update a value with no other change of it in between; if not, a mix that names `update` is
    /// refused.
    const UPDATES: bool;
    /// Whether the cache can show all that it holds; if not, a mix that names `walk` is refused.
    const WALKS: bool = false;

    /// An empty cache with room for so many keys.
    fn with_room(keys: u64) -> Self;

    /// The value of a key, cloned.
    fn get(&self, key: &Key) -> Option<Value>;

    /// The value of a key, cloned; if there is none, `initialise` makes it, once for all who ask at the same time.
    fn get_or_insert_with(&self, key: &Key, initialise: impl FnOnce() -> Value) -> Value;

    /// Gives a key a value.
    fn insert(&self, key: Key, value: Value);

    /// Removes a key.
    fn remove(&self, key: &Key);

    /// Gives a key the value that `change` makes of the present one.
    fn update(&self, key: &Key, change: impl FnOnce(Option<Value>) -> Value) {
        let _ = (key, change);
    }

    /// Shows every key and value.
    fn for_each(&self, visit: impl FnMut(&Key, &Value)) {
        let _ = visit;
    }

    /// Lets drops happen that caches of this kind put off; it is called again and again once the cache is dropped.
    fn reclaim() {}
}
