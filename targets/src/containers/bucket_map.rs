//! The hazard `concurrent-map-write`: a hash map that moves its buckets bit by bit while it grows, and that notices a second
//! writer, but does not keep it out.

use squall_probe::point;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};

/// How many entries a bucket has room for.
const ENTRIES: usize = 8;
/// A table has at most 2 to the power of this many buckets.
const LEVEL_MAX: usize = 16;
/// The key that stands for a free entry; keys are stored one higher.
const FREE: u64 = 0;
/// The flag of a writer at work.
const WRITING: u8 = 1;
/// There is no table that is being moved away from.
const NO_TABLE: usize = usize::MAX;

/// A map of words with incremental growth, for one writer at a time or many readers.
///
/// **Guarantees.** With one writer at a time, and no reader meanwhile, it answers like any map. **Otherwise none**: if the map
/// notices, it panics with Go's words, "concurrent map writes" or "concurrent map read and map write"; if it does not, entries
/// may be lost or doubled. Every cell is an atomic word, so that no behaviour is undefined. As in Go, where that panic
/// cannot be recovered from, a writer that unwinds leaves the map marked as being written.
///
/// **Cost.** One probe of a bucket, of two while the map grows. Growth is spread over the writes: each moves the bucket that
/// it needs and one more, so that no single write pays for all.
///
/// **Source.** `runtime/map.go` of Go up to 1.23: `hashWriting`, `oldbuckets`, `growWork`, `sameSizeGrow`.
///
/// ```
/// use squall_targets::containers::BucketMap;
/// let map = BucketMap::new();
/// assert_eq!(map.insert(7, 70), None);
/// assert_eq!((map.get(7), map.remove(7), map.get(7)), (Some(70), Some(70), None));
/// ```
pub struct BucketMap {
    /// Two tables of each size, so that buckets can be moved without growing, too.
    tables: Box<[OnceLock<Box<[Bucket]>>]>,
    flags: AtomicU8,
    current: AtomicUsize,
    old: AtomicUsize,
    /// How many old buckets were moved in order.
    moved: AtomicUsize,
    rehash_wanted: AtomicBool,
}

#[derive(Default)]
struct Bucket {
    keys: [AtomicU64; ENTRIES],
    values: [AtomicU64; ENTRIES],
}

/// The entry of a key, or a free one.
enum Found<'a> {
    Entry(&'a AtomicU64, &'a AtomicU64),
    Free(&'a AtomicU64, &'a AtomicU64),
    Full,
}

impl Bucket {
    fn entries(&self) -> impl Iterator<Item = (&AtomicU64, &AtomicU64)> {
        self.keys.iter().zip(&self.values)
    }

    fn find(&self, key: u64) -> Found<'_> {
        let mut found = Found::Full;
        for (stored, value) in self.entries() {
            match stored.load(Ordering::Relaxed) {
                FREE => found = Found::Free(stored, value),
                other if other == key + 1 => return Found::Entry(stored, value),
                _ => {}
            }
        }
        found
    }
}

