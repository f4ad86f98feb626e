//! A hash map behind one lock: what every other map has to be better than, and the simplest repair of most map hazards.

use foldhash::fast::FixedState;
use squall_probe::point;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A standard hash map behind one reader-writer lock.
///
/// **Guarantees.** Every operation is linearizable, `length` and `for_each` included.
///
/// **Cost.** One hash, one lock and one probe an operation. Readers share the lock, yet each writes its line twice, so
/// reads do not scale either. Growth moves the whole table while everybody waits.
///
/// **Panics.** As with [`ShardedMap`](super::ShardedMap), a poisoned lock is used on: `HashMap` stays valid when foreign
/// code panics in it. It keeps no hashes, though: a `Hash` that panics while the table is rehashed in place loses entries.
///
/// **Source.** `std::sync::RwLock` and `std::collections::HashMap`, with the hasher of [`ShardedMap`](super::ShardedMap).
pub struct LockedMap<K, V> {
    table: RwLock<HashMap<K, V, FixedState>>,
}

impl<K: Hash + Eq, V> LockedMap<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self { table: RwLock::new(HashMap::with_hasher(FixedState::default())) }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<V>
    where
        V: Clone,
    {
        let table = self.read();
        point!("map.lock.held");
        table.get(key).cloned()
    }

    /// Gives a key a value; hands on the value that it had before.
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        let mut table = self.write();
        point!("map.lock.held");
        table.insert(key, value)
    }

    /// Takes a key out; hands on its value.
    pub fn remove(&self, key: &K) -> Option<V> {
        let mut table = self.write();
        point!("map.lock.held");
        let removed = table.remove_entry(key);
        drop(table);
        removed.map(|(_, value)| value)
    }

    /// Changes the value of a key under the lock; hands on whether the key was there.
    pub fn update(&self, key: &K, change: impl FnOnce(&mut V)) -> bool {
        let mut table = self.write();
        point!("map.lock.held");
        table.get_mut(key).map(change).is_some()
    }

    /// How many keys there are.
    pub fn length(&self) -> usize {
        self.read().len()
    }

    /// Shows every key and value under the lock.
    pub fn for_each(&self, mut visit: impl FnMut(&K, &V)) {
        self.read().iter().for_each(|(key, value)| visit(key, value));
    }

    /// Moves the table twice: it gives back the room that it can spare, and takes it again.
    pub fn reallocate(&self) {
        let mut table = self.write();
        let length = table.len();
        table.shrink_to_fit();
        table.reserve(length);
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<K, V, FixedState>> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<K, V, FixedState>> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq, V> Default for LockedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> fmt::Debug for LockedMap<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LockedMap")
    }
}
