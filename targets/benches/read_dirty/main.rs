//! The study's comparison as a curve: the read/dirty map beside a map behind one lock, one behind many, and `dashmap`, over
//! the share of reads and the number of workers.
//!
//! The maps take turns within each repetition, so that whatever else the machine does hits all of them alike; compare
//! columns, not runs. `cargo bench -p squall-targets --bench read_dirty` takes about three minutes, with `-- --quick` some
//! twenty seconds.

mod chart;
mod crossover;
mod load;
mod maps;

use crossover::{Crossing, crossings, median};
use load::{Load, Writes};
use maps::slice;

/// How much is measured.
struct Extent {
    read_percents: &'static [f64],
    workers: &'static [usize],
    repetitions: usize,
    operations: usize,
}

const FULL: Extent = Extent {
    read_percents: &[100.0, 99.9, 99.0, 95.0, 90.0, 75.0, 50.0, 25.0, 0.0],
    workers: &[1, 2, 4, 8],
    repetitions: 15,
    operations: 60_000,
};
const QUICK: Extent =
    Extent { read_percents: &[100.0, 99.0, 90.0, 50.0, 0.0], workers: &[1, 2], repetitions: 5, operations: 30_000 };

fn main() {
    // `cargo test` also runs benchmarks, to see whether they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let extent = if quick { QUICK } else { FULL };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "ns an operation: time on the clock by the operations of all workers; median of {} turns; {cores} cores",
        extent.repetitions
    );
    for writes in [Writes::Overwrites, Writes::NewKeys] {
        for workers in extent.workers {
            compare(&extent, writes, *workers);
        }
    }
}

/// Measures and prints one curve.
fn compare(extent: &Extent, writes: Writes, workers: usize) {
    println!("\n{writes}, {workers} worker{}", if workers == 1 { "" } else { "s" });
    chart::head();
    // For each map, for each share of reads: the nanoseconds of each repetition.
    let mut nanos = vec![Vec::new(); maps::NAMES.len()];
    for percent in extent.read_percents {
        let load = Load::new(writes, *percent, workers, extent.operations / workers);
        let mut turns = vec![Vec::new(); maps::NAMES.len()];
        for _ in 0..extent.repetitions {
            for (map, turns) in turns.iter_mut().enumerate() {
                turns.push(slice(map, &load));
            }
        }
        chart::row(*percent, &turns);
        for (all, turns) in nanos.iter_mut().zip(turns) {
            all.push(turns);
        }
    }
    for other in 1..maps::NAMES.len() {
        let crossings = crossings(extent.read_percents, &nanos[0], &nanos[other]);
        println!("  {:<10} {}", maps::NAMES[other], told(extent, &nanos, other, &crossings));
    }
}

/// Where the read/dirty map stops being the faster one, or that it never does.
fn told(extent: &Extent, nanos: &[Vec<Vec<f64>>], other: usize, crossings: &[Crossing]) -> String {
    let mut percents: Vec<f64> = crossings.iter().filter_map(Crossing::percent).collect();
    percents.sort_by(f64::total_cmp);
    if percents.len() * 2 > crossings.len() {
        let (least, most) = (percents[0], percents[percents.len() - 1]);
        let without = crossings.len() - percents.len();
        let lacking = if without == 0 { String::new() } else { format!(", none in {without} turns") };
        return format!("crosses at {:.1} % reads ({least:.1}–{most:.1}{lacking})", median(&percents));
    }
    let faster = crossings.iter().filter(|crossing| matches!(crossing, Crossing::AlwaysFaster)).count();
    let slower = crossings.iter().filter(|crossing| matches!(crossing, Crossing::AlwaysSlower)).count();
    let word = if faster >= slower { "always faster" } else { "always slower" };
    let ratios: Vec<f64> =
        (0..extent.read_percents.len()).map(|share| median(&nanos[0][share]) / median(&nanos[other][share])).collect();
    let (least, most) =
        ratios.iter().fold((f64::MAX, 0.0_f64), |(low, high), ratio| (low.min(*ratio), high.max(*ratio)));
    format!("no crossing: the read/dirty map is {word}, {least:.2}–{most:.2} times its time")
}
