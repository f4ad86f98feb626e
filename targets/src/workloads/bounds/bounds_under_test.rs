//! What a shrinking list has to offer to be put under load, and how the three variants offer it.

use crate::containers::{OutOfBounds, ShrinkingList, Snapshot};
use squall_probe::point;

/// A shrinking list under test.
pub trait BoundsUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// Builds the list, empty.
    fn build() -> Self;

    /// Appends the element that belongs to the list's end, if the list is shorter than `length_max`.
    fn push(&self, length_max: usize);

    /// Drops all elements from a place on.
    fn truncate(&self, length: usize);

    /// The last so many elements, or all if there are fewer.
    ///
    /// # Errors
    /// If the list has shrunk while it was looked at.
    fn tail(&self, count: usize) -> Result<Vec<u64>, OutOfBounds>;
}

/// A list that is asked for its length, and later sliced.
#[derive(Debug)]
pub struct Bounded<const CHECKED: bool> {
    list: ShrinkingList,
}

/// Bounds are used as they were computed.
pub type Unchecked = Bounded<false>;
/// Bounds are checked where they are used.
pub type Checked = Bounded<true>;
/// Length and elements are of one moment.
pub type Snapshotted = Snapshot<Vec<u64>>;

impl<const CHECKED: bool> BoundsUnderTest for Bounded<CHECKED> {
    const NAME: &'static str = if CHECKED { "bounds.checked" } else { "bounds.unchecked" };
    const SUMMARY: &'static str = if CHECKED {
        "repair of slice-bounds: a slice beyond the list is an error that tells the bounds"
    } else {
        "hazard slice-bounds: bounds are computed from a length, and used after the list has shrunk"
    };

    fn build() -> Self {
        Self { list: ShrinkingList::new() }
    }

    fn push(&self, length_max: usize) {
        if self.list.length() < length_max {
            self.list.push(1);
        }
    }

    fn truncate(&self, length: usize) {
        self.list.truncate(length);
    }

    fn tail(&self, count: usize) -> Result<Vec<u64>, OutOfBounds> {
        if CHECKED { self.list.try_tail(count) } else { Ok(self.list.tail(count)) }
    }
}

impl BoundsUnderTest for Snapshotted {
    const NAME: &'static str = "bounds.snapshot";
    const SUMMARY: &'static str = "repair of slice-bounds: length and elements are read as one snapshot";

    fn build() -> Self {
        Self::new(Vec::new())
    }

    fn push(&self, length_max: usize) {
        self.change(|elements| {
            if elements.len() < length_max {
                elements.push(1);
            }
        });
    }

    fn truncate(&self, length: usize) {
        self.change(|elements| elements.truncate(length));
    }

    fn tail(&self, count: usize) -> Result<Vec<u64>, OutOfBounds> {
        let elements = self.load();
        let start = elements.len().saturating_sub(count);
        point!("bounds.computed");
        Ok(elements[start..].to_vec())
    }
}
