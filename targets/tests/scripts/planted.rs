//! Containers of each family with a bug that people write, which scripts have to find; and mature ones, which they must not accuse.

use crate::{ATTEMPTS_MAX, rehearse};
use squall_probe::Workload;
use squall_targets::crates::{
    OnceBoxUnderTest, OnceLockUnderTest, arc_swap, crossbeam_channel, flume, lru, moka, once_cell, sharded_slab,
    std_channel,
};
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::cache::{CacheUnderTest, CacheWorkload};
use squall_targets::workloads::cell::{CellUnderTest, CellWorkload, Snapshot};
use squall_targets::workloads::late::{CELL, LateOperation, LateUnderTest, LateWorkload, Make};
use squall_targets::workloads::queue::{BoundedParams, End, Pop, Push, QueueUnderTest, QueueWorkload};
use squall_targets::workloads::slab::{SlabUnderTest, SlabWorkload};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether scripts accuse a container that has a bug.
fn is_found<W: Workload>() -> bool
where
    W::Params: Default,
{
    (0..ATTEMPTS_MAX).any(|_| rehearse::<W>(40, 1_000).0 > 0)
}

/// An update that reads and then writes.
struct ReadThenWritten(Mutex<Arc<Snapshot>>);

impl CellUnderTest for ReadThenWritten {
    const NAME: &'static str = "cell.read_then_written";
    const SUMMARY: &'static str = "planted bug: an update reads and then writes";

    fn holding(first: Arc<Snapshot>) -> Self {
        Self(Mutex::new(first))
    }

    fn look<R>(&self, look: impl FnOnce(&Snapshot) -> R) -> R {
        look(&self.load())
    }

    fn load(&self) -> Arc<Snapshot> {
        Arc::clone(&locked(&self.0))
    }

    fn store(&self, next: Arc<Snapshot>) {
        drop(self.swap(next));
    }

    fn swap(&self, next: Arc<Snapshot>) -> Arc<Snapshot> {
        std::mem::replace(&mut locked(&self.0), next)
    }

    fn compare_and_swap(&self, present: &Arc<Snapshot>, next: Arc<Snapshot>) -> (Arc<Snapshot>, bool) {
        let mut held = locked(&self.0);
        let is_same = Arc::ptr_eq(&held, present);
        (if is_same { std::mem::replace(&mut held, next) } else { Arc::clone(&held) }, is_same)
    }

    fn update(&self, mut next: impl FnMut(&Arc<Snapshot>) -> Arc<Snapshot>) -> Arc<Snapshot> {
        let present = self.load();
        self.store(next(&present));
        present
    }
}

/// Keys without a generation, so that a removed one stands for what took its place.
#[derive(Default)]
struct WithoutGeneration(Mutex<Vec<Option<Value>>>);

impl SlabUnderTest for WithoutGeneration {
    const NAME: &'static str = "slab.without_generation";
    const SUMMARY: &'static str = "planted bug: a removed key stands for what took its place";

    fn empty() -> Self {
        Self::default()
    }

    fn insert(&self, value: Value) -> Option<usize> {
        let mut places = locked(&self.0);
        let free = places.iter().position(Option::is_none).unwrap_or(places.len());
        if free == places.len() {
            places.push(None);
        }
        places[free] = Some(value);
        Some(free)
    }

    fn get<R>(&self, key: usize, look: impl FnOnce(&Value) -> R) -> Option<R> {
        locked(&self.0)[key].as_ref().map(look)
    }

    fn remove(&self, key: usize) -> bool {
        self.take(key).is_some()
    }

    fn take(&self, key: usize) -> Option<Value> {
        locked(&self.0)[key].take()
    }
}

/// Whoever finds no value makes one, and the last one's stays for those who come later.
#[derive(Default)]
struct MadeTwice(OnceLock<Value>);

impl LateUnderTest for MadeTwice {
    const NAME: &'static str = "late.made_twice";
    const SUMMARY: &'static str = "planted bug: whoever finds no value makes one";
    const OPERATIONS: &'static [LateOperation] = CELL;

    fn new(_: Make) -> Self {
        Self::default()
    }

    fn get(&self, look: impl FnOnce(&Value)) -> bool {
        self.0.get().map(look).is_some()
    }

    fn get_or_init(&self, make: impl FnOnce() -> Value, look: impl FnOnce(&Value)) {
        if self.0.get().is_none() {
            drop(self.0.set(make()));
        }
        look(self.0.get().expect("it was just made"));
    }

    fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<Value, E>, look: impl FnOnce(&Value)) -> Result<(), E> {
        if self.0.get().is_none() {
            drop(self.0.set(make()?));
        }
        look(self.0.get().expect("it was just made"));
        Ok(())
    }

    fn set(&self, value: Value) -> Result<(), Value> {
        self.0.set(value)
    }
}

