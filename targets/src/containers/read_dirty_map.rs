//! The hazard `read-dirty-cliff`: a map that reads without a lock whatever has settled, and pays for every key that has not.

use arc_swap::ArcSwap;
use foldhash::fast::FixedState;
use squall_probe::point;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The value of a key that was removed, and is still in both maps.
const REMOVED: u64 = u64::MAX;
/// The value of a key that was removed, and is in the read map only: it must not be written there.
const EXPUNGED: u64 = u64::MAX - 1;

type Entries = HashMap<u64, Arc<AtomicU64>, FixedState>;

/// A map of words in two: one to read, which only ever is replaced as a whole, and a dirty one behind a lock, with the keys
/// that came since.
///
/// **Guarantees.** Every operation on a key is linearizable. Values are below `u64::MAX - 1`.
///
/// **Cost.** A key in the read map is read and overwritten without a lock. Any other takes the lock of the dirty map, and
/// counts as a miss if it is read or removed; once there are as many misses as dirty keys, the dirty map becomes the read
/// one, and **the next new key copies all of it** while everybody who needs the lock waits. Mostly reads of settled keys are
/// what it is made for; new keys fall off a cliff.
///
/// **Against a lock.** Two workers that really run at once read a hot key four times as fast here as behind one lock, as in
/// the study that the catalogue comes from (23 ns against 82 ns there). A worker alone has nobody to wait for, and an
/// uncontended lock costs less than the detour over the entry: then [`LockedMap`](super::LockedMap) is the faster one at
/// every share of reads. Where writes are new keys and some reads ask for them, this map takes several times as long as any
/// other, which is more than the study's 417 ns suggest. `experiments/hazards/README.md` has the figures, and
/// `cargo bench -p squall-targets --bench read_dirty` measures them again.
///
/// **Source.** `sync.Map` of Go up to 1.23, step by step. The read map's pointer is an `ArcSwap`, the hasher that of
/// [`LockedMap`](super::LockedMap).
#[derive(Debug, Default)]
pub struct ReadDirtyMap {
    read: ArcSwap<Read>,
    dirty: Mutex<Dirty>,
}

#[derive(Debug, Default)]
struct Read {
    entries: Arc<Entries>,
    /// Whether the dirty map has keys that are not here.
    amended: bool,
}

#[derive(Debug, Default)]
struct Dirty {
    /// All keys that were not expunged, if there is any that the read map has not.
    entries: Option<Entries>,
    misses: usize,
    promotions: u64,
}

impl ReadDirtyMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    pub fn get(&self, key: u64) -> Option<u64> {
        let value = |entry: &AtomicU64| value_of(entry.load(Ordering::Acquire));
        let read = self.read.load();
        match read.entries.get(&key) {
            Some(entry) => value(entry),
            None if !read.amended => None,
            None => self.look_into_dirty(key, value, |entries| entries.get(&key).cloned()),
        }
    }

    /// Gives a key a value; hands on the one before.
    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        if let Some(entry) = self.read.load().entries.get(&key)
            && let Some(before) = overwrite(entry, value)
        {
            return value_of(before);
        }
        self.insert_dirty(key, value)
    }

    /// Takes a key out; hands on its value. A key of the read map stays there, without a value, until the next copying.
    pub fn remove(&self, key: u64) -> Option<u64> {
        let take = |entry: &AtomicU64| overwrite(entry, REMOVED).and_then(value_of);
        let read = self.read.load();
        match read.entries.get(&key) {
            Some(entry) => take(entry),
            None if !read.amended => None,
            None => self.look_into_dirty(key, take, |entries| entries.remove(&key)),
        }
    }

    /// How often the dirty map became the read one.
    pub fn promotions(&self) -> u64 {
        self.dirty().promotions
    }

    /// Uses the entry of a key that the read map did not have a moment ago; a look into the dirty map is a miss.
    fn look_into_dirty(
        &self,
        key: u64,
        use_entry: impl Fn(&AtomicU64) -> Option<u64>,
        find: impl FnOnce(&mut Entries) -> Option<Arc<AtomicU64>>,
    ) -> Option<u64> {
        let mut dirty = self.dirty();
        let read = self.read.load();
        if let Some(entry) = read.entries.get(&key) {
            return use_entry(entry);
        }
        if !read.amended {
            return None; // another owner's miss has promoted the dirty map meanwhile
        }
        let found = dirty.entries.as_mut().and_then(find);
        let replaced = self.miss(&mut dirty);
        drop(dirty);
        drop(replaced); // outside of the lock: this may free much
        found.as_deref().and_then(use_entry)
    }

    /// Writes a key that cannot be written in the read map alone.
    fn insert_dirty(&self, key: u64, value: u64) -> Option<u64> {
        let mut dirty = self.dirty();
        point!("read_dirty.locked");
        let read = self.read.load();
        if let Some(entry) = read.entries.get(&key) {
            let expunged = entry.compare_exchange(EXPUNGED, REMOVED, Ordering::AcqRel, Ordering::Acquire).is_ok();
            if expunged && let Some(entries) = &mut dirty.entries {
                entries.insert(key, Arc::clone(entry));
            }
            return value_of(entry.swap(value, Ordering::AcqRel));
        }
        if let Some(entry) = dirty.entries.as_ref().and_then(|entries| entries.get(&key)) {
            return value_of(entry.swap(value, Ordering::AcqRel));
        }
        let entries = dirty.entries.get_or_insert_with(|| copied(&read.entries));
        entries.insert(key, Arc::new(AtomicU64::new(value)));
        if !read.amended {
            self.read.store(Arc::new(Read { entries: Arc::clone(&read.entries), amended: true }));
        }
        None
    }

    /// Counts a miss; hands on the read map that was replaced, if that was one too many.
    fn miss(&self, dirty: &mut Dirty) -> Option<Arc<Read>> {
        dirty.misses += 1;
        if dirty.misses < dirty.entries.as_ref().map_or(0, HashMap::len) {
            return None;
        }
        let promoted = dirty.entries.take().unwrap_or_default();
        dirty.misses = 0;
        dirty.promotions += 1;
        Some(self.read.swap(Arc::new(Read { entries: Arc::new(promoted), amended: false })))
    }

    fn dirty(&self) -> MutexGuard<'_, Dirty> {
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A copy of all keys that are not removed; those that are will not be written in the read map any more.
fn copied(read: &Entries) -> Entries {
    point!("read_dirty.copying");
    let kept = |entry: &AtomicU64| {
        let _ = entry.compare_exchange(REMOVED, EXPUNGED, Ordering::AcqRel, Ordering::Acquire);
        entry.load(Ordering::Acquire) != EXPUNGED
    };
    let mut copy = Entries::with_capacity_and_hasher(read.len(), FixedState::default());
    copy.extend(read.iter().filter(|(_, entry)| kept(entry)).map(|(key, entry)| (*key, Arc::clone(entry))));
    copy
}

/// Overwrites an entry unless it is expunged; hands on what it held.
fn overwrite(entry: &AtomicU64, value: u64) -> Option<u64> {
    let change = |before| (before != EXPUNGED).then_some(value);
    entry.fetch_update(Ordering::AcqRel, Ordering::Acquire, change).ok()
}

fn value_of(word: u64) -> Option<u64> {
    (word < EXPUNGED).then_some(word)
}
