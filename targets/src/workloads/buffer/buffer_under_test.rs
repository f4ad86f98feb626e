//! What a buffer has to offer to be put under load, and how the variants offer it.

use crate::containers::{BufferPool, Full, MutexBuffer, SegmentedVector, SharedBuffer};

/// A buffer under test.
pub trait BufferUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// Builds the buffer for so many owners, with room for so many elements.
    fn build(owners: usize, capacity: usize) -> Self;

    /// Appends an element on behalf of an owner.
    ///
    /// # Errors
    /// If there is no room left.
    fn append(&self, owner: usize, element: u64) -> Result<(), Full>;

    /// Some element; different places show different ones. `None` if there is none.
    fn read(&self, place: usize) -> Option<u64>;

    /// Shows every element.
    fn for_each(&mut self, visit: impl FnMut(u64));

    /// Forgets all elements.
    fn clear(&mut self);

    /// Moves the elements to another address.
    fn relocate(&mut self);
}

impl BufferUnderTest for SharedBuffer {
    const NAME: &'static str = "buffer.shared";
    const SUMMARY: &'static str =
        "hazard shared-backing: workers append through copies of one header and lose elements";

    fn build(_: usize, capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.append(element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        let view = self.view();
        view.get(place.checked_rem(view.length())?)
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        self.view().iter().for_each(visit);
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn relocate(&mut self) {
        self.relocate();
    }
}

impl BufferUnderTest for MutexBuffer {
    const NAME: &'static str = "buffer.mutex";
    const SUMMARY: &'static str = "repair of shared-backing: appends under one lock";

    fn build(_: usize, capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.append(element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        self.read(place)
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        self.elements().iter().copied().for_each(visit);
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn relocate(&mut self) {
        self.relocate();
    }
}

impl BufferUnderTest for BufferPool {
    const NAME: &'static str = "buffer.pool";
    const SUMMARY: &'static str = "repair of shared-backing: a private buffer for each worker, merged at the end";

    /// The room is divided, so that a round is as long as with the other buffers.
    fn build(owners: usize, capacity: usize) -> Self {
        Self::new(owners, capacity.div_ceil(owners.max(1)))
    }

    fn append(&self, owner: usize, element: u64) -> Result<(), Full> {
        self.append(owner, element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        self.read(place)
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        self.merge(visit);
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn relocate(&mut self) {
        self.relocate();
    }
}

impl BufferUnderTest for SegmentedVector {
    const NAME: &'static str = "buffer.segmented";
    const SUMMARY: &'static str = "repair of shared-backing: an append-only vector in which each append has its place";

    fn build(_: usize, capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.append(element).map(drop)
    }

    fn read(&self, place: usize) -> Option<u64> {
        self.read(place.checked_rem(self.length())?)
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        Self::for_each(self, visit);
    }

    fn clear(&mut self) {
        self.clear();
    }

    /// Nothing moves: that is the repair.
    fn relocate(&mut self) {}
}
