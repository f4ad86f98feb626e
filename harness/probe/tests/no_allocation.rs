//! Recording an operation, leaving a breadcrumb and passing a disarmed point allocate nothing.

use squall_model::segment::{Layout, Segment};
use squall_model::{Outcome, Phase};
use std::alloc::{GlobalAlloc, Layout as MemoryLayout, System};
use std::cell::Cell;
use std::sync::atomic::AtomicU64;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator unchanged.
#[expect(unsafe_code, reason = "an allocator that counts is an unsafe trait")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: MemoryLayout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the system allocator's contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: MemoryLayout) {
        // SAFETY: the block came from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_recorded_operation_allocates_nothing() {
    let layout = Layout::new(1, 1).unwrap();
    let words: Vec<AtomicU64> = (0..layout.bytes() / 8).map(|_| AtomicU64::new(0)).collect();
    let slot = Segment::new(&words, layout).unwrap().slot(0);
    let before = ALLOCATIONS.with(Cell::get);
    assert!(before > 0, "the counter counts");
    for key in 0..100_000 {
        squall_probe::point!("test.no_allocation");
        slot.begin(0, key, key + 1);
        squall_probe::context::set("order", "A-17");
        squall_probe::context::note("insert");
        slot.leave_breadcrumb("insert");
        slot.finish(Phase::Fault, 0, key, Outcome::Ok, key, squall_probe::now_nanos() % 1_000);
    }
    assert_eq!(ALLOCATIONS.with(Cell::get), before);
}