/// Whoever misses a key makes its value, and puts it in.
#[derive(Default)]
struct MadeByAll(Mutex<HashMap<Key, Value>>);

impl CacheUnderTest for MadeByAll {
    const NAME: &'static str = "cache.made_by_all";
    const SUMMARY: &'static str = "planted bug: whoever misses a key makes its value";
    const UPDATES: bool = false;

    fn with_room(_: u64) -> Self {
        Self::default()
    }

    fn get(&self, key: &Key) -> Option<Value> {
        locked(&self.0).get(key).cloned()
    }

    fn get_or_insert_with(&self, key: &Key, initialise: impl FnOnce() -> Value) -> Value {
        self.get(key).unwrap_or_else(|| {
            let value = initialise();
            self.insert(key.clone(), value.clone());
            value
        })
    }

    fn insert(&self, key: Key, value: Value) {
        locked(&self.0).insert(key, value);
    }

    fn remove(&self, key: &Key) {
        locked(&self.0).remove(key);
    }
}

/// A channel that is closed for consumers as soon as the last producer has gone, whatever is left in it.
struct ClosedTooEarly;

struct ClosedHandle {
    channel: Arc<(Mutex<VecDeque<Value>>, AtomicUsize)>,
    produces: bool,
}

impl QueueUnderTest for ClosedTooEarly {
    type Params = BoundedParams;
    type Handle = ClosedHandle;
    const NAME: &'static str = "queue.closed_too_early";
    const SUMMARY: &'static str = "planted bug: what is left is lost once the last producer has gone";
    const TELLS_CLOSED: bool = true;

    fn open(_: &BoundedParams, workers: usize) -> Vec<ClosedHandle> {
        let channel = Arc::new((Mutex::default(), AtomicUsize::new(workers)));
        (0..workers).map(|_| ClosedHandle { channel: Arc::clone(&channel), produces: true }).collect()
    }

    fn push(handle: &mut ClosedHandle, value: Value) -> Push {
        locked(&handle.channel.0).push_back(value);
        Push::Done
    }

    fn pop(handle: &mut ClosedHandle) -> Pop {
        if handle.channel.1.load(Ordering::Acquire) == 0 {
            return Pop::Closed;
        }
        locked(&handle.channel.0).pop_front().map_or(Pop::Empty, Pop::Taken)
    }

    fn close(handle: &mut ClosedHandle, end: End) {
        if end == End::Producer && std::mem::take(&mut handle.produces) {
            handle.channel.1.fetch_sub(1, Ordering::AcqRel);
        }
    }

    fn has(handle: &ClosedHandle, end: End) -> bool {
        end == End::Consumer || handle.produces
    }
}

#[test]
fn drawn_scripts_find_a_container_with_a_bug_in_each_family() {
    assert!(is_found::<CellWorkload<ReadThenWritten>>(), "cell");
    assert!(is_found::<SlabWorkload<WithoutGeneration>>(), "slab");
    assert!(is_found::<LateWorkload<MadeTwice>>(), "late");
    assert!(is_found::<CacheWorkload<MadeByAll>>(), "cache");
    assert!(is_found::<QueueWorkload<ClosedTooEarly>>(), "queue");
}

#[test]
fn drawn_scripts_accuse_no_mature_container() {
    let clean = [
        rehearse::<CellWorkload<arc_swap::ArcSwapUnderTest>>(30, 300),
        rehearse::<SlabWorkload<sharded_slab::ShardedSlabUnderTest<sharded_slab::SmallConfig>>>(30, 300),
        rehearse::<LateWorkload<once_cell::OnceCellUnderTest>>(30, 300),
        rehearse::<LateWorkload<once_cell::LazyUnderTest>>(30, 300),
        rehearse::<LateWorkload<OnceLockUnderTest>>(30, 300),
        rehearse::<LateWorkload<OnceBoxUnderTest>>(30, 300),
        rehearse::<CacheWorkload<moka::MokaUnderTest>>(30, 300),
        rehearse::<CacheWorkload<lru::LruUnderTest>>(30, 300),
        rehearse::<QueueWorkload<crossbeam_channel::BoundedUnderTest>>(30, 100),
        rehearse::<QueueWorkload<flume::BoundedUnderTest>>(30, 100),
        rehearse::<QueueWorkload<std_channel::UnboundedUnderTest>>(30, 100),
    ];
    for (forbidden, samples) in clean {
        assert!(forbidden == 0 && samples >= 3_000, "{forbidden} of {samples}");
    }
}
