//! The hazard `growth-moves`: an array that moves when it grows, while others hold its old address, as code in Go does
//! that keeps `&shared[i]` across an `append`.

use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The word that stands in every cell of an array that was moved away from.
pub const POISON: u64 = 0xDEAD_DEAD_DEAD_DEAD;
/// The first array has room for so many elements; each one after it for twice as many.
const CAPACITY_MIN: usize = 8;

const ARRAY_BITS: u32 = 15;
const MOVING: u64 = 1 << ARRAY_BITS;
const ARRAY_MASK: u64 = MOVING - 1;
const GENERATION_SHIFT: u32 = ARRAY_BITS + 1;

/// A buffer that grows by moving to a larger array.
///
/// **Guarantees.** Appends are linearizable. An [`Address`] is good **until the next move only**: what is written through
/// an older one is lost, what is read through it is [`POISON`]. [`read`](Self::read) and [`write`](Self::write) take an
/// address and use it later, without looking again; [`VersionedBuffer`](super::VersionedBuffer) looks again.
///
/// Where Go or C++ would reach freed memory, the arrays here are kept until the buffer is dropped, and poisoned as soon as
/// it has moved away: the loss is real, yet no behaviour is undefined.
///
/// **Cost.** An append takes one lock and moves all elements each time the length reaches a power of two; reading and
/// writing cost two memory accesses. Memory: four times the capacity, for the arrays that are kept.
///
/// **Source.** *Go slices: usage and internals*; iterator invalidation of C++'s `std::vector::push_back`.
///
/// ```
/// use squall_targets::containers::{GrowingBuffer, POISON};
/// let buffer = GrowingBuffer::new(16);
/// (0..8).for_each(|element| _ = buffer.append(element).unwrap());
/// let address = buffer.address();
/// buffer.append(8).unwrap(); // there is no room for a ninth: the elements move
/// assert_eq!(buffer.read_at(address, 3), Some(POISON));
/// assert_eq!(buffer.read(3), Some(3));
/// ```
#[derive(Debug)]
pub struct GrowingBuffer {
    /// Two arrays of each size, so that the elements can move without growing, too.
    arrays: Box<[Box<[AtomicU64]>]>,
    /// Which array is in use, whether it is being moved, and how many moves there were.
    header: AtomicU64,
    length: AtomicUsize,
    capacity: usize,
    appending: Mutex<()>,
}

/// Where a buffer's elements lay when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(u64);

impl Address {
    const fn array(self) -> usize {
        (self.0 & ARRAY_MASK) as usize
    }

    /// How many moves there were before.
    #[must_use]
    pub const fn generation(self) -> u64 {
        self.0 >> GENERATION_SHIFT
    }

    /// Whether the elements were on the move.
    #[must_use]
    pub const fn is_moving(self) -> bool {
        self.0 & MOVING != 0
    }

    const fn moved_to(self, array: usize) -> Self {
        Self((self.generation() + 1) << GENERATION_SHIFT | array as u64)
    }
}

impl GrowingBuffer {
    /// An empty buffer that will grow up to so many elements.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let largest = capacity.max(CAPACITY_MIN).next_power_of_two();
        let sizes = std::iter::successors(Some(CAPACITY_MIN), |size| (*size < largest).then_some(size * 2));
        let array = |size| (0..size).map(|_| AtomicU64::new(0)).collect();
        Self {
            arrays: sizes.flat_map(|size| [array(size), array(size)]).collect(),
            header: AtomicU64::new(0),
            length: AtomicUsize::new(0),
            capacity,
            appending: Mutex::new(()),
        }
    }

    /// Where the elements lie now.
    pub fn address(&self) -> Address {
        Address(self.header.load(Ordering::SeqCst))
    }

    /// How many elements there are.
    pub fn length(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }

    /// Appends an element, and moves all elements to a larger array if there is no room left in theirs; hands on the
    /// element's place.
    ///
    /// # Errors
    /// If the buffer must not grow any further.
    pub fn append(&self, element: u64) -> Result<usize, Full> {
        let _appending = self.lock();
        let place = self.length.load(Ordering::Relaxed);
        if place == self.capacity {
            return Err(Full);
        }
        if place == self.arrays[self.address().array()].len() {
            self.move_to(self.address().array() / 2 * 2 + 2);
        }
        self.arrays[self.address().array()][place].store(element, Ordering::SeqCst);
        self.length.store(place + 1, Ordering::Release);
        Ok(place)
    }

    /// Reads a place: takes the address, and later reads there. `None` if there is no such place.
    pub fn read(&self, place: usize) -> Option<u64> {
        let address = self.address();
        point!("growth.held");
        self.read_at(address, place)
    }

    /// Overwrites a place: takes the address, and later writes there.
    pub fn write(&self, place: usize, element: u64) {
        let address = self.address();
        point!("growth.held");
        self.write_at(address, place, element);
    }

    /// Reads a place of the array at an address, whether the elements are still there or not.
    pub fn read_at(&self, address: Address, place: usize) -> Option<u64> {
        Some(self.arrays[address.array()].get(place)?.load(Ordering::SeqCst))
    }

    /// Overwrites a place of the array at an address, whether the elements are still there or not.
    pub fn write_at(&self, address: Address, place: usize, element: u64) {
        if let Some(cell) = self.arrays[address.array()].get(place) {
            cell.store(element, Ordering::SeqCst);
        }
    }

    /// Moves the elements to another array of the same size.
    pub fn relocate(&self) {
        let _appending = self.lock();
        self.move_to(self.address().array() ^ 1);
    }

    /// Forgets all elements.
    pub fn clear(&mut self) {
        *self.length.get_mut() = 0;
        let start = self.address().moved_to(0);
        *self.header.get_mut() = start.0;
    }

    /// Says that the elements move, moves them, says where they are, and gives up their old array. The order matters to
    /// those who look twice: see [`VersionedBuffer`](super::VersionedBuffer).
    fn move_to(&self, array: usize) {
        let address = self.address();
        self.header.fetch_or(MOVING, Ordering::SeqCst);
        let length = self.length.load(Ordering::Relaxed);
        let (from, to) = (&self.arrays[address.array()], &self.arrays[array]);
        for (old, new) in from.iter().zip(to).take(length) {
            new.store(old.load(Ordering::SeqCst), Ordering::SeqCst);
        }
        self.header.store(address.moved_to(array).0, Ordering::SeqCst);
        from.iter().for_each(|cell| cell.store(POISON, Ordering::SeqCst));
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.appending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
