//! What a valid experiment becomes.

use super::super::{Experiment, Program};
use super::read;
use serde_json::json;
use squall_model::units::TimeSpan;
use squall_model::{Arrivals, ControlPolicy, Symptom};
use std::path::{Path, PathBuf};

/// The example of the design page, word for word.
const EXAMPLE: &str = include_str!("example.yaml");

#[test]
fn the_example_of_the_design_page_is_valid() {
    let experiment = read(EXAMPLE).unwrap();
    assert_eq!(experiment.name, "sharded map under stalls and forced growth");
    assert_eq!(experiment.load.keys.count, 10_000);
    assert_eq!(experiment.load.rate.unwrap().per_second(), 50_000.0);
    let mix: Vec<_> = experiment.load.mix.as_ref().unwrap().names().collect();
    assert_eq!(mix, ["get", "insert", "remove"]);
    let names: Vec<_> = experiment.thresholds.iter().map(|threshold| threshold.name.as_str()).collect();
    assert_eq!(names, ["panic_rate", "error_rate", "latency.p99", "recovery.time"]);
    let faults: Vec<_> = experiment.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, ["latency map.shard.locked", "stall any", "realloc"]);
    assert_eq!((experiment.seed, experiment.target.params["shards"].clone()), (Some(42), json!(16)));
}

#[test]
fn what_is_left_out_has_its_documented_value() {
    let experiment = read("name: x\ntarget: {package: p, workload: w}\n").unwrap();
    assert_eq!((experiment.load.workers, experiment.load.keys.count), (None, 1_000));
    assert_eq!((experiment.load.rate, experiment.load.arrivals), (None, Arrivals::Poisson));
    assert_eq!(experiment.load.timeout, TimeSpan::from_millis(1_000));
    let phases = experiment.phases;
    let lengths = [phases.warmup, phases.baseline, phases.fault, phases.recovery];
    assert_eq!(lengths, [500, 2_000, 5_000, 2_000].map(TimeSpan::from_millis));
    assert_eq!(experiment.confidence, 0.95);
    assert_eq!(experiment.limits.stuck_after, TimeSpan::from_millis(2_000));
    assert_eq!(experiment.limits.settle, TimeSpan::from_millis(10_000));
    assert_eq!(experiment.limits.memory_bytes_max, Some(4 << 30));
    assert_eq!((experiment.oracles, experiment.control, experiment.seed), (None, ControlPolicy::MustPass, None));
}

#[test]
fn nothing_to_judge_is_allowed() {
    read("name: x\ntarget: {package: p, workload: w}\nthresholds: {}\noracles: []\nfaults: []\n").unwrap();
}

#[test]
fn a_canary_has_no_control() {
    let text = "name: x\ntarget: {package: p, workload: w}\ncanary: deadlock\nfaults: [{stall: {at: any}}]\n";
    let experiment = read(text).unwrap();
    assert_eq!(experiment.canary, Some(Symptom::Deadlock));
    assert!(!experiment.has_control());
}

#[test]
fn a_manifest_is_relative_to_the_experiment() {
    let text = "name: x\ntarget: {package: p, workload: w, manifest: ../relics/Cargo.toml, bin: b}\n";
    let experiment = Experiment::parse(Path::new("experiments/gate/x.yaml"), text, &[]).unwrap();
    let expected = PathBuf::from("experiments/gate/../relics/Cargo.toml");
    let Program::Package { manifest, bin, .. } = experiment.target.program else { panic!("no package") };
    assert_eq!((manifest, bin.as_deref()), (Some(expected), Some("b")));
}

#[test]
fn a_command_is_taken_word_by_word() {
    let text = "name: x\ntarget: {command: [./serve, '8080'], stdio: true, params: {size: 1_000, word: a_b}}\n";
    let experiment = read(text).unwrap();
    let words = ["./serve", "8080"].map(str::to_owned).to_vec();
    assert_eq!(experiment.target.program, Program::Command { words, stdio: true, directory: None });
    assert_eq!(experiment.target.params["size"], json!(1_000));
    assert_eq!(experiment.target.params["word"], json!("a_b"));
}

#[test]
fn an_anchor_may_be_used_again() {
    let text = "name: x\ntarget: {package: p, workload: w}\nfaults:\n  - latency: {at: a, delay: &d 5ms}\n  - latency: {at: b, delay: *d}\n";
    assert_eq!(read(text).unwrap().faults.len(), 2);
}

#[test]
fn a_stall_aims_at_functions_and_words() {
    let stall =
        |at: &str| read(&format!("name: x\ntarget: {{package: p, workload: w}}\nfaults: [{{stall: {{at: {at}}}}}]\n"));
    let function = stall("{function: 'map::*::grow'}, probability: 5%").unwrap();
    let word = stall("{word: head}").unwrap();
    let names: Vec<_> = [&function, &word].map(|experiment| experiment.faults[0].to_string()).to_vec();
    assert_eq!(names, ["stall map::*::grow", "stall word head"]);
    assert!(function.faults[0].functions().unwrap().matches("map::Map::grow"));
    let error = stall("any, probability: 5%").unwrap_err().to_string();
    assert!(error.contains("there is no share of passes"), "{error}");
}
