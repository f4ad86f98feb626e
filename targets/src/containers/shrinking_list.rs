//! The hazard `slice-bounds`, and the checked slicing that repairs it: a list that others truncate between the asking for its
//! length and the slicing.

use squall_probe::point;
use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A list behind a lock, which is taken anew for each question.
///
/// **Guarantees.** Every operation is linearizable. That an answer still holds at the next question is **not** guaranteed:
/// [`tail`](Self::tail) asks twice, and panics if the list has shrunk in between. [`try_tail`](Self::try_tail) asks twice,
/// too, and says so.
///
/// **Cost.** One lock an operation; two for a tail, and the copying of what it shows.
///
/// **Source.** `s[len(s)-n:]` in Go on a slice that others replace; in Rust, the two guards of
/// `list.read().len()` and `list.read()[start..]`, which look like one expression.
///
/// ```
/// use squall_targets::containers::ShrinkingList;
/// let list = ShrinkingList::new();
/// (0..5).for_each(|element| list.push(element));
/// assert_eq!(list.tail(2), [3, 4]);
/// assert!(list.slice(3..9).unwrap_err().to_string().contains("3..9 of 5"));
/// ```
#[derive(Debug, Default)]
pub struct ShrinkingList {
    elements: RwLock<Vec<u64>>,
}

/// Bounds that a list does not have, and the length that it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfBounds {
    /// The first place that was asked for.
    pub start: usize,
    /// The place behind the last one.
    pub end: usize,
    /// How many elements there were.
    pub length: usize,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{} of {} elements", self.start, self.end, self.length)
    }
}

impl ShrinkingList {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an element.
    pub fn push(&self, element: u64) {
        self.write().push(element);
    }

    /// Drops all elements from a place on.
    pub fn truncate(&self, length: usize) {
        self.write().truncate(length);
    }

    /// How many elements there are.
    pub fn length(&self) -> usize {
        self.read().len()
    }

    /// The last so many elements, or all if there are fewer: computes the bounds, and later slices by them.
    ///
    /// # Panics
    /// If the list has shrunk in between.
    pub fn tail(&self, count: usize) -> Vec<u64> {
        let end = self.length();
        let start = end.saturating_sub(count);
        point!("bounds.computed");
        self.read()[start..end].to_vec()
    }

    /// The same, with bounds that are checked where they are used.
    ///
    /// # Errors
    /// If the list has shrunk in between.
    pub fn try_tail(&self, count: usize) -> Result<Vec<u64>, OutOfBounds> {
        let end = self.length();
        let start = end.saturating_sub(count);
        point!("bounds.computed");
        self.slice(start..end)
    }

    /// The elements within bounds.
    ///
    /// # Errors
    /// If the list is shorter.
    pub fn slice(&self, bounds: std::ops::Range<usize>) -> Result<Vec<u64>, OutOfBounds> {
        let elements = self.read();
        let (start, end, length) = (bounds.start, bounds.end, elements.len());
        elements.get(bounds).map(<[u64]>::to_vec).ok_or(OutOfBounds { start, end, length })
    }

    /// A slice that panics does so under the read lock, which is not poisoned by it.
    fn read(&self) -> RwLockReadGuard<'_, Vec<u64>> {
        self.elements.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<u64>> {
        self.elements.write().unwrap_or_else(PoisonError::into_inner)
    }
}
