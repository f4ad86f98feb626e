//! How often a write lands in a window of 5 ns, and how often 200 writes do, for each way to hold the reader; and what a
//! breakpoint costs that holds nobody. Over the real binary: `cargo bench -p squall --bench aim`, half a minute.
//!
//! Compare rows of one run only: a busy machine changes all of them.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const FUNCTION: &str = "{function: \"squall_targets::workloads::window::WindowWorkload::between\"}";
const WORD: &str = "{word: shared}";
/// How long each row is measured.
const SECONDS: f64 = 3.0;

/// One row: what is asked, and what came of it.
struct Row {
    name: &'static str,
    tries: f64,
    hits: f64,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the harness lies in the repository").to_owned()
}

/// Runs the yardstick once; `at` is where the stall holds the reader, nothing for no fault.
fn measure(name: &'static str, writes: u32, at: Option<&str>, dose: &[&str]) -> Row {
    let results = tempfile::tempdir().expect("a temporary directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_squall"));
    command.current_dir(repository()).args(["run", "experiments/aim/window.yaml", "--format", "json", "--results"]);
    command.arg(results.path());
    let phases = ["phases.warmup=0s", "phases.baseline=0s", "control=skip"].map(str::to_owned);
    let mut settings = phases.to_vec();
    settings.push(format!("phases.fault={SECONDS}s"));
    settings.push(format!("target.params.writes={writes}"));
    match at {
        Some(at) => settings.push(format!("faults.0.stall.at={at}")),
        None => settings.push("faults=[]".to_owned()),
    }
    settings.extend(dose.iter().map(|setting| format!("faults.0.stall.{setting}")));
    for setting in settings {
        command.args(["--set", &setting]);
    }
    let output = command.output().expect("squall starts");
    let object: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let number = |key: &str| object["oracles"][0][key].as_f64().unwrap_or_default();
    Row { name, tries: number("checked"), hits: number("wrong") }
}

fn main() {
    let often: &[&str] = &["every=1us"];
    // A breakpoint that is run into and holds nobody.
    let idle: &[&str] = &["every=1us", "probability=0.000001%"];
    println!("a window of 5 ns, one write a try");
    let control = measure("untouched", 1, None, &[]);
    let rows = [
        measure("random stall", 1, Some("any"), &["every=100us"]),
        measure("data watchpoint", 1, Some(WORD), often),
        measure("execution breakpoint", 1, Some(FUNCTION), often),
    ];
    table(&control, &rows);
    println!("\na window of 5 ns, 200 writes");
    let control = measure("untouched", 200, None, &[]);
    let rows = [
        measure("random stall", 200, Some("any"), &["every=100us"]),
        measure("data watchpoint", 200, Some(WORD), &["every=100us"]),
        measure("execution breakpoint", 200, Some(FUNCTION), often),
    ];
    table(&control, &rows);
    let hit = measure("breakpoint that holds nobody", 200, Some(FUNCTION), idle);
    let cost = |row: &Row| SECONDS * 1e6 / row.tries.max(1.0);
    println!("\na try takes {:.2} µs, with a breakpoint in it {:.2} µs", cost(&control), cost(&hit));
}

fn table(control: &Row, rows: &[Row]) {
    println!("  {:<22} {:>12} {:>10} {:>8} {:>10} {:>10}", "", "tries", "hits", "‰", "factor", "hits/s");
    let share = |row: &Row| row.hits / row.tries.max(1.0);
    for row in std::iter::once(control).chain(rows) {
        println!(
            "  {:<22} {:>12} {:>10} {:>8.2} {:>10.1} {:>10.1}",
            row.name,
            row.tries,
            row.hits,
            1_000.0 * share(row),
            share(row) / share(control).max(f64::MIN_POSITIVE),
            row.hits / SECONDS
        );
    }
}
