//! What a growing buffer has to offer to be put under load, and how the four variants offer it.

use crate::containers::{FixedBuffer, Full, GrowingBuffer, SegmentedVector, VersionedBuffer};

/// A growing buffer under test.
pub trait GrowthUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// Builds the buffer, which will grow up to so many elements.
    fn build(capacity: usize) -> Self;

    /// Appends an element, which is not 0; hands on its place.
    ///
    /// # Errors
    /// If the buffer must not grow any further.
    fn append(&self, element: u64) -> Result<usize, Full>;

    /// The element at a place.
    fn read(&self, place: usize) -> Option<u64>;

    /// Overwrites the element at a place.
    fn write(&self, place: usize, element: u64);

    /// Moves the elements, if they can be moved.
    fn relocate(&self);

    /// Forgets all elements.
    fn clear(&mut self);
}

/// The adapter of a buffer whose methods have the adapter's names.
macro_rules! adapt {
    ($buffer:ty, $name:literal, $summary:literal, $relocate:expr) => {
        impl GrowthUnderTest for $buffer {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;

            fn build(capacity: usize) -> Self {
                Self::new(capacity)
            }

            fn append(&self, element: u64) -> Result<usize, Full> {
                self.append(element)
            }

            fn read(&self, place: usize) -> Option<u64> {
                self.read(place)
            }

            fn write(&self, place: usize, element: u64) {
                self.write(place, element);
            }

            fn relocate(&self) {
                $relocate(self);
            }

            fn clear(&mut self) {
                self.clear();
            }
        }
    };
}

adapt!(
    GrowingBuffer,
    "growth.moved",
    "hazard growth-moves: workers use an address after the elements have moved away from it",
    GrowingBuffer::relocate
);
adapt!(
    VersionedBuffer,
    "growth.versioned",
    "repair of growth-moves: an address carries a version, and is used again if it did not hold",
    VersionedBuffer::relocate
);
adapt!(FixedBuffer, "growth.fixed", "repair of growth-moves: room for all elements is taken ahead", |_| ());
adapt!(SegmentedVector, "growth.segmented", "repair of growth-moves: growth adds a segment and moves nothing", |_| ());
