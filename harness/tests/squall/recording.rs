//! Histories that workers record, judged as an oracle over the real binary: a container that answers wrongly without any other sign is
//! found, with the few operations that show it; what a killed subject recorded is judged; and nobody is judged by what is not
//! recorded.

use crate::support::{Bench, repository, wait_until};
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// An experiment on a map of ours; `more` is the rest of it.
fn on_map(bench: &Bench, workload: &str, more: &str) -> String {
    let manifest = repository().join("Cargo.toml").display().to_string();
    let text = format!(
        "name: recorded\ntarget: {{package: squall-targets, workload: {workload}, manifest: {manifest}}}\ncontrol: skip\n\
         phases: {{warmup: 0s, baseline: 200ms, fault: 1500ms, recovery: 0s}}\nthresholds: {{panic_rate: < 1%}}\n{more}"
    );
    bench.write("recorded.yaml", text)
}

const BUSY: &str = "load: {workers: 4, rate: 40_000/s, mix: {get: 60, insert: 40}, keys: {count: 64}}\noracles: [linearizable, own_value]\n";

fn oracle<'a>(object: &'a Value, name: &str) -> &'a Value {
    let oracles = object["judgement"]["oracles"].as_array().or(object["oracles"].as_array()).unwrap();
    oracles.iter().find(|oracle| oracle["name"] == name).unwrap_or_else(|| panic!("{name} in {object:#}"))
}

#[test]
fn a_map_that_answers_stale_values_is_found_by_its_history_alone() {
    let bench = Bench::new();
    // Holds a reader also between reading the map and filling its cache.
    let latency = "faults:\n  - latency: {at: key.hash, delay: 100us..1ms, probability: 3%}\n";
    let file = on_map(&bench, "map.cached", &format!("{BUSY}{latency}"));
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 100, "{object:#}");
    assert!(oracle(&object, "linearizable")["wrong"].as_u64().unwrap() > 0, "{object:#}");
    assert_eq!(oracle(&object, "own_value")["wrong"], 0, "{object:#}");
    let run = bench.runs().pop().unwrap();
    let report = bench.squall(&["report", &run.display().to_string()]);
    for part in ["linearizable found ", "wrong: stale read", "◄ no order is left", "each a map, checked in"] {
        assert!(report.stdout.contains(part), "`{part}` in {}", report.stdout);
    }
    let line = report.stdout.lines().find_map(|line| line.trim().strip_prefix("check")).unwrap();
    let arguments: Vec<&str> = line.trim().strip_prefix("squall ").unwrap().split(' ').collect();
    let again = bench.squall(&arguments);
    assert!(again.code == 100 && again.stdout.contains("stale read"), "{}{}", again.stdout, again.stderr);
    let picture = fs::read_dir(run.join("histories")).unwrap().flatten().find(|entry| entry.path().ends_with("svg"));
    let picture = picture.map_or_else(|| run.join("histories/trial-0-linearizable.svg"), |entry| entry.path());
    assert!(fs::read_to_string(picture).unwrap().contains("no order is left"));
}

#[test]
fn a_map_that_answers_rightly_passes_and_says_how_much_was_checked() {
    let bench = Bench::new();
    let (code, object) = bench.run(&on_map(&bench, "map.locked", BUSY), &[]);
    assert_eq!(code, 0, "{object:#}");
    assert!(oracle(&object, "linearizable")["checked"].as_u64().unwrap() > 1_000, "{object:#}");
}

#[test]
fn what_a_killed_subject_recorded_is_judged() {
    let bench = Bench::new();
    let file = on_map(&bench, "map.cached", BUSY);
    let mut child = bench.start(&file, &["--set", "phases.fault=60s"]);
    wait_until("a subject runs and its run is recorded", || !bench.subjects().is_empty() && !bench.runs().is_empty());
    std::thread::sleep(Duration::from_millis(1_500));
    let subject = bench.subjects().pop().unwrap().number.to_string();
    assert!(Command::new("kill").args(["-KILL", &subject]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(100));
    let verdict = fs::read_to_string(bench.runs()[0].join("verdict.json")).unwrap();
    let verdict: Value = serde_json::from_str(&verdict).unwrap();
    assert!(oracle(&verdict, "linearizable")["checked"].as_u64().unwrap() > 1_000, "{verdict:#}");
}

#[test]
fn an_oracle_of_histories_is_refused_where_nothing_is_recorded() {
    let bench = Bench::new();
    let oracles = "load: {workers: 2}\noracles: [linearizable]\n";
    let ended = bench.squall(&["check", &on_map(&bench, "alias.copied", oracles)]);
    assert_eq!(ended.code, 96, "{}", ended.stderr);
    assert!(ended.stderr.contains("linearizable"), "{}", ended.stderr);
}
