//! Prints the times of all maps at one share of reads: as numbers, and as letters on a line whose axis is logarithmic.

use crate::crossover::median;
use crate::maps::NAMES;

/// The letters of the maps on the line.
const LETTERS: [char; 4] = ['R', 'L', 'S', 'D'];
/// The line's ends, in nanoseconds, and its length in characters.
const AXIS: (f64, f64) = (5.0, 2_000.0);
const LENGTH: usize = 52;

/// The head of a table.
pub(crate) fn head() {
    let names: String =
        NAMES.iter().zip(LETTERS).map(|(name, letter)| format!("{:>13}", format!("{letter} {name}"))).collect();
    let mut axis = vec![' '; LENGTH];
    for (nanos, label) in [(10.0, "10 ns"), (100.0, "100 ns"), (1_000.0, "1 µs")] {
        let start = place(nanos);
        label.chars().enumerate().for_each(|(offset, letter)| axis[start + offset] = letter);
    }
    let axis: String = axis.into_iter().collect();
    println!("  {:>7} {names}  {:>17}  {}", "reads", "R to L", axis.trim_end());
}

/// One row: each map's median, the ratio of the first two turn by turn, and the line.
pub(crate) fn row(read_percent: f64, turns: &[Vec<f64>]) {
    let medians: Vec<f64> = turns.iter().map(|turns| median(turns)).collect();
    let numbers: String = medians.iter().map(|nanos| format!("{nanos:>13.1}")).collect();
    let ratios: Vec<f64> = turns[0].iter().zip(&turns[1]).map(|(first, second)| first / second).collect();
    let least = ratios.iter().copied().fold(f64::MAX, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    let ratio = format!("{:.2} ({least:.2}–{most:.2})", median(&ratios));
    println!("  {read_percent:>5} % {numbers}  {ratio:>17}  {}", line(&medians));
}

/// The maps' letters at their times; where several fall on one place, the first map's letter shows.
fn line(medians: &[f64]) -> String {
    let mut line = vec!['·'; LENGTH];
    for (nanos, letter) in medians.iter().zip(LETTERS).rev() {
        line[place(*nanos)] = letter;
    }
    line.into_iter().collect()
}

fn place(nanos: f64) -> usize {
    let way = (nanos / AXIS.0).ln() / (AXIS.1 / AXIS.0).ln();
    (way.clamp(0.0, 1.0) * (LENGTH - 1) as f64).round() as usize
}
