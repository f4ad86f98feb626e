//! A repair of the hazards `growth-moves` and `shared-backing`: a vector that grows by adding segments, so that an element stays
//! where it is, and each append has a place of its own.

use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The first segment has room for so many elements; each one after it for twice as many.
const FIRST: usize = 8;
/// A place that no element was written to yet.
const EMPTY: u64 = 0;

/// An append-only vector of segments.
///
/// **Guarantees.** An element's address never changes. Every operation is linearizable on its place; an append takes effect
/// when its element is written, which may be after that of a later place: as a whole the vector is **weaker** than
/// linearizable, since a reader may find a later element and not yet an earlier one. Elements are not 0, which stands for a
/// place that is not written yet. An append that is refused changes nothing.
///
/// **Cost.** An append is one read-modify-write of a word that all appenders share, and rarely the making of a segment,
/// for which those wait who need it. Reading and writing are two dependent memory accesses. Memory: at most twice what is
/// used, and it is never copied.
///
/// **Source.** The two-level vector of Dechev, Pirkelbauer and Stroustrup, *Lock-free dynamically resizable arrays* (2006);
/// the crate `boxcar`.
#[derive(Debug)]
pub struct SegmentedVector {
    segments: Box<[OnceLock<Box<[AtomicU64]>>]>,
    next: AtomicUsize,
    capacity: usize,
}

/// The segment of a place, and the place within it.
const fn locate(place: usize) -> (usize, usize) {
    let segment = ((place + FIRST) / FIRST).ilog2() as usize;
    (segment, place + FIRST - (FIRST << segment))
}

impl SegmentedVector {
    /// An empty vector that will grow up to so many elements.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let segments = locate(capacity.max(1) - 1).0 + 1;
        Self { segments: (0..segments).map(|_| OnceLock::new()).collect(), next: AtomicUsize::new(0), capacity }
    }

    /// Appends an element; hands on its place.
    ///
    /// # Errors
    /// If the vector must not grow any further.
    ///
    /// # Panics
    /// If the element is 0.
    pub fn append(&self, element: u64) -> Result<usize, Full> {
        assert_ne!(element, EMPTY, "0 stands for a place without an element");
        let claim = |next: usize| (next < self.capacity).then_some(next + 1);
        let place = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim).map_err(|_| Full)?;
        point!("buffer.append.between");
        let (segment, offset) = locate(place);
        let cells = self.segments[segment].get_or_init(|| (0..FIRST << segment).map(|_| AtomicU64::new(0)).collect());
        cells[offset].store(element, Ordering::Release);
        Ok(place)
    }

    /// How many places were appended to, or are just being appended to.
    pub fn length(&self) -> usize {
        self.next.load(Ordering::Relaxed)
    }

    /// Shows every element that was written.
    pub fn for_each(&self, visit: impl FnMut(u64)) {
        let cells = (0..self.length()).filter_map(|place| self.cell(place));
        cells.map(|cell| cell.load(Ordering::Acquire)).filter(|element| *element != EMPTY).for_each(visit);
    }

    /// Reads a place; `None` if no element was written there.
    pub fn read(&self, place: usize) -> Option<u64> {
        let cell = self.cell(place)?;
        point!("growth.held");
        Some(cell.load(Ordering::Acquire)).filter(|element| *element != EMPTY)
    }

    /// Overwrites a place that was appended to before; does nothing if it was not.
    pub fn write(&self, place: usize, element: u64) {
        if let Some(cell) = self.cell(place) {
            point!("growth.held");
            cell.store(element, Ordering::Release);
        }
    }

    /// Forgets all elements, and keeps the segments.
    pub fn clear(&mut self) {
        let cells = self.segments.iter_mut().filter_map(OnceLock::get_mut).flatten();
        cells.for_each(|cell| *cell.get_mut() = EMPTY);
        *self.next.get_mut() = 0;
    }

    fn cell(&self, place: usize) -> Option<&AtomicU64> {
        let (segment, offset) = locate(place);
        self.segments.get(segment)?.get()?.get(offset)
    }
}
