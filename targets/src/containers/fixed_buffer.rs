//! A repair of the hazard `growth-moves`: room for all elements is taken ahead, so that nothing ever moves.

use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A place that no element was written to yet.
const EMPTY: u64 = 0;

/// An array that is as large as it will ever be.
///
/// **Guarantees.** Every operation is linearizable on its place; an append takes effect when its element is written, which
/// may be after that of a later place. Elements are not 0, which stands for a place that is not written yet.
///
/// **Cost.** An append is one read-modify-write of a word that all appenders share; reading and writing are one memory
/// access. Memory: the whole capacity from the beginning.
///
/// **Source.** `make([]T, 0, capacity)` in Go, `Vec::with_capacity` in Rust, with the capacity as a promise.
#[derive(Debug)]
pub struct FixedBuffer {
    cells: Box<[AtomicU64]>,
    next: AtomicUsize,
}

impl FixedBuffer {
    /// An empty buffer with room for so many elements.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { cells: (0..capacity).map(|_| AtomicU64::new(EMPTY)).collect(), next: AtomicUsize::new(0) }
    }

    /// Appends an element; hands on its place.
    ///
    /// # Errors
    /// If there is no room left.
    ///
    /// # Panics
    /// If the element is 0.
    pub fn append(&self, element: u64) -> Result<usize, Full> {
        assert_ne!(element, EMPTY, "0 stands for a place without an element");
        let claim = |next: usize| (next < self.cells.len()).then_some(next + 1);
        let place = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim).map_err(|_| Full)?;
        self.cells[place].store(element, Ordering::Release);
        Ok(place)
    }

    /// Reads a place; `None` if no element was written there.
    pub fn read(&self, place: usize) -> Option<u64> {
        let cell = self.cells.get(place)?;
        point!("growth.held");
        Some(cell.load(Ordering::Acquire)).filter(|element| *element != EMPTY)
    }

    /// Overwrites a place.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn write(&self, place: usize, element: u64) {
        let cell = &self.cells[place];
        point!("growth.held");
        cell.store(element, Ordering::Release);
    }

    /// Forgets all elements.
    pub fn clear(&mut self) {
        self.cells.iter_mut().for_each(|cell| *cell.get_mut() = EMPTY);
        *self.next.get_mut() = 0;
    }
}
