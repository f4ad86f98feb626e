//! Callbacks that call back into the container, over the real binary: a container behind a lock waits for itself for ever, one
//! without goes on, and one that cannot be called back into is told before the run.

use crate::support::{Bench, experiment, symptoms};

fn calling_back(workload: &str, at: &str) -> String {
    format!(
        "name: calls back
target: {{package: squall-targets, workload: {workload}}}
load: {{workers: 2, rate: 4000/s, keys: {{count: 100}}}}
phases: {{warmup: 0s, baseline: 200ms, fault: 800ms, recovery: 0s}}
limits: {{stuck_after: 500ms}}
faults:
  - reenter: {{at: {at}, probability: 20%}}
control: skip
"
    )
}

#[test]
fn a_map_behind_a_lock_waits_for_itself_when_a_callback_calls_back() {
    let bench = Bench::new();
    let (code, object) = bench.run(&bench.write("x.yaml", calling_back("map.locked", "map.update.inside")), &[]);
    assert_eq!((code, symptoms(&object)), (100, vec!["deadlock"]), "{object:#}");
    assert!(object["faults"][0]["fired"].as_u64().is_some_and(|fired| fired > 0), "{object:#}");
}

#[test]
fn maps_without_locks_go_on_when_a_callback_calls_back() {
    let bench = Bench::new();
    let (code, object) = bench.run(&experiment("crates/reentry.yaml"), &[]);
    assert_eq!(code, 0, "{object:#}");
    let fired: Vec<_> = object["faults"].as_array().unwrap().iter().take(4).map(|fault| &fault["fired"]).collect();
    assert!(fired.iter().all(|fired| fired.as_u64().is_some_and(|fired| fired > 0)), "{object:#}");
}

#[test]
fn a_workload_that_cannot_be_called_back_into_is_told_with_its_line() {
    let bench = Bench::new();
    let ended = bench.squall(&["run", &bench.write("x.yaml", calling_back("aba.versioned", "map.update.inside"))]);
    assert_eq!(ended.code, 96, "{}", ended.stderr);
    let told = "x.yaml:7:5: `reenter` is not possible here: the workload `aba.versioned` cannot be called back into";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
}
