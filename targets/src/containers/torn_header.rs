//! The hazard `torn-header`: the three words of a slice's header are written one by one, and read one by one.

use squall_probe::point;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The header of a slice: which array it shows, how much of it is used, how much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Header {
    /// The array.
    pub array: usize,
    /// How many of its elements are in use.
    pub length: usize,
    /// How many it has room for.
    pub capacity: usize,
}

/// A header whose words stand beside each other, without anything that holds them together.
///
/// **Guarantees.** Every single word is one that was stored. That they belong together is guaranteed **only while nobody
/// stores**: a reader may pair the array of one header with the length of another. Stores wait for each other.
///
/// **Cost.** Three memory accesses. A store takes one lock.
///
/// **Source.** Assigning to a slice, string or interface variable that another goroutine reads: *The Go Memory Model* calls
/// the result arbitrary, because such values are several words.
#[derive(Debug, Default)]
pub struct TornHeader {
    array: AtomicUsize,
    length: AtomicUsize,
    capacity: AtomicUsize,
    storing: Mutex<()>,
}

impl TornHeader {
    /// The header of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the words, one by one.
    pub fn store(&self, header: Header) {
        let _storing = self.storing.lock().unwrap_or_else(PoisonError::into_inner);
        self.array.store(header.array, Ordering::Relaxed);
        point!("header.store.between");
        self.length.store(header.length, Ordering::Relaxed);
        self.capacity.store(header.capacity, Ordering::Relaxed);
    }

    /// Reads the words, one by one.
    pub fn load(&self) -> Header {
        let array = self.array.load(Ordering::Relaxed);
        point!("header.load.between");
        let length = self.length.load(Ordering::Relaxed);
        let capacity = self.capacity.load(Ordering::Relaxed);
        Header { array, length, capacity }
    }
}
