//! A repair of the hazard `nil-versus-empty`: the buffer is allocated before anyone else knows of it, and is empty, not
//! absent.

use super::mutex_buffer::MutexBuffer;
use super::shared_buffer::Full;
use squall_probe::point;

/// A buffer that is there from the beginning.
///
/// **Guarantees.** Every operation is linearizable.
///
/// **Cost.** That of a [`MutexBuffer`]. Memory: the whole capacity, also if nothing is ever appended.
///
/// **Source.** `list := make([]T, 0, capacity)` in Go.
#[derive(Debug)]
pub struct EagerBuffer {
    buffer: MutexBuffer,
    capacity: usize,
}

impl EagerBuffer {
    /// An empty buffer with room for so many elements.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { buffer: MutexBuffer::new(capacity), capacity }
    }

    /// Appends an element.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append(&self, element: u64) -> Result<(), Full> {
        self.buffer.append(element)
    }

    /// The buffer.
    #[must_use]
    pub const fn buffer(&self) -> &MutexBuffer {
        &self.buffer
    }

    /// The buffer, for oneself.
    pub const fn buffer_mut(&mut self) -> &mut MutexBuffer {
        &mut self.buffer
    }

    /// Allocates an empty buffer in the place of this one.
    pub fn clear(&mut self) {
        point!("lazy.allocate.between");
        self.buffer = MutexBuffer::new(self.capacity);
    }
}
