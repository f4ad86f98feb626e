//! The maps that are compared, and how one is measured for one slice.

use crate::load::{Call, Load, SETTLED};
use dashmap::DashMap;
use foldhash::fast::FixedState;
use squall_targets::containers::{LockedMap, ReadDirtyMap, ShardedMap};
use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

/// The maps in the order in which they take turns.
pub(crate) const NAMES: [&str; 4] = ["read/dirty", "one lock", "16 locks", "dashmap"];
const SHARDS: usize = 16;

trait Map: Sync {
    fn get(&self, key: u64) -> Option<u64>;
    fn insert(&self, key: u64, value: u64) -> Option<u64>;
}

impl Map for ReadDirtyMap {
    fn get(&self, key: u64) -> Option<u64> {
        self.get(key)
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.insert(key, value)
    }
}

impl Map for LockedMap<u64, u64> {
    fn get(&self, key: u64) -> Option<u64> {
        self.get(&key)
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.insert(key, value)
    }
}

impl Map for ShardedMap<u64, u64> {
    fn get(&self, key: u64) -> Option<u64> {
        self.get(&key)
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.insert(key, value)
    }
}

impl Map for DashMap<u64, u64, FixedState> {
    fn get(&self, key: u64) -> Option<u64> {
        self.get(&key).map(|entry| *entry)
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        self.insert(key, value)
    }
}

/// The nanoseconds of an operation on a fresh map, settled before.
pub(crate) fn slice(map: usize, load: &Load) -> f64 {
    match map {
        0 => measure(&ReadDirtyMap::new(), load),
        1 => measure(&LockedMap::new(), load),
        2 => measure(&ShardedMap::new(SHARDS), load),
        _ => {
            let map = DashMap::with_hasher_and_shard_amount(FixedState::default(), SHARDS);
            measure(&map, load)
        }
    }
}

fn measure(map: &impl Map, load: &Load) -> f64 {
    (0..SETTLED).for_each(|key| _ = map.insert(key, key));
    // The read/dirty map settles by misses: as many as it has keys.
    (0..SETTLED).for_each(|key| _ = black_box(map.get(key)));
    let barrier = Barrier::new(load.calls.len());
    let times = std::thread::scope(|scope| {
        let workers: Vec<_> = load.calls.iter().map(|calls| scope.spawn(|| work(map, calls, &barrier))).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect::<Vec<_>>()
    });
    let began = times.iter().map(|(began, _)| *began).min();
    let ended = times.iter().map(|(_, ended)| *ended).max();
    let operations: usize = load.calls.iter().map(Vec::len).sum();
    match (began, ended) {
        (Some(began), Some(ended)) => (ended - began).as_nanos() as f64 / operations as f64,
        _ => f64::NAN,
    }
}

fn work(map: &impl Map, calls: &[Call], barrier: &Barrier) -> (Instant, Instant) {
    barrier.wait();
    let began = Instant::now();
    for call in calls {
        match *call {
            Call::Get(key) => drop(black_box(map.get(key))),
            Call::Insert(key) => drop(black_box(map.insert(key, key))),
        }
    }
    (began, Instant::now())
}
