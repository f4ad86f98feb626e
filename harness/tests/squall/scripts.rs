//! Short scripts over the real binary: what is planted is told as a table, faults act in the middle of scripts and accuse no right
//! container, and what was known is kept when the subject dies of a script.

use crate::support::{Bench, experiment, symptoms, wait_until};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

fn scripts_of(workload: &str, fault: &str, faults: &str) -> String {
    format!(
        "name: in scripts
target: {{package: squall-targets, workload: {workload}}}
load: {{scripts: {{operations: 2, each: 20ms}}}}
phases: {{warmup: 0s, baseline: 100ms, fault: {fault}, recovery: 0s}}
faults:
{faults}
control: skip
"
    )
}

#[test]
fn a_torn_pair_is_told_with_what_each_thread_was_answered() {
    let bench = Bench::new();
    // On a busy machine, the two threads may hardly ever meet within one run.
    let mut runs = (1..=5).map(|seed| bench.run(&experiment("scripts/torn-pair.yaml"), &["--seed", &seed.to_string()]));
    let Some((_, object)) = runs.find(|(code, _)| *code == 100) else { panic!("no pair was torn") };
    let outcome = &object["scripts"]["tables"][0]["outcomes"][0];
    assert_eq!(outcome["kind"], "forbidden", "{object:#}");
    assert!(matches!(outcome["answers"][1].as_str(), Some("0 1" | "1 0")), "{outcome:#}");
}

#[test]
fn faults_act_inside_of_scripts_and_accuse_no_right_container() {
    let faults = "  - stall: {threads: 1, at: any, for: 200us..1ms, every: 20ms}
  - stall: {threads: 1, at: {point: script.call}, for: 50us..200us, every: 20ms}
  - panic: {at: value.clone, probability: 2%}
  - panic: {at: value.drop, probability: 0.5%}
  - panic: {at: script.inside, probability: 2%}
  - latency: {at: script.call, delay: 5us..20us, probability: 5%}
  - realloc: {always_move: true, poison: true, quarantine: 4MiB}";
    for workload in ["map.dashmap", "cell.arc_swap", "late.once_cell", "slab.sharded_small"] {
        let bench = Bench::new();
        let (code, object) = bench.run(&bench.write("x.yaml", scripts_of(workload, "1500ms", faults)), &[]);
        assert!(code != 100 && symptoms(&object).is_empty(), "{workload}: {object:#}");
        assert!(object["scripts"]["samples"].as_u64().is_some_and(|samples| samples > 0), "{workload}: {object:#}");
        let fired = |number: usize| object["faults"][number]["fired"].as_u64().unwrap_or(0);
        for number in [0, 1, 5] {
            assert!(fired(number) > 0, "{workload}: {:#}", object["faults"][number]);
        }
        assert!(fired(2) + fired(3) + fired(4) > 0, "{workload}: {:#}", object["faults"]);
    }
}

#[test]
fn what_scripts_came_to_is_kept_when_their_subject_dies() {
    let bench = Bench::new();
    let faults = "  - latency: {at: script.call, delay: 5us..20us, probability: 1%}";
    let file = bench.write("dies.yaml", scripts_of("map.std_mutex", "30s", faults));
    let mut child = bench.start(&file, &[]);
    wait_until("a subject runs and its run is recorded", || !bench.subjects().is_empty() && !bench.runs().is_empty());
    std::thread::sleep(Duration::from_secs(2));
    let subject = bench.subjects().pop().expect("it lives").number.to_string();
    assert!(Command::new("kill").args(["-KILL", &subject]).status().unwrap().success());
    child.wait().expect("squall ends");
    let [run] = &bench.runs()[..] else { panic!("one run") };
    let told = bench.squall(&["report", &run.display().to_string(), "--format", "json"]);
    let object: Value = serde_json::from_str(&told.stdout).expect(&told.stderr);
    let symptoms = symptoms(&object);
    assert!(symptoms.contains(&"signal") || symptoms.contains(&"out_of_memory"), "{object:#}");
    let scripts = &object["scripts"];
    assert!(scripts["scripts"].as_u64().is_some_and(|scripts| scripts > 0), "{scripts:#}");
    let threads = scripts["under_way"]["threads"].as_array();
    assert!(threads.is_some_and(|threads| threads.len() == 2), "{scripts:#}");
}
