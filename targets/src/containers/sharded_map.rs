//! A hash map behind many locks: takes keys and values, hands out clones, and lets threads that work on different keys
//! pass each other.

use super::padded::Padded;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use squall_probe::point;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A shard's table grows by at least so many entries.
const GROWTH_MIN: usize = 4;
/// The table takes the upper seven bits of a hash as its tag; the shard is chosen by the bits below them.
const TAG_BITS: u32 = 7;
/// Fixed, so that equal experiments place equal keys in equal shards.
const HASH_SEED: u64 = 0x7371_7561_6c6c;

/// A map whose keys are spread over shards, each a table behind its own lock.
///
/// ```
/// use squall_targets::containers::ShardedMap;
/// let stock = ShardedMap::new(16);
/// stock.insert("apples", 3);
/// assert!(stock.update(&"apples", |count| *count += 1));
/// assert_eq!(stock.get(&"apples"), Some(4));
/// assert_eq!(stock.remove(&"apples"), Some(4));
/// ```
///
/// **Guarantees.** `get`, `insert`, `remove` and `update` are linearizable: each takes effect at one moment while it holds
/// the lock of its key's shard. `length` and `for_each` go from shard to shard and see no common moment of all.
///
/// **Cost.** One hash, one lock and one probe an operation. Readers of a shard share its lock. The shard follows from
/// the hash by one multiplication (Lemire, *Fast random integer generation in an interval*, 2019), so any number of
/// shards will do. Growth moves one shard's table, while only that shard waits.
///
/// **Hashing.** `foldhash` by default: as good as SipHash at spreading, several times faster on short keys, no
/// protection against keys that are chosen to collide. The seed is fixed; a map that takes keys from strangers is to be
/// made by [`ShardedMap::with_hasher`] with random state. An entry keeps its hash: growing calls no foreign code, so a
/// `Hash` that panics cannot leave a table half moved.
///
/// **Panics.** A panic of the caller's `Hash`, `Eq`, `Clone` or closure poisons the shard's lock, and the map goes on all
/// the same: between two foreign calls the table is never changed halfway, so there is nothing to protect others from.
/// A closure that panics leaves its value as far as it had changed it. Keys and values are dropped outside the lock.
///
/// **Source.** Striped locking as in Java's `ConcurrentHashMap` before version 8 and in `dashmap`; the table is
/// `hashbrown`'s.
///
/// **Beside `dashmap`.** 88 % of its operations a second, as the ratio of the medians of seven pairs of runs in turns, 80 % get, 10 %
/// insert, 5 % remove, 5 % update over 10,000 keys, two workers, closed loop, on a two-core machine that other work shared: single
/// pairs lay between 63 % and 122 %. `squall run experiments/comparisons/maps.yaml` sets them and others side by side again.
pub struct ShardedMap<K, V, S = FixedState> {
    shards: Box<[Locked<K, V>]>,
    hasher: S,
}

/// A shard alone on its cache lines.
type Locked<K, V> = Padded<RwLock<Shard<K, V>>>;

/// One table with the number of entries at which it grows.
struct Shard<K, V> {
    table: HashTable<Entry<K, V>>,
    room: usize,
}

struct Entry<K, V> {
    hash: u64,
    key: K,
    value: V,
}

impl<K: Hash + Eq, V> ShardedMap<K, V> {
    /// An empty map of so many shards; at least one.
    #[must_use]
    pub fn new(shards: usize) -> Self {
        Self::with_hasher(shards, FixedState::with_seed(HASH_SEED))
    }
}

