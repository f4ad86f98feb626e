//! The hazard `nil-versus-empty`: a buffer that is allocated by whoever first finds that there is none.

use super::mutex_buffer::MutexBuffer;
use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::{Arc, PoisonError, RwLock};

/// A buffer that stands for nothing until the first element is appended.
///
/// **Guarantees.** Appends to a buffer that is there are linearizable. The **first appends are not**: two owners both find
/// none, both allocate, and what was appended to the one that is published first vanishes with it. An
/// [`EagerBuffer`](super::EagerBuffer), the same in all else, never loses anything: the asymmetry is the hazard.
///
/// **Cost.** One more lock an operation than a [`MutexBuffer`], and no memory as long as there is nothing to keep.
///
/// **Source.** `if list == nil { list = make(…) }` in Go, where a nil slice can be appended to and a nil map cannot be
/// written; in Rust, `Option` behind a lock that is taken once to look and once to write.
#[derive(Debug)]
pub struct LazyBuffer {
    buffer: RwLock<Option<Arc<MutexBuffer>>>,
    capacity: usize,
}

impl LazyBuffer {
    /// Nothing, which becomes a buffer with room for so many elements.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self { buffer: RwLock::new(None), capacity }
    }

    /// Appends an element; allocates the buffer if there is none.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append(&self, element: u64) -> Result<(), Full> {
        self.append_with(element, || point!("lazy.allocate.between"))
    }

    /// Appends an element, and does `between` after it was found that there is no buffer: the window in which another
    /// owner's buffer is replaced.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append_with(&self, element: u64, between: impl FnOnce()) -> Result<(), Full> {
        match self.buffer() {
            Some(buffer) => buffer.append(element),
            None => self.allocate(between).append(element),
        }
    }

    /// The buffer, if there is one.
    pub fn buffer(&self) -> Option<Arc<MutexBuffer>> {
        self.buffer.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the buffer.
    pub fn clear(&mut self) {
        *self.buffer.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn allocate(&self, between: impl FnOnce()) -> Arc<MutexBuffer> {
        let allocated = Arc::new(MutexBuffer::new(self.capacity));
        between();
        *self.buffer.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&allocated));
        allocated
    }
}