impl BucketMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self {
            tables: (0..=2 * LEVEL_MAX + 1).map(|_| OnceLock::new()).collect(),
            flags: AtomicU8::new(0),
            current: AtomicUsize::new(0),
            old: AtomicUsize::new(NO_TABLE),
            moved: AtomicUsize::new(0),
            rehash_wanted: AtomicBool::new(false),
        }
    }

    /// The value of a key.
    ///
    /// # Panics
    /// If someone is seen writing.
    pub fn get(&self, key: u64) -> Option<u64> {
        assert!(self.flags.load(Ordering::Relaxed) & WRITING == 0, "concurrent map read and map write");
        let tables = [self.old.load(Ordering::Relaxed), self.current.load(Ordering::Relaxed)];
        let mut buckets = tables.into_iter().filter(|table| *table != NO_TABLE).map(|table| self.bucket(table, key));
        buckets.find_map(|bucket| match bucket.find(key) {
            Found::Entry(_, value) => Some(value.load(Ordering::Relaxed)),
            Found::Free(..) | Found::Full => None,
        })
    }

    /// Gives a key a value; hands on the one before.
    ///
    /// # Panics
    /// If someone else is seen writing, before or after; if the map is full; if the key is the largest word.
    pub fn insert(&self, key: u64, value: u64) -> Option<u64> {
        assert_ne!(key, u64::MAX, "the largest word is no key");
        self.writing(|| {
            self.grow_some(key);
            loop {
                match self.bucket(self.current.load(Ordering::Relaxed), key).find(key) {
                    Found::Entry(_, stored) => return Some(stored.swap(value, Ordering::Relaxed)),
                    Found::Free(free, stored) => {
                        stored.store(value, Ordering::Relaxed);
                        free.store(key + 1, Ordering::Relaxed);
                        return None;
                    }
                    Found::Full => {
                        self.grow();
                        self.grow_some(key);
                    }
                }
            }
        })
    }

    /// Takes a key out; hands on its value.
    ///
    /// # Panics
    /// If someone else is seen writing, before or after.
    pub fn remove(&self, key: u64) -> Option<u64> {
        self.writing(|| {
            self.grow_some(key);
            match self.bucket(self.current.load(Ordering::Relaxed), key).find(key) {
                Found::Entry(stored, value) => {
                    stored.store(FREE, Ordering::Relaxed);
                    Some(value.load(Ordering::Relaxed))
                }
                Found::Free(..) | Found::Full => None,
            }
        })
    }

    /// Lets the next write begin to move all buckets to a table of the same size.
    pub fn rehash(&self) {
        self.rehash_wanted.store(true, Ordering::Relaxed);
    }

    /// Shows every key and value.
    pub fn for_each(&self, mut visit: impl FnMut(u64, u64)) {
        for table in [self.old.load(Ordering::Relaxed), self.current.load(Ordering::Relaxed)] {
            let buckets = self.tables.get(table).map_or(&[][..], |_| self.table(table));
            for (key, value) in buckets.iter().flat_map(Bucket::entries) {
                if let Some(key) = key.load(Ordering::Relaxed).checked_sub(1) {
                    visit(key, value.load(Ordering::Relaxed));
                }
            }
        }
    }

    /// Marks the map as being written. The mark is read and set in two steps, as in Go: it is there to notice, not to guard.
    fn writing<R>(&self, write: impl FnOnce() -> R) -> R {
        assert!(self.flags.load(Ordering::Relaxed) & WRITING == 0, "concurrent map writes");
        self.flags.store(WRITING, Ordering::Relaxed);
        point!("bucket_map.writing");
        let result = write();
        assert!(self.flags.load(Ordering::Relaxed) & WRITING != 0, "concurrent map writes");
        self.flags.store(0, Ordering::Relaxed);
        result
    }

    /// Moves the bucket that a write needs, and the next one in order; begins a rehash if one is wanted.
    fn grow_some(&self, key: u64) {
        if self.old.load(Ordering::Relaxed) == NO_TABLE && self.rehash_wanted.swap(false, Ordering::Relaxed) {
            self.begin_moving(self.current.load(Ordering::Relaxed) ^ 1);
        }
        let old = self.old.load(Ordering::Relaxed);
        if old != NO_TABLE {
            self.evacuate(self.bucket(old, key));
            self.evacuate_next(old);
        }
    }

    /// Begins to move to a table of twice the size; moves what is left to be moved before.
    fn grow(&self) {
        let mut old = self.old.load(Ordering::Relaxed);
        while old != NO_TABLE {
            self.evacuate_next(old);
            old = self.old.load(Ordering::Relaxed);
        }
        let larger = self.current.load(Ordering::Relaxed) / 2 * 2 + 2;
        assert!(larger < self.tables.len(), "the map is full");
        self.begin_moving(larger);
    }

    fn begin_moving(&self, table: usize) {
        self.moved.store(0, Ordering::Relaxed);
        self.old.store(self.current.load(Ordering::Relaxed), Ordering::Relaxed);
        self.current.store(table, Ordering::Relaxed);
    }

    fn evacuate_next(&self, old: usize) {
        let (next, table) = (self.moved.fetch_add(1, Ordering::Relaxed), self.table(old));
        if let Some(bucket) = table.get(next) {
            self.evacuate(bucket);
        }
        if next + 1 >= table.len() {
            self.old.store(NO_TABLE, Ordering::Relaxed);
        }
    }

    /// Moves the entries of an old bucket, and leaves it empty.
    fn evacuate(&self, bucket: &Bucket) {
        for (key, value) in bucket.entries() {
            let Some(moved) = key.load(Ordering::Relaxed).checked_sub(1) else { continue };
            if let Found::Free(free, stored) = self.bucket(self.current.load(Ordering::Relaxed), moved).find(moved) {
                stored.store(value.load(Ordering::Relaxed), Ordering::Relaxed);
                free.store(moved + 1, Ordering::Relaxed);
            }
            key.store(FREE, Ordering::Relaxed);
        }
    }

    fn table(&self, table: usize) -> &[Bucket] {
        self.tables[table].get_or_init(|| (0..1_usize << (table / 2)).map(|_| Bucket::default()).collect())
    }

    fn bucket(&self, table: usize, key: u64) -> &Bucket {
        let (buckets, hash) = (self.table(table), key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32);
        &buckets[hash as usize & (buckets.len() - 1)]
    }
}

impl Default for BucketMap {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BucketMap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let buckets = 1_usize << (self.current.load(Ordering::Relaxed) / 2);
        formatter.debug_struct("BucketMap").field("buckets", &buckets).finish_non_exhaustive()
    }
}
