//! A repair of the hazard `nil-versus-empty`: the first owner allocates the buffer, and whoever comes meanwhile waits for it.

use super::mutex_buffer::MutexBuffer;
use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::OnceLock;

/// A buffer that is allocated once, when it is first needed.
///
/// **Guarantees.** Every operation is linearizable, the first included.
///
/// **Cost.** One load more an operation than a [`MutexBuffer`], and no memory as long as there is nothing to keep. The first
/// appends wait for the allocation.
///
/// **Source.** `sync.Once` in Go, `std::sync::OnceLock` in Rust.
#[derive(Debug)]
pub struct OnceBuffer {
    buffer: OnceLock<MutexBuffer>,
    capacity: usize,
}

impl OnceBuffer {
    /// Nothing, which becomes a buffer with room for so many elements.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self { buffer: OnceLock::new(), capacity }
    }

    /// Appends an element; allocates the buffer if there is none.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append(&self, element: u64) -> Result<(), Full> {
        let allocate = || {
            let allocated = MutexBuffer::new(self.capacity);
            point!("lazy.allocate.between");
            allocated
        };
        self.buffer.get_or_init(allocate).append(element)
    }

    /// The buffer, if there is one.
    #[must_use]
    pub fn buffer(&self) -> Option<&MutexBuffer> {
        self.buffer.get()
    }

    /// The buffer, if there is one, for oneself.
    pub fn buffer_mut(&mut self) -> Option<&mut MutexBuffer> {
        self.buffer.get_mut()
    }

    /// Forgets the buffer.
    pub fn clear(&mut self) {
        self.buffer.take();
    }
}
