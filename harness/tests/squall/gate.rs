//! `squall gate` and expected findings over the real binary: what is missed, what is no repair, and what is not run.

use crate::support::Bench;

/// An experiment of about a second and a half on a free list, with the fault that shows the hazard `aba`.
fn experiment(workload: &str, more: &str) -> String {
    format!(
        "name: {workload}
target: {{package: squall-targets, workload: {workload}, params: {{slots: 16}}}}
load: {{workers: 4, rate: 8000/s}}
phases: {{warmup: 100ms, baseline: 200ms, fault: 1200ms, recovery: 0s}}
faults:
  - latency: {{at: aba.take.between, delay: 100us..2ms, probability: 10%}}
control: skip
{more}"
    )
}

const EXPECT: &str = "expect: {finding: aba, shows_as: [wrong_result], within: 2s}\n";

#[test]
fn a_finding_that_is_expected_and_missed_ends_with_98() {
    let bench = Bench::new();
    let file = bench.write("missed.yaml", experiment("aba.versioned", EXPECT));
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 98, "{object:#}");
    assert!(object["reason"].as_str().unwrap().starts_with("aba was missed within 2s"), "{object:#}");
}

#[test]
fn a_repair_that_is_none_fails_and_a_variant_runs_by_itself() {
    let bench = Bench::new();
    let repairs = "repairs: [{workload: aba.unversioned, params: {slots: 24}}, {workload: aba.versioned}]\n";
    let file = bench.write("repairs.yaml", experiment("aba.unversioned", &format!("{EXPECT}{repairs}")));
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 100, "{object:#}");
    let reason = object["reason"].as_str().unwrap();
    assert!(reason.starts_with("the repair aba.unversioned slots=24 failed"), "{reason}");
    let costs: Vec<_> = object["costs"].as_array().unwrap().iter().map(|cost| cost["variant"].as_str()).collect();
    assert_eq!(costs, ["aba.unversioned", "aba.unversioned slots=24", "aba.versioned"].map(Some));
    let found = object["findings"].as_array().unwrap();
    let of_repair = found.iter().find(|finding| finding["variant"] == "aba.unversioned slots=24").unwrap();
    assert!(of_repair["replay"].as_str().unwrap().contains("--variant 'aba.unversioned slots=24'"), "{of_repair:#}");
    let (code, object) = bench.run(&file, &["--variant", "aba.versioned"]);
    assert_eq!((code, object["workload"].as_str()), (0, Some("aba.versioned")), "{object:#}");
    let results = bench.results().display().to_string();
    let ended = bench.squall(&["run", &file, "--variant", "aba.version", "--results", &results]);
    assert_eq!(ended.code, 96);
    assert!(ended.stderr.contains("unknown variant `aba.version`; did you mean `aba.versioned`?"), "{}", ended.stderr);
}

#[test]
fn a_budget_that_does_not_suffice_leaves_doubt_and_says_what_was_not_run() {
    let bench = Bench::new();
    for name in ["a", "b"] {
        bench.write(&format!("{name}.yaml"), experiment("aba.versioned", ""));
    }
    let place = bench.path().display().to_string();
    let (code, summary) = bench.gate(&[&place, "--budget", "2500ms"]);
    assert_eq!((code, summary["verdict"].as_str()), (102, Some("inconclusive")), "{summary:#}");
    assert_eq!(summary["reason"], "1 run did not fit into the budget");
    let runs: Vec<_> =
        summary["entries"].as_array().unwrap().iter().map(|entry| entry["runs"].as_array().unwrap().len()).collect();
    assert_eq!(runs, [1, 0]);
    let ended = bench.squall(&["gate", &place, "--budget", "1s"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("too small for any verdict"), "{}", ended.stderr);
}

#[test]
fn nothing_selected_ends_with_4_and_a_wrong_experiment_stops_the_gate_before_it_begins() {
    let bench = Bench::new();
    let place = bench.path().display().to_string();
    let ended = bench.squall(&["gate", &place]);
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    bench.write("a.yaml", experiment("aba.versioned", ""));
    bench.write("b.yaml", experiment("aba.versioned", "faultz: []\n"));
    let results = bench.results().display().to_string();
    let ended = bench.squall(&["gate", &place, "--results", &results]);
    assert_eq!(ended.code, 96, "{}", ended.stderr);
    assert!(ended.stderr.contains("b.yaml:8:1: unknown key `faultz`") && bench.runs().is_empty(), "{}", ended.stderr);
}

#[test]
fn an_experiment_whose_program_is_gone_does_not_take_the_others_with_it() {
    let bench = Bench::new();
    let description = r#"{"description":{"protocol":1,"workloads":[{"name":"w","operations":["ping"]}]}}"#;
    bench.script("once.sh", &format!("rm -- \"$0\"\nread -r line\necho '{description}'\n"));
    let phases = "phases: {warmup: 0s, baseline: 0s, fault: 600ms, recovery: 0s}";
    bench.write("a.yaml", format!("name: gone\ntarget: {{command: [./once.sh], stdio: true}}\n{phases}\n"));
    bench.write("b.yaml", experiment("aba.versioned", ""));
    let (code, summary) = bench.gate(&[&bench.path().display().to_string()]);
    assert_eq!(code, 96, "{summary:#}");
    let reason = summary["reason"].as_str().unwrap();
    assert!(reason.starts_with("gone could not be run: the target `") && reason.contains("once.sh"), "{reason}");
    assert_eq!(summary["entries"][0]["problem"]["exit_code"], 96, "{summary:#}");
    assert_eq!(summary["entries"][1]["runs"].as_array().map(Vec::len), Some(1), "{summary:#}");
}
