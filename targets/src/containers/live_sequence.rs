//! The hazard `iterate-while-mutating`: a reader walks the cells and the length that it took at the start, while a writer
//! changes both.

use super::growing_buffer::POISON;
use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A sequence that is read where it is written.
///
/// **Guarantees.** Changes wait for each other. A walk shows each cell as it is when its turn comes: **not the sequence as it
/// was at any one moment**, and behind the end of a sequence that was truncated in between it shows [`POISON`].
///
/// **Cost.** A walk is one memory access an element, and waits for nobody. A change takes one lock and writes every cell that
/// it changes.
///
/// **Source.** `for _, element := range shared` in Go; in languages with iterators that fail fast, the
/// `ConcurrentModificationException`.
#[derive(Debug)]
pub struct LiveSequence {
    cells: Box<[AtomicU64]>,
    length: AtomicUsize,
    changing: Mutex<()>,
}

impl LiveSequence {
    /// A sequence of these elements with room for so many.
    ///
    /// # Panics
    /// If there are more elements than room.
    #[must_use]
    pub fn new(elements: &[u64], capacity: usize) -> Self {
        let cells = (0..capacity).map(|_| AtomicU64::new(POISON)).collect();
        let sequence = Self { cells, length: AtomicUsize::new(0), changing: Mutex::new(()) };
        assert!(sequence.change(|sequence| sequence.extend_from_slice(elements)).is_ok(), "more elements than room");
        sequence
    }

    /// Changes the sequence: first the cells, one after another, then the length; what is cut off is poisoned.
    ///
    /// # Errors
    /// If there is no room for what the change makes of the sequence, which then stays as it was.
    pub fn change<R>(&self, change: impl FnOnce(&mut Vec<u64>) -> R) -> Result<R, Full> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut elements = Vec::new();
        self.walk(|element| elements.push(element));
        let result = change(&mut elements);
        if elements.len() > self.cells.len() {
            return Err(Full);
        }
        let rest = std::iter::repeat(POISON);
        for (cell, element) in self.cells.iter().zip(elements.iter().copied().chain(rest)) {
            cell.store(element, Ordering::Relaxed);
        }
        self.length.store(elements.len(), Ordering::Release);
        Ok(result)
    }

    /// Shows the elements: takes the length, and then walks that far.
    pub fn for_each(&self, visit: impl FnMut(u64)) {
        let length = self.length.load(Ordering::Acquire);
        let (first, second) = self.cells[..length].split_at(length / 2);
        let mut visit = visit;
        first.iter().for_each(|cell| visit(cell.load(Ordering::Relaxed)));
        point!("iteration.between");
        second.iter().for_each(|cell| visit(cell.load(Ordering::Relaxed)));
    }

    fn walk(&self, visit: impl FnMut(u64)) {
        let length = self.length.load(Ordering::Acquire);
        self.cells[..length].iter().map(|cell| cell.load(Ordering::Relaxed)).for_each(visit);
    }
}
