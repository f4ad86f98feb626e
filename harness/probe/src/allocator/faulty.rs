//! The allocator itself: the system's, with one relaxed load in front of it until a fault is armed.

use super::armed;
use super::rules::MODE;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

/// The global allocator of a target. Declare it once:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: squall_probe::FaultyAllocator = squall_probe::FaultyAllocator::new();
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct FaultyAllocator {
    /// Only `new` makes one.
    _private: (),
}

/// Whether any allocation came through here: whether this is the program's allocator.
static INSTALLED: AtomicBool = AtomicBool::new(false);

impl FaultyAllocator {
    /// The allocator, disarmed.
    #[must_use]
    pub const fn new() -> Self {
        Self { _private: () }
    }
}

impl Default for FaultyAllocator {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the faulty allocator is this program's global allocator.
pub(crate) fn installed() -> bool {
    drop(std::hint::black_box(Box::new(0_u8)));
    INSTALLED.load(Ordering::Relaxed)
}

// SAFETY: every block comes from the system's allocator or from the guard arena with the layout asked for, stays valid
// until it is freed, and goes back to where it came from, which the arena's address range decides.
#[expect(unsafe_code, reason = "a global allocator is an unsafe trait")]
unsafe impl GlobalAlloc for FaultyAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let mode = MODE.load(Ordering::Relaxed);
        if mode != 0 {
            return armed::allocate(layout, mode);
        }
        if !INSTALLED.load(Ordering::Relaxed) {
            INSTALLED.store(true, Ordering::Relaxed);
        }
        // SAFETY: the caller keeps `alloc`'s contract, which is the system's.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let mode = MODE.load(Ordering::Relaxed);
        if mode == 0 {
            // SAFETY: as in `alloc`.
            return unsafe { System.alloc_zeroed(layout) };
        }
        let block = armed::allocate(layout, mode);
        if !block.is_null() {
            // SAFETY: the block is at least as long as its layout says.
            unsafe { block.write_bytes(0, layout.size()) }
        }
        block
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let mode = MODE.load(Ordering::Relaxed);
        if mode != 0 {
            armed::free(pointer, layout, mode);
            return;
        }
        // SAFETY: no fault was ever armed that hands out other blocks than the system's, so this one is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let mode = MODE.load(Ordering::Relaxed);
        if mode != 0 {
            return armed::reallocate(pointer, layout, new_size, mode);
        }
        // SAFETY: the caller keeps `realloc`'s contract; no guarded block was ever handed out, so this one is the system's.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}
