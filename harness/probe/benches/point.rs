//! What a disarmed point costs, beside an empty loop and beside the `fail` crate's, on one thread and on two.
//!
//! Each row does a million passes, so its microseconds are picoseconds a pass; compare rows of one run only. Threads share
//! the point, so a row whose time grows with the second thread does not scale.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

const PASSES: u64 = 1_000_000;

fn main() {
    divan::main();
}

#[divan::bench(threads = [1, 2], sample_count = 30)]
fn empty_loop(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(PASSES)).bench(|| {
        for pass in 0..PASSES {
            black_box(pass);
        }
    });
}

#[divan::bench(threads = [1, 2], sample_count = 30)]
fn disarmed_point(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(PASSES)).bench(|| {
        for pass in 0..PASSES {
            squall_probe::point!("bench.point");
            black_box(pass);
        }
    });
}

#[divan::bench(threads = [1, 2], sample_count = 30)]
fn fail_point_with_nothing_configured(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(PASSES)).bench(|| {
        for pass in 0..PASSES {
            fail::fail_point!("bench.fail_point");
            black_box(pass);
        }
    });
}

#[divan::bench(threads = [1, 2], sample_count = 30)]
fn fail_point_with_another_configured(bencher: Bencher<'_, '_>) {
    fail::cfg("bench.other", "off").expect("`off` is an action");
    bencher.counter(ItemsCount::new(PASSES)).bench(|| {
        for pass in 0..PASSES {
            fail::fail_point!("bench.fail_point");
            black_box(pass);
        }
    });
    fail::remove("bench.other");
}
