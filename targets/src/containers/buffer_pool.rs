//! A repair of the hazard `shared-backing`: every owner appends to a private array out of a pool, and the arrays are merged
//! when someone wants to see them all.

use super::mutex_buffer::MutexBuffer;
use super::padded::Padded;
use super::shared_buffer::Full;

/// A pool with one private array for each owner.
///
/// **Guarantees.** Appends and reads are linearizable, array by array: an owner's elements are kept, in its order, and between
/// owners there is no order. A merge needs the pool for itself, and so sees every element once.
///
/// **Cost.** One lock an append that nobody else wants, on a cache line that nobody else writes. Memory: the capacity
/// again for each owner. An owner that is held holds nobody but itself.
///
/// **Source.** Go's `sync.Pool` and the usual advice for slices: do not share, merge.
#[derive(Debug)]
pub struct BufferPool {
    arrays: Box<[Padded<MutexBuffer>]>,
}

impl BufferPool {
    /// A pool for so many owners, each with room for so many elements; at least one owner.
    #[must_use]
    pub fn new(owners: usize, capacity_each: usize) -> Self {
        let arrays = (0..owners.max(1)).map(|_| Padded(MutexBuffer::new(capacity_each)));
        Self { arrays: arrays.collect() }
    }

    /// Appends an element to the array of its owner.
    ///
    /// # Errors
    /// If that array has no room left.
    ///
    /// # Panics
    /// If there is no such owner.
    pub fn append(&self, owner: usize, element: u64) -> Result<(), Full> {
        self.arrays[owner].append(element)
    }

    /// An element of some owner's array; `None` if that array is empty.
    pub fn read(&self, place: usize) -> Option<u64> {
        let owners = self.arrays.len();
        self.arrays[place % owners].read(place / owners)
    }

    /// Shows all elements, owner by owner.
    pub fn merge(&mut self, mut visit: impl FnMut(u64)) {
        for array in &mut self.arrays {
            array.elements().iter().copied().for_each(&mut visit);
        }
    }

    /// Forgets all elements.
    pub fn clear(&mut self) {
        self.arrays.iter_mut().for_each(|array| array.clear());
    }

    /// Moves every owner's elements to an array at another address.
    pub fn relocate(&mut self) {
        self.arrays.iter_mut().for_each(|array| array.relocate());
    }
}
