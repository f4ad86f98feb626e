//! The hazard `aba` in its other shape, and its repair: places that point to records, records that are used again, and a map
//! beside them that says what lies where.

use super::free_list::FreeList;
use super::head::{Head, Stamp, Versioned, Word};
use squall_probe::point;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A table whose places point to records, each with the number of updates that its place has seen, and a map that counts them,
/// too.
///
/// An update reads its place's record, writes the next number to a free record, swaps the place to it by compare-and-swap, gives
/// the old record back, and notes the update in the map.
///
/// **Guarantees.** With a stamp beside the index of the record, updates and looks are linearizable, place by place, and while
/// nobody updates, record and map agree. With [`Unversioned`](super::Unversioned) an update that was held finds the same record
/// at its place again, although others have updated it meanwhile: its compare-and-swap succeeds, **the number goes back, and
/// record and map disagree** for good.
///
/// **Cost.** An update takes a record and gives one, each by compare-and-swap; swaps the place; and takes the map's lock. A look
/// takes four memory accesses and is lock-free. Memory: a record for each place, and some to spare.
///
/// **Source.** A slot array with a metadata map, as caches and arenas have it in Go; the versioned index is that of generational
/// arenas.
#[derive(Debug)]
pub struct SlotTable<S: Stamp> {
    places: Box<[S::Word]>,
    records: Box<[AtomicU64]>,
    free: FreeList<Versioned>,
    metadata: Mutex<HashMap<usize, u64>>,
}

/// A place at which record and map disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disagreement {
    /// The place.
    pub place: usize,
    /// The number of updates, as its record says.
    pub record: u64,
    /// The same, as the map says.
    pub metadata: u64,
}

impl<S: Stamp> SlotTable<S> {
    /// So many places, and so many records to spare; at least one each.
    #[must_use]
    pub fn new(places: usize, spare: usize) -> Self {
        let (places, spare) = (places.max(1), spare.max(1));
        let free = FreeList::new(places + spare);
        let taken: Vec<usize> = std::iter::from_fn(|| free.take_with(|| ())).take(places).collect();
        let word = |record: usize| S::Word::new(Head { slot: record as u32, stamp: 0 });
        Self {
            places: taken.into_iter().map(word).collect(),
            records: (0..places + spare).map(|_| AtomicU64::new(0)).collect(),
            free,
            metadata: Mutex::new((0..places).map(|place| (place, 0)).collect()),
        }
    }

    /// Updates a place; hands on its number of updates, this one included.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn update(&self, place: usize) -> u64 {
        self.update_with(place, || point!("aba.slots.between"))
    }

    /// Updates a place, and does `between` after its record was read: the window in which the record may go and come back.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn update_with(&self, place: usize, mut between: impl FnMut()) -> u64 {
        let word = &self.places[place];
        loop {
            let before = word.load();
            let number = self.records[before.slot as usize].load(Ordering::Acquire) + 1;
            between();
            // All records that are to spare may be in others' hands for a moment.
            let Some(record) = self.free.take_with(|| ()) else { continue };
            self.records[record].store(number, Ordering::Release);
            let after = Head { slot: record as u32, stamp: S::next(before, number as u32) };
            if word.replace(before, after) {
                self.free.give(before.slot as usize);
                *self.metadata().entry(place).or_default() += 1;
                return number;
            }
            self.free.give(record);
        }
    }

    /// How often a place was updated, as its record says.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn look(&self, place: usize) -> u64 {
        let word = &self.places[place];
        loop {
            let head = word.load();
            let number = self.records[head.slot as usize].load(Ordering::Acquire);
            if word.load() == head {
                return number;
            }
        }
    }

    /// Where record and map disagree, as long as nobody updates.
    pub fn disagreements(&self) -> Vec<Disagreement> {
        let metadata = self.metadata();
        let compared = (0..self.places.len()).map(|place| {
            let metadata = metadata.get(&place).copied().unwrap_or_default();
            Disagreement { place, record: self.look(place), metadata }
        });
        compared.filter(|compared| compared.record != compared.metadata).collect()
    }

    fn metadata(&self) -> MutexGuard<'_, HashMap<usize, u64>> {
        self.metadata.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
