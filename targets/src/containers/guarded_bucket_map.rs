//! Two repairs of the hazard `concurrent-map-write`: the same map behind one lock, or many of them, each behind its own.

use super::bucket_map::BucketMap;
use super::padded::Padded;
use std::sync::{PoisonError, RwLock};

/// Bucket maps behind reader-writer locks, between which the keys are divided.
///
/// **Guarantees.** Every operation on a key is linearizable. `for_each` goes from shard to shard and sees no common moment
/// of all, unless there is one shard only.
///
/// **Cost.** One lock an operation; those who read a shard share it. Writers of different shards do not wait for each other.
///
/// **Panics.** A poisoned lock is used on. The map inside stays marked as being written if a writer unwound, and goes on
/// panicking; nothing of this crate unwinds there.
///
/// **Source.** `sync.RWMutex` around a map; `orcaman/concurrent-map` for the shards.
#[derive(Debug)]
pub struct GuardedBucketMap {
    shards: Box<[Padded<RwLock<BucketMap>>]>,
}

impl GuardedBucketMap {
    /// An empty map of so many shards; at least one.
    #[must_use]
    pub fn new(shards: usize) -> Self {
        Self { shards: (0..shards.max(1)).map(|_| Padded::default()).collect() }
    }

    /// The value of a key.
    pub fn get(&self, key: u64) -> Option<u64> {
        self.shard(key).read().unwrap_or_else(PoisonError::into_inner).get(key)
    }

    /// Gives a key a value; hands on the one before.
    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.shard(key).write().unwrap_or_else(PoisonError::into_inner).insert(key, value)
    }

    /// Takes a key out; hands on its value.
    pub fn remove(&self, key: u64) -> Option<u64> {
        self.shard(key).write().unwrap_or_else(PoisonError::into_inner).remove(key)
    }

    /// Lets the next write to each shard begin to move its buckets.
    pub fn rehash(&self) {
        self.shards.iter().for_each(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).rehash());
    }

    /// Shows every key and value, shard by shard.
    pub fn for_each(&self, mut visit: impl FnMut(u64, u64)) {
        let shards = self.shards.iter();
        shards.for_each(|shard| shard.read().unwrap_or_else(PoisonError::into_inner).for_each(&mut visit));
    }

    fn shard(&self, key: u64) -> &RwLock<BucketMap> {
        &self.shards[(key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize % self.shards.len()]
    }
}
