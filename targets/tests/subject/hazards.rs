//! The hazard catalogue, each under its own experiment: the hazard shows, and its repairs stay clean.

use crate::experiments::{every_fault_fired, read, trial};
use crate::support::{Ended, Trial};
use serde_yaml::Value;
use squall_model::Threshold;
use std::time::Duration;

/// The experiment of each hazard, with the repairs that have to pass it.
const HAZARDS: [(&str, &[&str]); 11] = [
    ("growth-moves", &["growth.fixed", "growth.segmented", "growth.versioned"]),
    ("torn-header", &["header.pointer", "header.seqlock"]),
    ("slice-bounds", &["bounds.checked", "bounds.snapshot"]),
    ("iterate-while-mutating", &["iteration.snapshot", "iteration.read_locked"]),
    ("nil-versus-empty", &["lazy.eager", "lazy.once"]),
    ("broken-once", &["once.once_lock"]),
    ("aba", &["aba.versioned", "aba.stamped"]),
    ("value-copy-aliasing", &["alias.owned", "alias.locked"]),
    ("lifetime", &["lifetime.owned"]),
    ("concurrent-map-write", &["bucket_map.locked", "bucket_map.sharded"]),
    ("shard-imbalance", &["shards.recovering", "shards.consistent"]),
];

/// How often a hazard may hide in a short trial before it counts as not found.
const TRIES: u64 = 5;

fn experiment(hazard: &str) -> Value {
    read(&format!("hazards/{hazard}.yaml"))
}

fn names(names: impl IntoIterator<Item = impl ToString>) -> Vec<&'static str> {
    names.into_iter().map(|name| &*name.to_string().leak()).collect()
}

/// The fault phase of a hazard's experiment, on the hazard itself or on a repair.
fn hazard_trial(experiment: &Value, workload: Option<&'static str>) -> Trial {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mix = experiment["load"]["mix"].as_mapping().expect("a mix");
    let oracles = experiment["oracles"].as_sequence().expect("oracles");
    let base = Trial {
        operations: names(mix.keys().map(text)),
        oracles: names(oracles.iter().map(text)),
        ..Trial::of_map(workload.unwrap_or_else(|| text(&experiment["target"]["workload"]).leak()))
    };
    Trial { length: Duration::from_secs(1), ..trial(experiment, base) }
}

fn wrong(trial: &Trial, ended: &Ended) -> u64 {
    trial.oracles.iter().map(|oracle| ended.oracle(oracle).wrong).sum()
}

#[test]
fn every_hazard_shows_under_its_experiment() {
    for (hazard, _) in HAZARDS {
        let experiment = experiment(hazard);
        let shows = |seed| {
            let trial = Trial { seed, ..hazard_trial(&experiment, None) };
            let ended = trial.run();
            every_fault_fired(&ended, &trial);
            wrong(&trial, &ended) + ended.outcomes.panic > 0
        };
        assert!((1..=TRIES).any(shows), "{hazard} did not show");
    }
}

#[test]
fn every_repair_is_clean_under_the_experiment_of_its_hazard() {
    for (hazard, repairs) in HAZARDS {
        let experiment = experiment(hazard);
        for repair in repairs {
            let trial = hazard_trial(&experiment, Some(repair));
            let ended = trial.run();
            every_fault_fired(&ended, &trial);
            assert!(ended.status.success(), "{repair}: {ended:#?}");
            assert_eq!((ended.outcomes.panic, wrong(&trial, &ended)), (0, 0), "{repair}: {ended:#?}");
            let checked = |name: &&str| ended.oracle(name).checked > 0;
            assert!(trial.oracles.iter().all(checked), "{repair}: an oracle looked at nothing");
        }
    }
}

#[test]
fn every_experiment_of_a_hazard_is_well_formed_and_lists_its_repairs() {
    assert!(!squall_targets::catalogue().is_empty(), "which also links the points");
    for (hazard, repairs) in HAZARDS {
        let experiment = experiment(hazard);
        assert_eq!(experiment["hazard"].as_str(), Some(hazard));
        for (metric, condition) in experiment["thresholds"].as_mapping().unwrap() {
            Threshold::parse(metric.as_str().unwrap(), condition.as_str().unwrap()).unwrap();
        }
        for fault in hazard_trial(&experiment, None).faults {
            let known = |point: &str| squall_probe::POINTS.iter().any(|known| known.name() == point);
            assert!(fault.point().is_none_or(known), "{hazard}: {fault} names an unknown point");
        }
        let text = crate::experiments::text(&format!("hazards/{hazard}.yaml"));
        for repair in repairs {
            assert!(text.contains(&format!("--set target.workload={repair}")), "{hazard} does not tell of {repair}");
        }
    }
}
