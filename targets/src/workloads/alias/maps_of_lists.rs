//! What a map of lists has to offer, and how all of them together make a buffer: each element belongs to the list of a key
//! that follows from the element alone.

use crate::containers::{EntryMap, Full, OwnedMap, ValueMap};
use crate::workloads::buffer::BufferUnderTest;

/// How many lists share the elements: few, so that owners meet.
const KEYS: u64 = 4;

/// A map of lists.
pub trait ListMap: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// An empty map, whose lists have room for so many elements each.
    fn build(capacity: usize) -> Self;

    /// Appends an element to a key's list.
    ///
    /// # Errors
    /// If there is no room left.
    fn append(&self, key: u64, element: u64) -> Result<(), Full>;

    /// The elements of a key's list.
    fn list(&self, key: u64) -> Vec<u64>;

    /// Shows the elements of all lists.
    fn for_each(&self, visit: impl FnMut(u64));
}

/// A map of lists as a buffer.
#[derive(Debug)]
pub struct Lists<M> {
    map: M,
    capacity: usize,
}

impl<M: ListMap> BufferUnderTest for Lists<M> {
    const NAME: &'static str = M::NAME;
    const SUMMARY: &'static str = M::SUMMARY;

    fn build(_: usize, capacity: usize) -> Self {
        let capacity = capacity.div_ceil(KEYS as usize);
        Self { map: M::build(capacity), capacity }
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.map.append(element % KEYS, element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        let list = self.map.list(place as u64 % KEYS);
        let place = (place / KEYS as usize).checked_rem(list.len())?;
        list.get(place).copied()
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        self.map.for_each(visit);
    }

    fn clear(&mut self) {
        self.map = M::build(self.capacity);
    }

    fn relocate(&mut self) {}
}

impl ListMap for ValueMap {
    const NAME: &'static str = "alias.copied";
    const SUMMARY: &'static str = "hazard value-copy-aliasing: two workers append to copies of one header in a map";

    fn build(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, key: u64, element: u64) -> Result<(), Full> {
        self.append(key, element)
    }

    fn list(&self, key: u64) -> Vec<u64> {
        self.get(key).elements().collect()
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.for_each(visit);
    }
}

impl ListMap for EntryMap {
    const NAME: &'static str = "alias.locked";
    const SUMMARY: &'static str = "repair of value-copy-aliasing: lists are changed in place under the map's lock";

    fn build(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, key: u64, element: u64) -> Result<(), Full> {
        self.append(key, element)
    }

    fn list(&self, key: u64) -> Vec<u64> {
        self.get(key)
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.for_each(visit);
    }
}

impl ListMap for OwnedMap {
    const NAME: &'static str = "alias.owned";
    const SUMMARY: &'static str = "repair of value-copy-aliasing: each key owns its list, and handles share it";

    fn build(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, key: u64, element: u64) -> Result<(), Full> {
        self.append(key, element)
    }

    fn list(&self, key: u64) -> Vec<u64> {
        self.list(key).copied()
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.for_each(visit);
    }
}
