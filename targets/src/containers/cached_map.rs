//! A map with a cache in front of it, filled by whoever reads and emptied by whoever writes: how services put a cache beside a
//! database.

use super::LockedMap;
use foldhash::fast::FixedState;
use squall_probe::point;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many entries the cache has room for, each key in one place only.
const PLACES: usize = 256;

/// A map with a cache of what was read last.
///
/// **Guarantees.** Changes are linearizable. **A read may be stale**: a reader that found a key uncached reads the map, and puts into the
/// cache what it found; if the value was changed and the place emptied in between, the old value stays there for later readers
/// until the next change.
///
/// **Cost.** A read that hits takes the lock of one place, and none of the map's.
///
/// **Source.** The cache-aside pattern, and the stale set that Nishtala and others describe ("Scaling Memcache at Facebook", 2013).
pub struct CachedMap<K, V> {
    map: LockedMap<K, V>,
    cache: Vec<Mutex<Option<(K, V)>>>,
}

impl<K: Hash + Eq + Clone, V: Clone> CachedMap<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self { map: LockedMap::new(), cache: (0..PLACES).map(|_| Mutex::new(None)).collect() }
    }

    /// The value of a key, from the cache if it is there.
    pub fn get(&self, key: &K) -> Option<V> {
        if let Some((_, value)) = self.place(key).as_ref().filter(|(cached, _)| cached == key) {
            return Some(value.clone());
        }
        let value = self.map.get(key)?;
        point!("cached_map.fill");
        let before = self.place(key).replace((key.clone(), value.clone()));
        drop(before);
        Some(value)
    }

    /// Gives a key a value; hands on the value that it had before.
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        let before = self.map.insert(key.clone(), value);
        self.forget(&key);
        before
    }

    /// Takes a key out; hands on its value.
    pub fn remove(&self, key: &K) -> Option<V> {
        let removed = self.map.remove(key);
        self.forget(key);
        removed
    }

    /// Changes the value of a key; hands on whether the key was there.
    pub fn update(&self, key: &K, change: impl FnOnce(&mut V)) -> bool {
        let found = self.map.update(key, change);
        self.forget(key);
        found
    }

    /// Shows every key and value of the map.
    pub fn for_each(&self, visit: impl FnMut(&K, &V)) {
        self.map.for_each(visit);
    }

    /// Moves the map's table.
    pub fn reallocate(&self) {
        self.map.reallocate();
    }

    fn forget(&self, key: &K) {
        let cached = self.place(key).take();
        drop(cached);
    }

    fn place(&self, key: &K) -> MutexGuard<'_, Option<(K, V)>> {
        let hash = FixedState::default().hash_one(key);
        self.cache[hash as usize % PLACES].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Default for CachedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> fmt::Debug for CachedMap<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CachedMap")
    }
}
