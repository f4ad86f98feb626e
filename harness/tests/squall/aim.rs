//! Aimed stalls over the real binary: at a function of a crate from crates.io, at a word of a container, and at words that
//! squall chose itself; and what is said where there is nothing to aim at.

use crate::support::{Bench, experiment, symptoms};
use serde_json::Value;
use std::process::Command;

/// Why nothing can be aimed at on this machine, if so.
pub(crate) fn refusal(bench: &Bench) -> Option<String> {
    let told = bench.squall(&["list", "workloads", "--format", "json"]);
    let description: Value = serde_json::from_str(&told.stdout).expect(&told.stderr);
    description["breakpoints_refused"].as_str().map(str::to_owned)
}

/// Runs an experiment; hands on the exit code and the object, or nothing where breakpoints are refused.
fn run(name: &str, more: &[&str]) -> Option<(i32, Value)> {
    let bench = Bench::new();
    if let Some(reason) = refusal(&bench) {
        eprintln!("SKIPPED: no aimed stall can be tried on this machine: {reason}");
        return None;
    }
    Some(bench.run(&experiment(&format!("aim/{name}.yaml")), more))
}

fn fired(object: &Value) -> u64 {
    object["faults"][0]["fired"].as_u64().expect("the fault's meter is told")
}

#[test]
fn a_crates_function_in_its_release_build_holds_who_enters_it() {
    // Which of its functions are inlined the compiler decides; this one is large.
    let function = "faults.0.stall.at.function=<dashmap::*>::_entry";
    let more = ["--set", "control=skip", "--set", function, "--set", "load.mix={get: 50, get_or_insert: 50}"];
    let Some((code, object)) = run("dashmap-lock", &more) else { return };
    assert!(fired(&object) > 0, "{object:#}");
    assert!(symptoms(&object).is_empty() && code != 100, "dashmap is right: {object:#}");
}

#[test]
fn atomic_instructions_of_a_crate_hold_who_comes_by_though_they_are_inlined() {
    let more = ["--set", "control=skip", "--set", "faults.0.stall.at={atomic: \"dashmap::*\"}"];
    let Some((code, object)) = run("dashmap-lock", &more) else { return };
    assert!(fired(&object) > 0, "{object:#}");
    assert!(symptoms(&object).is_empty() && code != 100, "dashmap is right: {object:#}");
}

#[test]
fn a_watched_word_shows_the_hazard_without_any_point() {
    let Some((code, object)) = run("aba-by-word", &["--set", "control=skip"]) else { return };
    assert!(fired(&object) > 0, "{object:#}");
    assert!(code == 100 && symptoms(&object).contains(&"wrong_result"), "{object:#}");
}

#[test]
fn the_words_that_workers_share_are_found_and_watched() {
    let Some((code, object)) = run("lost-append", &["--set", "control=skip"]) else { return };
    assert!(fired(&object) > 0, "{object:#}");
    assert!(code == 100 && symptoms(&object).contains(&"wrong_result"), "{object:#}");
    let delivered = object["faults"][0]["delivered"].as_str().unwrap();
    assert!(delivered.contains("chose byte "), "{delivered}");
}

#[test]
fn a_function_that_does_not_exist_is_named_with_those_that_do() {
    let bench = Bench::new();
    let text = "name: x\ntarget: {package: squall-targets, workload: map.dashmap}\nfaults:\n  \
                - stall: {at: {function: dashmap::*::lock_exclusive_slwo}}\n";
    let ended = bench.squall(&["run", &bench.write("wrong.yaml", text)]);
    assert_eq!(ended.code, 96, "{}", ended.stderr);
    for word in ["wrong.yaml:4:28: ", "lock_exclusive_slwo", "`dashmap::lock::RawRwLock::lock_exclusive_slow`"] {
        assert!(ended.stderr.contains(word), "`{word}` in {}", ended.stderr);
    }
}

#[test]
fn a_program_without_symbols_is_told_as_such() {
    let bench = Bench::new();
    let stripped = bench.path().join("stripped");
    let status = Command::new("strip").arg("-o").arg(&stripped).arg(env!("CARGO_BIN_EXE_squall")).status();
    if !status.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no `strip` on this machine");
        return;
    }
    let error = squall::run::functions(&stripped).unwrap_err().to_string();
    assert!(error.contains("it has no symbols: it was stripped"), "{error}");
}

#[test]
fn functions_and_atomic_instructions_are_listed_by_a_pattern() {
    let bench = Bench::new();
    let listed = bench.squall(&["list", "functions", "dashmap::lock::*", "--workload", "map.dashmap"]);
    assert!(listed.stdout.contains("dashmap::lock::RawRwLock::lock_exclusive_slow"), "{}", listed.stderr);
    assert!(!listed.stdout.contains("squall_targets"), "{}", listed.stdout);
    let atomics = bench.squall(&["list", "atomics", "dashmap::*", "--workload", "map.dashmap"]);
    assert!(atomics.stdout.contains("dashmap::lock::") && atomics.stdout.contains("instances"), "{}", atomics.stderr);
    let nothing = bench.squall(&["list", "functions", "no::such::*"]);
    assert_eq!((nothing.code, nothing.stderr.contains("no::such::*")), (2, true), "{}", nothing.stderr);
}
