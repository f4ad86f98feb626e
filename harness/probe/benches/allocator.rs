//! What an allocation and its free cost under each personality of the allocator, beside the system's and beside the disarmed
//! one.
//!
//! Each row makes and frees ten thousand blocks of 64 bytes, eight of which live at a time; compare rows of one run only.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use squall_model::fault::Realloc;
use squall_probe::__private::with_hostile_allocator;
use std::alloc::{GlobalAlloc, Layout, System};

#[global_allocator]
static ALLOCATOR: squall_probe::FaultyAllocator = squall_probe::FaultyAllocator::new();

const BLOCKS: usize = 10_000;
const LIVING: usize = 8;

/// The rows in their order: once blocks were checked, their addresses stay known, which the rows after that pay for.
const PERSONALITIES: [&str; 7] = [
    "1 {poison: true, check: false}",
    "2 {reuse_at_once: true}",
    "3 {quarantine: 1MiB, check: false}",
    "4 {poison: true, quarantine: 1MiB, check: false}",
    "5 {guard: 1%}",
    "6 {check: true}",
    "7 {poison: true, quarantine: 1MiB, check: true}",
];

fn main() {
    squall_probe::calibrate_clock();
    divan::main();
}

fn churn() {
    let mut living: [Option<Box<[u64; 8]>>; LIVING] = [const { None }; LIVING];
    for block in 0..BLOCKS {
        living[block % LIVING] = black_box(Some(Box::new([block as u64; 8])));
    }
}

#[divan::bench(sample_count = 50)]
fn a_disarmed(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(BLOCKS)).bench(churn);
}

#[divan::bench(sample_count = 50)]
#[expect(unsafe_code, reason = "the system's allocator is called by itself")]
fn a_system(bencher: Bencher<'_, '_>) {
    let layout = Layout::new::<[u64; 8]>();
    bencher.counter(ItemsCount::new(BLOCKS)).bench(|| {
        let mut living = [std::ptr::null_mut(); LIVING];
        for block in 0..BLOCKS {
            let place: &mut *mut u8 = &mut living[block % LIVING];
            // SAFETY: each block comes from the system's allocator with this layout, is written within it, and freed once.
            unsafe {
                if !place.is_null() {
                    System.dealloc(*place, layout);
                }
                *place = System.alloc(layout);
                place.cast::<[u64; 8]>().write([block as u64; 8]);
            }
            black_box(*place);
        }
        // SAFETY: as above; the last blocks are freed once.
        living.iter().for_each(|place| unsafe { System.dealloc(*place, layout) });
    });
}

#[divan::bench(args = PERSONALITIES, sample_count = 50)]
fn b_hostile(bencher: Bencher<'_, '_>, personality: &str) {
    let realloc = parsed(personality);
    let armed = with_hostile_allocator(&realloc, || bencher.counter(ItemsCount::new(BLOCKS)).bench(churn));
    armed.expect("squall's allocator is the program's");
}

/// The personality as experiments write it.
fn parsed(personality: &str) -> Realloc {
    let words = personality.trim_start_matches(|first: char| first != '{');
    let words = words.replace(": ", "\":\"").replace(", ", "\",\"").replace('{', "{\"").replace('}', "\"}");
    let json = words.replace("\"true\"", "true").replace("\"false\"", "false");
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"))
}
