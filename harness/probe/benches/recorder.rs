//! What recording an operation costs: the clock, and the slot with its counters, histogram and flight ring.
//!
//! Each row does a thousand operations; divide its time by a thousand.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use squall_model::segment::{Layout, Segment, SlotView};
use squall_model::{Outcome, Phase};
use std::sync::atomic::AtomicU64;
use std::time::Instant;

const OPERATIONS: u64 = 1_000;

fn main() {
    squall_probe::calibrate_clock();
    divan::main();
}

fn slot() -> SlotView<'static> {
    let layout = Layout::new(1, 4).expect("a small layout");
    let words: Vec<AtomicU64> = (0..layout.bytes() / 8).map(|_| AtomicU64::new(0)).collect();
    Segment::new(Vec::leak(words), layout).expect("the words fit the layout").slot(0)
}

#[divan::bench]
fn clock_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        for _ in 0..OPERATIONS {
            black_box(squall_probe::now_nanos());
        }
    });
}

#[divan::bench]
fn instant_now_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        for _ in 0..OPERATIONS {
            black_box(Instant::now());
        }
    });
}

/// As a worker's loop does it: one clock read for each operation, whose end is the next one's beginning.
#[divan::bench]
fn recorded_operation(bencher: Bencher<'_, '_>) {
    let slot = slot();
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        let mut start = squall_probe::now_nanos();
        for key in 0..OPERATIONS {
            let operation = (key & 3) as usize;
            slot.begin(operation, key, start);
            let end = squall_probe::now_nanos();
            slot.finish(Phase::Fault, black_box(operation), key, Outcome::Ok, start, end - start);
            start = end;
        }
    });
}
