//! The study's comparison as a curve: the read/dirty map beside a map behind one lock, one behind many, and `dashmap`, over
//! the share of reads and the number of workers.
//!
//! The maps take turns within each repetition, so that whatever else the machine does hits all of them alike; compare
//! columns, not runs. `cargo bench -p squall-targets --bench read_dirty` takes a minute or two, with `-- --quick` some
//! ten seconds.

mod chart;
mod crossover;
mod load;
mod maps;

use crossover::{Crossing, crossing, median, ratios};
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
    repetitions: 9,
    operations: 160_000,
};
const QUICK: Extent =
    Extent { read_percents: &[100.0, 99.0, 90.0, 50.0, 0.0], workers: &[1, 2], repetitions: 5, operations: 160_000 };

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
        let ratios = ratios(&nanos[0], &nanos[other]);
        println!("  {:<10} {}", maps::NAMES[other], told(extent.read_percents, &ratios));
    }
}

/// Where the read/dirty map stops being the faster one by the median ratios, and how far the turns agree; or that it never
/// does. `ratios` are given by share of reads, then by turn.
fn told(read_percents: &[f64], ratios: &[Vec<f64>]) -> String {
    let medians: Vec<f64> = ratios.iter().map(|turns| median(turns)).collect();
    let least = medians.iter().copied().fold(f64::MAX, f64::min);
    let most = medians.iter().copied().fold(0.0, f64::max);
    let without = match crossing(read_percents, &medians) {
        Crossing::At(percent) => {
            return format!("crosses at {percent:.1} % reads ({})", agreement(read_percents, ratios));
        }
        Crossing::AlwaysFaster => "the read/dirty map is always faster",
        Crossing::AlwaysSlower => "the read/dirty map is always slower",
        Crossing::SlowerAtFirst => "the read/dirty map is slower where reads are most",
    };
    format!("no crossing: {without}; it takes {least:.2} to {most:.2} times as long")
}

/// From where to where the turns cross, and how many of them do.
fn agreement(read_percents: &[f64], ratios: &[Vec<f64>]) -> String {
    let turns = ratios.iter().map(Vec::len).min().unwrap_or(0);
    let of_turn = |turn: usize| crossing(read_percents, &ratios.iter().map(|turns| turns[turn]).collect::<Vec<_>>());
    let percents: Vec<f64> = (0..turns).filter_map(|turn| of_turn(turn).percent()).collect();
    let least = percents.iter().copied().fold(f64::MAX, f64::min);
    let most = percents.iter().copied().fold(0.0, f64::max);
    match percents.len() {
        0 => format!("in none of {turns} single turns"),
        crossed => format!("{least:.1}–{most:.1} in {crossed} of {turns} turns"),
    }
}
