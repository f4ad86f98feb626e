//! A repair of the hazard `growth-moves`: whoever used an address looks whether it still holds, and uses the new one if not.

use super::growing_buffer::{Address, GrowingBuffer};
use super::shared_buffer::Full;
use squall_probe::point;

/// A buffer that grows by moving, with an address that carries the number of moves.
///
/// **Guarantees.** Every operation is linearizable, as long as each place has one writer at a time: a write that is
/// repeated after a move may otherwise undo another one.
///
/// A write counts if the address holds after it. That is enough, because a move says so before it reads the first
/// element: of the two sequentially consistent pairs, write and look, say and copy, one sees the other.
///
/// **Cost.** One more load for each read and write; a repetition for each move that comes between. Whoever finds the
/// elements on the move waits by giving away its core.
///
/// **Source.** The version counter of sequence locks, applied to a pointer.
#[derive(Debug)]
pub struct VersionedBuffer(GrowingBuffer);

impl VersionedBuffer {
    /// An empty buffer that will grow up to so many elements.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self(GrowingBuffer::new(capacity))
    }

    /// Appends an element; hands on its place.
    ///
    /// # Errors
    /// If the buffer must not grow any further.
    pub fn append(&self, element: u64) -> Result<usize, Full> {
        self.0.append(element)
    }

    /// Reads a place; `None` if there is no such place.
    pub fn read(&self, place: usize) -> Option<u64> {
        if place >= self.0.length() {
            return None;
        }
        self.settled(|address| self.0.read_at(address, place))
    }

    /// Overwrites a place.
    pub fn write(&self, place: usize, element: u64) {
        self.settled(|address| self.0.write_at(address, place, element));
    }

    /// Moves the elements to another array of the same size.
    pub fn relocate(&self) {
        self.0.relocate();
    }

    /// Forgets all elements.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Uses an address, as often as it takes until it held while it was used.
    fn settled<R>(&self, use_address: impl Fn(Address) -> R) -> R {
        loop {
            let address = self.0.address();
            point!("growth.held");
            if !address.is_moving() {
                let result = use_address(address);
                if self.0.address() == address {
                    return result;
                }
            }
            std::thread::yield_now();
        }
    }
}
