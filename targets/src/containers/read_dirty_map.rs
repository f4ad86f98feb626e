//! The hazard `read-dirty-cliff`: a map that reads without a lock whatever has settled, and pays for every key that has not.

use arc_swap::{ArcSwap, Guard};
use squall_probe::point;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The value of a key that was removed, and is still in both maps.
const REMOVED: u64 = u64::MAX;
/// The value of a key that was removed, and is in the read map only: it must not be written there.
const EXPUNGED: u64 = u64::MAX - 1;

type Entries = HashMap<u64, Arc<AtomicU64>>;

/// A map of words in two: one to read, which only ever is replaced as a whole, and a dirty one behind a lock, with the keys
/// that came since.
///
/// **Guarantees.** Every operation on a key is linearizable. Values are below `u64::MAX - 1`. Operations on keys that have settled
/// wait for nobody.
///
/// **Cost.** A key in the read map is read and overwritten without any lock: two pointers and a look-up. Any other takes the
/// lock of the dirty map, and a look for it counts as a miss; once there are as many misses as dirty keys, the dirty map becomes
/// the read one, and **the next new key copies all of it**. Mostly reads of settled keys are what it is made for; new keys fall
/// off a cliff.
///
/// **Source.** `sync.Map` of Go up to 1.23, with `arc-swap` for its atomic pointer.
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
        value_of(self.find(key)?.load(Ordering::Acquire))
    }

    /// Gives a key a value; hands on the one before.
    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        if let Some(entry) = self.read().entries.get(&key)
            && let Some(before) = overwrite(entry, value)
        {
            return value_of(before);
        }
        self.insert_dirty(key, value)
    }

    /// Takes a key out; hands on its value. The key itself stays until the next copying.
    pub fn remove(&self, key: u64) -> Option<u64> {
        let entry = self.find(key)?;
        value_of(overwrite(&entry, REMOVED)?)
    }

    /// How often the dirty map became the read one.
    pub fn promotions(&self) -> u64 {
        self.dirty().promotions
    }

    /// The entry of a key; a look into the dirty map is a miss.
    fn find(&self, key: u64) -> Option<Arc<AtomicU64>> {
        let read = self.read();
        if let Some(entry) = read.entries.get(&key) {
            return Some(Arc::clone(entry));
        }
        if !read.amended {
            return None;
        }
        let mut dirty = self.dirty();
        let read = self.read();
        if let Some(entry) = read.entries.get(&key) {
            return Some(Arc::clone(entry));
        }
        if !read.amended {
            return None; // another owner's miss has promoted the dirty map meanwhile
        }
        let found = dirty.entries.as_ref().and_then(|entries| entries.get(&key).cloned());
        self.miss(&mut dirty);
        found
    }

    /// Writes a key that cannot be written in the read map alone.
    fn insert_dirty(&self, key: u64, value: u64) -> Option<u64> {
        let mut dirty = self.dirty();
        point!("read_dirty.locked");
        let read = self.read();
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
            self.write_read(Read { entries: Arc::clone(&read.entries), amended: true });
        }
        None
    }

    fn miss(&self, dirty: &mut Dirty) {
        dirty.misses += 1;
        if dirty.misses >= dirty.entries.as_ref().map_or(0, HashMap::len) {
            let promoted = dirty.entries.take().unwrap_or_default();
            self.write_read(Read { entries: Arc::new(promoted), amended: false });
            dirty.misses = 0;
            dirty.promotions += 1;
        }
    }

    fn read(&self) -> Guard<Arc<Read>> {
        self.read.load()
    }

    /// Replaces the read map; for the owner of the dirty map's lock only.
    fn write_read(&self, read: Read) {
        self.read.store(Arc::new(read));
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
    read.iter().filter(|(_, entry)| kept(entry)).map(|(key, entry)| (*key, Arc::clone(entry))).collect()
}

/// Overwrites an entry unless it is expunged; hands on what it held.
fn overwrite(entry: &AtomicU64, value: u64) -> Option<u64> {
    let change = |before| (before != EXPUNGED).then_some(value);
    entry.fetch_update(Ordering::AcqRel, Ordering::Acquire, change).ok()
}

fn value_of(word: u64) -> Option<u64> {
    (word < EXPUNGED).then_some(word)
}
