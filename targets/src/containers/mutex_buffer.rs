//! A repair of the hazard `shared-backing`: the array and its header behind one lock.

use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An array of bounded length behind one lock.
///
/// **Guarantees.** Every operation is linearizable.
///
/// **Cost.** One lock an operation; appends wait for each other. Whoever is held while it appends holds everyone.
///
/// **Panics.** A poisoned lock is used on: nothing foreign runs while the array is changed.
///
/// **Source.** The textbook.
#[derive(Debug)]
pub struct MutexBuffer {
    elements: Mutex<Vec<u64>>,
    capacity: usize,
}

impl MutexBuffer {
    /// An empty buffer with room for so many elements.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { elements: Mutex::new(Vec::with_capacity(capacity)), capacity }
    }

    /// Appends an element.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append(&self, element: u64) -> Result<(), Full> {
        let mut elements = self.lock();
        if elements.len() >= self.capacity {
            return Err(Full);
        }
        point!("buffer.append.between");
        elements.push(element);
        Ok(())
    }

    /// The element at a place, counted from the first one on and around again; `None` if there are no elements.
    pub fn read(&self, place: usize) -> Option<u64> {
        let elements = self.lock();
        elements.get(place.checked_rem(elements.len())?).copied()
    }

    /// The elements.
    pub fn elements(&mut self) -> &[u64] {
        self.elements.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of the elements.
    pub fn copied(&self) -> Vec<u64> {
        self.lock().clone()
    }

    /// Forgets all elements.
    pub fn clear(&mut self) {
        self.lock().clear();
    }

    /// Moves the elements to an array at another address.
    pub fn relocate(&mut self) {
        let mut moved = Vec::with_capacity(self.capacity);
        moved.append(&mut self.lock());
        *self.lock() = moved;
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u64>> {
        self.elements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
