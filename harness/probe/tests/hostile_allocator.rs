//! The allocator under each personality, as the global allocator of this program: many threads allocate and free rightly, and
//! nothing that is theirs changes; and freed addresses come back when they are asked for.

use squall_model::fault::Realloc;
use squall_model::lanes;
use squall_probe::__private::{HostileReport, with_hostile_allocator};
use std::alloc::{Layout, alloc, dealloc, realloc};
use std::sync::{Mutex, PoisonError, mpsc};

#[global_allocator]
static ALLOCATOR: squall_probe::FaultyAllocator = squall_probe::FaultyAllocator::new();

/// The allocator is one for all tests.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn under<R>(realloc: &str, body: impl FnOnce() -> R) -> (R, HostileReport) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    squall_probe::calibrate_clock();
    let realloc: Realloc = serde_json::from_str(realloc).unwrap();
    with_hostile_allocator(&realloc, body).unwrap()
}

/// Threads that make, grow, pass on and free blocks, and look whether each still holds what it was filled with.
fn churn() {
    let (sender, receiver) = mpsc::channel::<Vec<u64>>();
    let receiver = Mutex::new(receiver);
    std::thread::scope(|scope| {
        for number in 0..4_u64 {
            let (sender, receiver) = (sender.clone(), &receiver);
            scope.spawn(move || {
                for round in 0..3_000_u64 {
                    let mut block = vec![number; (round % 70 + 1) as usize];
                    block.extend([number; 9]);
                    block.shrink_to_fit();
                    assert!(block.iter().all(|word| *word == number));
                    sender.send(block).unwrap();
                    if let Ok(other) = receiver.lock().unwrap().try_recv() {
                        assert!(other.iter().all(|word| *word == other[0]));
                    }
                }
            });
        }
    });
}

#[test]
fn blocks_keep_their_content_and_no_right_free_is_caught_under_any_personality() {
    for (realloc, lane) in [
        (r#"{"check": true}"#, lanes::REALLOC_CHECKED),
        (r#"{"always_move": true, "check": true}"#, lanes::REALLOC_MOVED),
        (r#"{"poison": true, "quarantine": "64KiB"}"#, lanes::REALLOC_QUARANTINED),
        (r#"{"poison": true, "reuse_at_once": true}"#, lanes::REALLOC_REUSED),
        (r#"{"guard": "20%", "poison": true, "quarantine": "1MiB"}"#, lanes::REALLOC_GUARDED),
        (r#"{"guard": "20%", "always_move": true, "reuse_at_once": true, "check": true}"#, lanes::REALLOC_REUSED),
    ] {
        let ((), report) = under(realloc, churn);
        assert_eq!(report.caught, 0, "{realloc}: {report:?}");
        assert!(report.lanes[lane] > 0, "{realloc}: {report:?}");
    }
}

#[test]
fn an_address_that_one_thread_freed_is_given_to_the_next_that_asks() {
    let (came_back, report) = under(r#"{"reuse_at_once": true}"#, || {
        let address = |block: &[u64; 9]| std::ptr::from_ref(block).addr();
        let block = Box::new([1_u64; 9]);
        let freed = address(&block);
        std::thread::scope(|scope| scope.spawn(move || drop(block)).join().unwrap());
        let again = Box::new([2_u64; 9]);
        address(&again) == freed
    });
    assert!(came_back && report.lanes[lanes::REALLOC_REUSED] > 0, "{report:?}");
}

#[test]
fn every_misuse_of_a_known_block_is_caught_and_the_program_goes_on() {
    for (misuse, name) in
        [(twice as fn(), "twice"), (inside, "inside"), (other_size, "size"), (grown, "grown"), (written, "written")]
    {
        let ((), report) = under(r#"{"poison": true, "quarantine": "64KiB"}"#, || (0..50).for_each(|_| misuse()));
        assert_eq!(report.caught, 50, "{name}: {report:?}");
    }
}

const BLOCK: Layout = Layout::new::<[u64; 8]>();

/// A block whose free the compiler cannot see.
fn block() -> *mut u8 {
    // SAFETY: the layout is not of size 0.
    #[expect(unsafe_code, reason = "the allocator is called by itself")]
    unsafe {
        std::hint::black_box(alloc(BLOCK))
    }
}

#[expect(unsafe_code, reason = "the allocator is called by itself, and wrongly")]
fn free(block: *mut u8, layout: Layout) {
    // SAFETY: not kept by some callers, on purpose: the allocator under test keeps what is wrong from the system's, and blocks
    // that are kept back stay mapped.
    unsafe { dealloc(std::hint::black_box(block), layout) }
}

fn twice() {
    let block = block();
    free(block, BLOCK);
    free(block, BLOCK);
}

fn inside() {
    let block = block();
    free(block.wrapping_add(32), Layout::new::<u64>());
    free(block, BLOCK);
}

fn other_size() {
    free(block(), Layout::new::<[u64; 4]>());
}

fn grown() {
    let block = block();
    free(block, BLOCK);
    // SAFETY: not kept, as in `free`.
    #[expect(unsafe_code, reason = "the allocator is called by itself, and wrongly")]
    let grown = unsafe { realloc(std::hint::black_box(block), BLOCK, 256) };
    free(grown, Layout::new::<[u64; 32]>());
}

fn written() {
    let block = block();
    free(block, BLOCK);
    // SAFETY: not kept, as in `free`: the block is kept back, and so still mapped.
    #[expect(unsafe_code, reason = "a freed block is written to, on purpose")]
    unsafe {
        std::hint::black_box(block).add(63).write_volatile(7);
    }
}
