//! The hazard `shared-backing`: an array that several owners append to through copies of one unguarded header, as code in
//! Go does that writes `shared = append(shared, element)` in two goroutines.

use squall_probe::point;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// An array with a header that everyone copies and anyone publishes.
///
/// **Guarantees.** Appending by one thread at a time is what one expects. Appending by several at once **loses elements**:
/// two owners copy one header, write the same place, and publish the same length; or a slow one publishes a length that
/// has long been passed, and takes everything behind it back. Reading is safe at any time: an element below the
/// published length was written before.
///
/// Where Go has a data race, every cell here is a relaxed atomic word: the loss is real, yet no behaviour is undefined.
/// The three words of Go's header are one here (the array is fixed while it is shared, so only the length changes); that
/// they can be torn apart is a hazard of its own. A view borrows the array, so none outlives it.
///
/// **Cost.** Three memory accesses an element; no lock, no read-modify-write. That is what makes the hazard tempting.
///
/// **Source.** *Go slices: usage and internals*, and the race that `go vet` cannot see.
///
/// ```
/// use squall_targets::containers::SharedBuffer;
/// let buffer = SharedBuffer::new(8);
/// let (mut ours, mut theirs) = (buffer.view(), buffer.view());
/// ours.push(1).unwrap();
/// buffer.publish(ours);
/// theirs.push(2).unwrap();
/// buffer.publish(theirs);
/// assert_eq!(buffer.view().iter().collect::<Vec<_>>(), [2]); // 1 is lost
/// ```
pub struct SharedBuffer {
    cells: Box<[AtomicU64]>,
    length: AtomicUsize,
}

/// A copy of a buffer's header: where its array lies, how much of it is used, how much there is.
#[derive(Clone, Copy)]
pub struct View<'a> {
    cells: &'a [AtomicU64],
    length: usize,
}

/// There is no room for another element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl SharedBuffer {
    /// An empty buffer with room for so many elements.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { cells: (0..capacity).map(|_| AtomicU64::new(0)).collect(), length: AtomicUsize::new(0) }
    }

    /// A copy of the header.
    pub fn view(&self) -> View<'_> {
        View { cells: &self.cells, length: self.length.load(Ordering::Acquire) }
    }

    /// Makes a view's length the buffer's, whatever it has become in the meantime.
    pub fn publish(&self, view: View<'_>) {
        self.length.store(view.length, Ordering::Release);
    }

    /// Appends an element: copies the header, writes the element behind its end, publishes the header.
    ///
    /// # Errors
    /// If the copied header has no room left.
    pub fn append(&self, element: u64) -> Result<(), Full> {
        self.append_with(element, || point!("buffer.append.between"))
    }

    /// Appends an element, and does `between` after the header was copied: the window in which another owner's element
    /// is lost.
    ///
    /// # Errors
    /// If the copied header has no room left.
    pub fn append_with(&self, element: u64, between: impl FnOnce()) -> Result<(), Full> {
        let mut view = self.view();
        between();
        view.push(element)?;
        self.publish(view);
        Ok(())
    }

    /// Forgets all elements, for use by a next round.
    pub fn clear(&mut self) {
        *self.length.get_mut() = 0;
    }

    /// Moves the elements to an array at another address.
    pub fn relocate(&mut self) {
        let moved = self.cells.iter().map(|cell| AtomicU64::new(cell.load(Ordering::Relaxed)));
        self.cells = moved.collect();
    }
}

impl View<'_> {
    /// Writes an element behind the view's end and moves that end; nobody else sees it before the view is published.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn push(&mut self, element: u64) -> Result<(), Full> {
        let cell = self.cells.get(self.length).ok_or(Full)?;
        cell.store(element, Ordering::Relaxed);
        self.length += 1;
        Ok(())
    }

    /// How many elements the view shows.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// How many elements there is room for.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.cells.len()
    }

    /// The element at a place below the view's length.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<u64> {
        self.cells[..self.length].get(place).map(|cell| cell.load(Ordering::Relaxed))
    }

    /// The elements that the view shows, as they are now.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.cells[..self.length].iter().map(|cell| cell.load(Ordering::Relaxed))
    }
}

impl fmt::Debug for SharedBuffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(formatter)
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {} elements", self.length, self.cells.len())
    }
}