impl<K: Hash + Eq, V, S: BuildHasher> ShardedMap<K, V, S> {
    /// An empty map of so many shards, at least one, that hashes its keys by `hasher`.
    #[must_use]
    pub fn with_hasher(shards: usize, hasher: S) -> Self {
        let shards = (0..shards.max(1)).map(|_| Padded(RwLock::new(Shard::new()))).collect();
        Self { shards, hasher }
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<V>
    where
        V: Clone,
    {
        let hash = self.hasher.hash_one(key);
        let shard = read(self.shard(hash));
        point!("map.shard.locked");
        shard.table.find(hash, |entry| entry.key == *key).map(|entry| entry.value.clone())
    }

    /// Gives a key a value; hands on the value that it had before. A key that is there already stays, the new one is
    /// dropped.
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        let hash = self.hasher.hash_one(&key);
        let mut shard = write(self.shard(hash));
        point!("map.shard.locked");
        if let Some(entry) = shard.table.find_mut(hash, |entry| entry.key == key) {
            return Some(std::mem::replace(&mut entry.value, value));
        }
        shard.make_room();
        shard.table.insert_unique(hash, Entry { hash, key, value }, |entry| entry.hash);
        None
    }

    /// Takes a key out; hands on its value.
    pub fn remove(&self, key: &K) -> Option<V> {
        let hash = self.hasher.hash_one(key);
        let mut shard = write(self.shard(hash));
        point!("map.shard.locked");
        let found = shard.table.find_entry(hash, |entry| entry.key == *key).ok()?;
        let (removed, _) = found.remove();
        drop(shard);
        Some(removed.value)
    }

    /// Changes the value of a key under the lock of its shard: no other operation on the key comes between. Hands on
    /// whether the key was there.
    pub fn update(&self, key: &K, change: impl FnOnce(&mut V)) -> bool {
        let hash = self.hasher.hash_one(key);
        let mut shard = write(self.shard(hash));
        point!("map.shard.locked");
        let found = shard.table.find_mut(hash, |entry| entry.key == *key);
        found.map(|entry| change(&mut entry.value)).is_some()
    }

    /// How many keys there are, counted shard by shard.
    pub fn length(&self) -> usize {
        self.shards.iter().map(|shard| read(shard).table.len()).sum()
    }

    /// Shows every key and value, shard by shard, each shard under its lock.
    pub fn for_each(&self, mut visit: impl FnMut(&K, &V)) {
        for shard in &self.shards {
            read(shard).table.iter().for_each(|entry| visit(&entry.key, &entry.value));
        }
    }

    /// Moves the table of every shard, one shard after another: one that has room to spare gives it back, and so has to
    /// grow again with its next new key; one that has none grows.
    pub fn reallocate(&self) {
        for shard in &self.shards {
            write(shard).reallocate();
        }
    }

    fn shard(&self, hash: u64) -> &RwLock<Shard<K, V>> {
        let spread = u128::from(hash << TAG_BITS) * self.shards.len() as u128;
        &self.shards[(spread >> u64::BITS) as usize]
    }
}

/// A poisoned lock is as good as any: see the map's word on panics.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl<K, V> Shard<K, V> {
    const fn new() -> Self {
        Self { table: HashTable::new(), room: 0 }
    }

    /// Makes room for one more entry. The table itself would grow unseen once removed entries have used it up, so its
    /// capacity, which sinks with them, counts as well.
    #[inline]
    fn make_room(&mut self) {
        if self.table.len() >= self.room.min(self.table.capacity()) {
            self.grow();
        }
    }

    /// Moves the entries to a table of twice the size.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        point!("map.shard.grow");
        #[cfg(feature = "failpoints")]
        fail::fail_point!("map::shard::resize");
        let growth = self.table.len().max(GROWTH_MIN);
        self.table.reserve(growth, |entry| entry.hash);
        self.room = self.table.len() + growth;
    }

    fn reallocate(&mut self) {
        let capacity = self.table.capacity();
        self.table.shrink_to_fit(|entry| entry.hash);
        if self.table.capacity() < capacity {
            self.room = self.table.len();
        } else {
            self.grow();
        }
    }
}

impl<K, V, S> fmt::Debug for ShardedMap<K, V, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ShardedMap").field("shards", &self.shards.len()).finish_non_exhaustive()
    }
}
