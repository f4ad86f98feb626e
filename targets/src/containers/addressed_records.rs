//! Records that are known by their address: each place holds one, and who wants to replace it says which address it had when
//! it was read. An address says nothing once the record is gone: the next record may be given the same one.

use std::sync::{Arc, Mutex, PoisonError};

/// One record; a replaced one is freed with its last reader.
#[derive(Debug)]
struct Record {
    updates: u64,
}

/// Places with a record each. The hazard keeps the address only; the repair (`KEPT`) keeps the record until it is replaced, so
/// that no other can be at its address.
#[derive(Debug)]
pub struct AddressedRecords<const KEPT: bool> {
    places: Box<[Mutex<Arc<Record>>]>,
}

/// An update that took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// How many updates the record had had that was read.
    pub read: u64,
    /// How many the record had had that was replaced in its stead.
    pub replaced: u64,
}

impl<const KEPT: bool> AddressedRecords<KEPT> {
    /// So many places.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self { places: (0..places).map(|_| Mutex::new(Arc::new(Record { updates: 0 }))).collect() }
    }

    /// Replaces the record of a place, unless another one has come in its stead since it was read; `between` is done after the
    /// reading.
    pub fn update(&self, place: usize, between: impl FnOnce()) -> Option<Replaced> {
        let found = Arc::clone(&self.lock(place));
        let (address, read) = (Arc::as_ptr(&found), found.updates);
        let _kept = KEPT.then_some(found);
        between();
        let next = Arc::new(Record { updates: read + 1 });
        let mut present = self.lock(place);
        (Arc::as_ptr(&present) == address).then(|| {
            let replaced = std::mem::replace(&mut *present, next).updates;
            Replaced { read, replaced }
        })
    }

    /// How many updates the record of a place has had.
    #[must_use]
    pub fn updates(&self, place: usize) -> u64 {
        self.lock(place).updates
    }

    fn lock(&self, place: usize) -> std::sync::MutexGuard<'_, Arc<Record>> {
        self.places[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
