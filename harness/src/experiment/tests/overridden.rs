//! `--set path=value`: what it changes, and that an error names it only if it caused the error.

use super::super::{Experiment, ExperimentError};
use squall_model::fault::Fault;
use squall_model::units::TimeSpan;
use std::path::Path;

const TEXT: &str = "name: x\ntarget: {package: p, workload: w}\nphases: {fault: 6s}\n\
    faults:\n  - latency: {at: a, delay: 1ms, during: {start: 1s, for: 4s}}\n";

fn read(text: &str, overrides: &[&str]) -> Result<Experiment, ExperimentError> {
    let overrides: Vec<String> = overrides.iter().map(|written| (*written).to_owned()).collect();
    Experiment::parse(Path::new("experiment.yaml"), text, &overrides)
}

#[test]
fn an_override_changes_what_the_file_says() {
    let experiment = read(TEXT, &["load.workers=8", "faults.0.latency.delay=5ms", "seed=7", "load.workers=9"]).unwrap();
    assert_eq!((experiment.load.workers, experiment.seed), (Some(9), Some(7)));
    assert!(
        matches!(&experiment.faults[0], Fault::Latency(latency) if latency.delay.longest() == TimeSpan::from_millis(5))
    );
}

#[test]
fn an_error_names_the_override_that_caused_it() {
    for (overrides, expected) in [
        (&["load.wrkers=8"][..], "--set load.wrkers=8: unknown key `wrkers` in `load`; did you mean `workers`?"),
        (&["seed=1", "faults.0.latency.delay=5"], "--set faults.0.latency.delay=5: `5` has no unit"),
        (
            &["seed=1", "phases.fault=2s", "load.workers=2"],
            "--set phases.fault=2s: the window `{start: 1s, for: 4s}` ends at 5s",
        ),
        (&["faults.1.latency.at=x"], "--set faults.1.latency.at=x: unknown entry `1` in `faults`"),
        (&["target.package="], "--set target.package=: `target` names no program"),
        (&["seed"], "--set seed: `seed` has no `=`"),
        (&["load={workers: 2, workers: 3}"], "--set load={workers: 2, workers: 3}: the key `workers` stands here"),
    ] {
        let error = read(TEXT, overrides).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn an_error_of_the_file_is_not_blamed_on_an_override() {
    let text = TEXT.replace("6s", "3s");
    let error = read(&text, &["load.workers=8", "faults.0.latency.delay=5ms"]).unwrap_err();
    assert!(error.to_string().starts_with("experiment.yaml:5:42: the window"), "{error}");
    assert_eq!(error.cause(), None);
}

#[test]
fn an_override_can_repair_the_file() {
    let text = TEXT.replace("6s", "3s");
    assert!(read(&text, &["phases.fault=6s"]).is_ok());
}

#[test]
fn an_override_that_the_target_does_not_know_is_named() {
    let experiment = read(TEXT, &["target.workload=v"]).unwrap();
    let target = squall_model::TargetDescription {
        protocol: squall_model::PROTOCOL,
        workloads: Vec::new(),
        points: Vec::new(),
        allocator: false,
        failpoints: false,
        breakpoints: false,
        breakpoints_refused: None,
        functions: Vec::new(),
        functions_refused: None,
    };
    let error = experiment.check_against(&target).unwrap_err().to_string();
    assert!(error.starts_with("--set target.workload=v: unknown workload `v`"), "{error}");
}
