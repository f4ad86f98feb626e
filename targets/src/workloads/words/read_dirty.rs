//! The read/dirty map beside those that may take its place: the hazard `read-dirty-cliff`, whose symptom is its cost.

use super::word_map_under_test::WordMapUnderTest;
use crate::containers::{LockedMap, ReadDirtyMap, ShardedMap};

/// How many shards the repair has.
const SHARDS: usize = 16;

impl WordMapUnderTest for ReadDirtyMap {
    const NAME: &'static str = "read_dirty.map";
    const SUMMARY: &'static str = "hazard read-dirty-cliff: new keys make a map copy itself again and again";

    fn build() -> Self {
        Self::new()
    }

    fn get(&self, key: u64) -> Option<u64> {
        self.get(key)
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.insert(key, value)
    }

    fn remove(&self, key: u64) -> Option<u64> {
        self.remove(key)
    }
}

impl WordMapUnderTest for LockedMap<u64, u64> {
    const NAME: &'static str = "read_dirty.rw_lock";
    const SUMMARY: &'static str = "repair of read-dirty-cliff: a standard map behind one reader-writer lock";
    const REALLOCATES: bool = true;

    fn build() -> Self {
        Self::new()
    }

    fn get(&self, key: u64) -> Option<u64> {
        self.get(&key)
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.insert(key, value)
    }

    fn remove(&self, key: u64) -> Option<u64> {
        self.remove(&key)
    }

    fn rehash(&self) {
        self.reallocate();
    }
}

impl WordMapUnderTest for ShardedMap<u64, u64> {
    const NAME: &'static str = "read_dirty.sharded";
    const SUMMARY: &'static str = "repair of read-dirty-cliff: a map behind sixteen locks";
    const REALLOCATES: bool = true;

    fn build() -> Self {
        Self::new(SHARDS)
    }

    fn get(&self, key: u64) -> Option<u64> {
        self.get(&key)
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.insert(key, value)
    }

    fn remove(&self, key: u64) -> Option<u64> {
        self.remove(&key)
    }

    fn rehash(&self) {
        self.reallocate();
    }
}
