//! What a map of words has to offer to be put under load, and how the variants offer it.

use crate::containers::{BucketMap, GuardedBucketMap};

/// How many shards the repair has.
const SHARDS: usize = 16;

/// A map of words under test.
pub trait WordMapUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// Whether [`WordMapUnderTest::rehash`] does something.
    const REALLOCATES: bool = false;

    /// An empty map.
    fn build() -> Self;

    /// The value of a key.
    fn get(&self, key: u64) -> Option<u64>;

    /// Gives a key a value; hands on the one before.
    fn insert(&self, key: u64, value: u64) -> Option<u64>;

    /// Takes a key out; hands on its value.
    fn remove(&self, key: u64) -> Option<u64>;

    /// Moves the map's memory.
    fn rehash(&self) {}
}

/// The adapter of a map whose methods have the adapter's names.
macro_rules! adapt {
    ($map:ty, $build:expr, $self:ident => $inner:expr, $name:literal, $summary:literal) => {
        impl WordMapUnderTest for $map {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;
            const REALLOCATES: bool = true;

            fn build() -> Self {
                $build
            }

            fn get(&$self, key: u64) -> Option<u64> {
                $inner.get(key)
            }

            fn insert(&$self, key: u64, value: u64) -> Option<u64> {
                $inner.insert(key, value)
            }

            fn remove(&$self, key: u64) -> Option<u64> {
                $inner.remove(key)
            }

            fn rehash(&$self) {
                $inner.rehash();
            }
        }
    };
}

/// The map behind one lock.
#[derive(Debug)]
pub struct LockedBuckets(GuardedBucketMap);

/// The map behind many locks.
#[derive(Debug)]
pub struct ShardedBuckets(GuardedBucketMap);

adapt!(
    BucketMap,
    Self::new(),
    self => self,
    "bucket_map.unlocked",
    "hazard concurrent-map-write: a growing map notices a second writer, and panics"
);
adapt!(
    LockedBuckets,
    Self(GuardedBucketMap::new(1)),
    self => self.0,
    "bucket_map.locked",
    "repair of concurrent-map-write: the same map behind one reader-writer lock"
);
adapt!(
    ShardedBuckets,
    Self(GuardedBucketMap::new(SHARDS)),
    self => self.0,
    "bucket_map.sharded",
    "repair of concurrent-map-write: maps behind sixteen locks"
);
