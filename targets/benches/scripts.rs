//! How many samples of a short script squall runs in a second, beside a bare loop that was written for that script alone.
//!
//! `cargo bench -p squall-targets --bench scripts`. Rounds alternate, and the median of each is told with their ratio; absolute
//! figures drift with the machine.

use squall_probe::script::{ScriptRehearsal, Written, rehearse_scripts};
use squall_probe::{NoParams, Workload};
use squall_targets::scripts::{MessagePassing, StoreBuffering};
use std::hint::black_box;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::time::Instant;

const ROUNDS: usize = 7;
const SAMPLES: u64 = 20_000_000;
const STRIDE: usize = 4_096;

fn main() {
    // `cargo test` also runs benchmarks, to see whether they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let rounds: Vec<_> = (0..ROUNDS).map(|_| (bare(), driven::<Written<StoreBuffering>>())).collect();
    let (alone, squall) = (median(rounds.iter().map(|round| round.0)), median(rounds.iter().map(|round| round.1)));
    println!("store buffering, two threads with two operations each, median of {ROUNDS} rounds of {SAMPLES} samples");
    println!("  bare loop  {:>7.1} M samples/s", alone / 1e6);
    println!("  squall     {:>7.1} M samples/s, {:.2} of the bare loop", squall / 1e6, squall / alone);
    let messages = median((0..ROUNDS).map(|_| driven::<Written<MessagePassing>>()));
    println!("message passing\n  squall     {:>7.1} M samples/s", messages / 1e6);
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Samples in a second, with all that squall does: fresh objects, meetings, a table that is judged.
fn driven<W: Workload<Params = NoParams>>() -> f64 {
    let rehearsal = ScriptRehearsal { workers: 2, operations: 1, scripts: 1, samples: SAMPLES, seed: 1 };
    let began = Instant::now();
    let (_, record) = rehearse_scripts::<W>(&NoParams::default(), rehearsal).expect("the script can be run");
    record.samples as f64 / began.elapsed().as_secs_f64()
}

/// One object of the bare loop, with room for what both threads read.
#[derive(Default)]
struct Sample {
    left: AtomicU32,
    right: AtomicU32,
    read: [AtomicU8; 2],
}

/// Samples in a second of the shortest loop: two threads, a spin barrier, four counters.
fn bare() -> f64 {
    let samples: Vec<Sample> = (0..STRIDE).map(|_| Sample::default()).collect();
    let (arrived, strides) = (AtomicUsize::new(0), SAMPLES as usize / STRIDE);
    let meet = |meeting: usize| {
        arrived.fetch_add(1, Ordering::AcqRel);
        while arrived.load(Ordering::Acquire) < 2 * meeting {
            std::hint::spin_loop();
        }
    };
    let began = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (samples, meet) = (&samples, &meet);
            scope.spawn(move || {
                let mut counts = [0_u64; 4];
                for stride in 0..strides {
                    meet(2 * stride + 1);
                    for sample in samples {
                        let (own, other) =
                            if thread == 0 { (&sample.left, &sample.right) } else { (&sample.right, &sample.left) };
                        own.store(1, Ordering::Relaxed);
                        sample.read[thread].store(other.load(Ordering::Relaxed) as u8, Ordering::Relaxed);
                    }
                    meet(2 * stride + 2);
                    for sample in &samples[thread * STRIDE / 2..(thread + 1) * STRIDE / 2] {
                        let [first, second] = [0, 1].map(|place: usize| sample.read[place].load(Ordering::Relaxed));
                        counts[usize::from(first) * 2 + usize::from(second)] += 1;
                        sample.left.store(0, Ordering::Relaxed);
                        sample.right.store(0, Ordering::Relaxed);
                    }
                }
                black_box(counts);
            });
        }
    });
    (strides * STRIDE) as f64 / began.elapsed().as_secs_f64()
}
