//! How many samples of a short script squall runs in a second, beside a bare loop that was written for that script alone.
//!
//! `cargo bench -p squall-targets --bench scripts`. Rounds alternate, and are short, so that on a machine that others use some of
//! them have both cores to themselves; absolute figures drift with the machine.

use squall_probe::script::{ScriptRehearsal, Written, rehearse_scripts};
use squall_probe::{NoParams, Workload};
use squall_targets::crates::{DashMapUnderTest, StdMutex};
use squall_targets::scripts::{MessagePassing, StoreBuffering, TornPair};
use squall_targets::workloads::map::{LockMapUnderTest, MapWorkload};
use std::hint::black_box;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::time::Instant;

const ROUNDS: usize = 15;
const SAMPLES: u64 = 3_000_000;
/// How many objects the bare loop has, as many as a stride of squall's.
const STRIDE: usize = 4_096;
/// A thread of the bare loop looks so often before it yields its core.
const LOOKS_MAX: u32 = 400;

fn main() {
    // `cargo test` also runs benchmarks, to see whether they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("M samples/s of two threads; {ROUNDS} rounds, median and best");
    let rounds: Vec<_> = (0..ROUNDS).map(|_| (bare(), driven::<Written<StoreBuffering>>())).collect();
    tell("bare loop, store buffering", rounds.iter().map(|round| round.0));
    tell("squall, store buffering", rounds.iter().map(|round| round.1));
    let (ratio, _) = median_and_best(rounds.iter().map(|(alone, squall)| squall / alone));
    println!("  {:<34}{ratio:>8.2}", "squall / bare loop, median");
    tell("squall, message passing", (0..ROUNDS).map(|_| driven::<Written<MessagePassing>>()));
    tell("squall, torn pair", (0..ROUNDS).map(|_| driven::<Written<TornPair>>()));
    for (name, drive) in DRAWN {
        tell(name, (0..ROUNDS).map(|_| drive()));
    }
}

/// Hands on samples in a second.
type Drive = fn() -> f64;

/// Drawn scripts of maps, and how often they run in a second.
const DRAWN: [(&str, Drive); 2] = [
    ("squall, drawn for a std map", drawn::<MapWorkload<LockMapUnderTest<StdMutex>>>),
    ("squall, drawn for dashmap", drawn::<MapWorkload<DashMapUnderTest>>),
];

fn tell(name: &str, figures: impl Iterator<Item = f64>) {
    let (median, best) = median_and_best(figures);
    println!("  {name:<34}{:>8.1}{:>8.1}", median / 1e6, best / 1e6);
}

fn median_and_best(figures: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    (figures[figures.len() / 2], figures.last().copied().unwrap_or_default())
}

/// Samples in a second, with all that squall does: fresh objects, meetings, a table that is judged.
fn driven<W: Workload<Params = NoParams>>() -> f64 {
    let rehearsal = ScriptRehearsal { workers: 2, operations: 1, scripts: 1, samples: SAMPLES, seed: 1 };
    samples_per_second::<W>(rehearsal)
}

/// The same for drawn scripts of two threads with up to two operations each.
fn drawn<W: Workload>() -> f64
where
    W::Params: Default,
{
    let rehearsal = ScriptRehearsal { workers: 2, operations: 2, scripts: 8, samples: SAMPLES / 100, seed: 1 };
    samples_per_second::<W>(rehearsal)
}

fn samples_per_second<W: Workload>(rehearsal: ScriptRehearsal) -> f64
where
    W::Params: Default,
{
    let began = Instant::now();
    let (_, record) = rehearse_scripts::<W>(&W::Params::default(), rehearsal).expect("the script can be run");
    record.samples as f64 / began.elapsed().as_secs_f64()
}

/// One object of the bare loop, with room for what both threads read; in a cache line of its own, as squall's are.
#[derive(Default)]
#[repr(align(64))]
struct Sample {
    left: AtomicU32,
    right: AtomicU32,
    read: [AtomicU8; 2],
}

/// Samples in a second of the shortest loop: two threads, a barrier that spins, four counters.
fn bare() -> f64 {
    let samples: Vec<Sample> = (0..STRIDE).map(|_| Sample::default()).collect();
    let (arrived, strides) = (AtomicUsize::new(0), SAMPLES as usize / STRIDE);
    let meet = |meeting: usize| {
        arrived.fetch_add(1, Ordering::AcqRel);
        let mut looks = 0;
        while arrived.load(Ordering::Acquire) < 2 * meeting {
            looks += 1;
            if looks > LOOKS_MAX { std::thread::yield_now() } else { std::hint::spin_loop() }
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
