//! The experiment files say what they mean: their faults, thresholds, points and workloads exist, and the subject that
//! they describe does what they promise.

use crate::support::{Ended, Trial};
use serde_yaml::Value;
use squall_model::fault::{Fault, FaultName};
use squall_model::{Keys, Threshold};
use std::path::{Path, PathBuf};
use std::time::Duration;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiments")
}

/// The text of an experiment file.
pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(directory().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// An experiment.
pub(crate) fn read(name: &str) -> Value {
    serde_yaml::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn faults(experiment: &Value) -> Vec<Fault> {
    let faults = experiment.get("faults").and_then(Value::as_sequence);
    faults.into_iter().flatten().map(|fault| serde_yaml::from_value(fault.clone()).expect("a fault")).collect()
}

/// The keys of an experiment, whose count may be written with underscores.
fn keys(keys: &Value) -> Keys {
    let mut keys = keys.clone();
    if let Some(text) = keys["count"].as_str() {
        keys["count"] = text.replace('_', "").parse::<u64>().unwrap().into();
    }
    serde_yaml::from_value(keys).unwrap()
}

/// The fault phase of an experiment.
pub(crate) fn trial(experiment: &Value, mut trial: Trial) -> Trial {
    let load = &experiment["load"];
    let weight = |operation: &&str| load["mix"].get(operation).map_or(0, |weight| weight.as_u64().unwrap() as u32);
    trial.weights = trial.operations.iter().map(weight).collect();
    trial.params = serde_yaml::from_value(experiment["target"]["params"].clone()).unwrap();
    trial.workers = load["workers"].as_u64().unwrap() as u32;
    trial.rate = load["rate"].as_str().map(|rate| rate.parse().unwrap());
    trial.keys = load.get("keys").map_or_else(Keys::default, keys);
    trial.faults = faults(experiment);
    trial
}

/// No fault was left out.
pub(crate) fn every_fault_fired(ended: &Ended, trial: &Trial) {
    for (fault, fired) in trial.faults.iter().zip(&ended.fired) {
        // What the allocator did, and how often the container was moved, stand in counters of their own.
        assert!(*fired > 0 || fault.name() == FaultName::Realloc, "{fault} was not delivered: {:?}", ended.fired);
    }
}

#[test]
fn thresholds_and_points_of_every_experiment_exist() {
    assert!(!squall_targets::catalogue().is_empty(), "which also links the points");
    let canaries = squall_targets::canaries::NAMES.map(|name| format!("canary/{}.yaml", &name["canary.".len()..]));
    let named = ["quickstart.yaml".to_owned(), "quickstart-broken.yaml".to_owned()];
    for name in canaries.iter().chain(&named) {
        let experiment = read(name);
        for (metric, condition) in experiment["thresholds"].as_mapping().unwrap() {
            Threshold::parse(metric.as_str().unwrap(), condition.as_str().unwrap()).unwrap();
        }
        for fault in faults(&experiment) {
            let known = |point: &str| squall_probe::POINTS.iter().any(|known| known.name() == point);
            assert!(fault.point().is_none_or(known), "{name}: {fault} names an unknown point");
        }
    }
}

#[test]
fn every_canary_has_its_experiment() {
    for name in squall_targets::canaries::NAMES {
        let symptom = &name["canary.".len()..];
        let experiment = read(&format!("canary/{symptom}.yaml"));
        assert_eq!(experiment["canary"].as_str(), Some(symptom));
        assert_eq!(experiment["target"]["workload"].as_str(), Some(name));
    }
}

#[test]
fn the_quickstart_is_clean_and_every_fault_delivered() {
    let mut trial = trial(&read("quickstart.yaml"), Trial::of_map("map.sharded"));
    trial.length = Duration::from_secs(1);
    let ended = trial.run();
    every_fault_fired(&ended, &trial);
    assert_eq!((ended.outcomes.panic, ended.outcomes.error), (0, 0));
    assert!(trial.oracles.iter().all(|oracle| ended.oracle(oracle).wrong == 0));
}

#[test]
fn the_broken_quickstart_names_lost_elements_whatever_the_seed() {
    for seed in 1..=5 {
        let mut trial = trial(&read("quickstart-broken.yaml"), Trial::of_buffer("buffer.shared"));
        (trial.seed, trial.length) = (seed, Duration::from_millis(500));
        let ended = trial.run();
        every_fault_fired(&ended, &trial);
        let oracle = ended.oracle("own_elements");
        assert!(oracle.violations.iter().any(|violation| violation.detail.contains("lost: worker ")), "{oracle:#?}");
    }
}

#[test]
#[ignore = "a measurement"]
fn measure_the_quickstarts() {
    let good = trial(&read("quickstart.yaml"), Trial::of_map("map.sharded"));
    let bad = trial(&read("quickstart-broken.yaml"), Trial::of_buffer("buffer.shared"));
    for (mut trial, oracle) in [(good, "no_lost_update"), (bad.clone(), "own_elements")] {
        trial.length = Duration::from_secs(3);
        for faults in [Vec::new(), trial.faults.clone()] {
            for seed in 1..=10 {
                let ended = Trial { seed, faults: faults.clone(), ..trial.clone() }.run();
                let (median, p99) = (ended.latency(0.5), ended.latency(0.99));
                let (wrong, checked) = (ended.oracle(oracle).wrong, ended.oracle(oracle).checked);
                let workload = trial.workload;
                println!(
                    "{workload} seed {seed}: p50 {median:?} p99 {p99:?}, {wrong} of {checked} wrong, fired {:?}",
                    ended.fired
                );
            }
        }
    }
}
