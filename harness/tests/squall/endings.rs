//! Runs that are ended from outside: nothing is left behind, and what was measured still reads.

use crate::support::{Bench, experiment, wait_until};
use std::process::{Child, Command};
use std::time::Duration;

/// An experiment long enough to be interrupted anywhere, on a target whose processes can be told from all others.
fn long_run(bench: &Bench, mark: &str) -> Child {
    let file = bench.write(
        &format!("{mark}.yaml"),
        format!(
            "name: long\ntarget: {{package: squall-targets, workload: map.sharded, manifest: {}}}\nload: {{rate: 20_000/s}}\n\
             phases: {{warmup: 100ms, baseline: 300ms, fault: 60s, recovery: 0s}}\ncontrol: skip\n\
             faults:\n  - stall: {{threads: 2, at: any, for: 40s, every: 50s}}\n",
            crate::support::repository().join("Cargo.toml").display()
        ),
    );
    bench.start(&file, &[])
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

fn wait_for_subject(bench: &Bench) {
    wait_until("a subject runs and its run is recorded", || !bench.subjects().is_empty() && !bench.runs().is_empty());
}

fn report_of(bench: &Bench) -> crate::support::Ended {
    let run = bench.runs().pop().expect("the run has a directory");
    bench.squall(&["report", &run.display().to_string()])
}

#[test]
fn an_interrupt_heals_ends_the_subject_and_is_recorded() {
    let bench = Bench::new();
    let mut child = long_run(&bench, "interrupted");
    wait_for_subject(&bench);
    std::thread::sleep(Duration::from_millis(1_500));
    signal(&child, "INT");
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    wait_until("no process is left", || bench.processes().is_empty());
    let events = std::fs::read_to_string(bench.runs()[0].join("events.ndjson")).unwrap();
    assert!(events.contains("fault_armed") && events.contains("fault_healed"), "{events}");
    assert_eq!(report_of(&bench).code, 130);
}

#[test]
fn a_killed_squall_leaves_no_process_and_a_record_that_reads() {
    for pause_ms in [0, 150, 450, 900] {
        let bench = Bench::new();
        let mut child = long_run(&bench, "killed");
        wait_for_subject(&bench);
        std::thread::sleep(Duration::from_millis(pause_ms));
        signal(&child, "KILL");
        child.wait().unwrap();
        wait_until("no process is left", || bench.processes().is_empty());
        let report = report_of(&bench);
        assert_eq!(report.code, 102, "{}", report.stderr);
        assert!(report.stdout.contains("UNFINISHED"), "{}", report.stdout);
    }
}

#[test]
fn a_killed_subject_ends_its_trial_and_is_a_finding() {
    let bench = Bench::new();
    let mut child = long_run(&bench, "orphaned");
    wait_for_subject(&bench);
    std::thread::sleep(Duration::from_millis(900));
    let subject = bench.subjects().pop().unwrap().number.to_string();
    assert!(Command::new("kill").args(["-KILL", &subject]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(100));
    let findings = std::fs::read_to_string(bench.runs()[0].join("findings.json")).unwrap();
    assert!(findings.contains("out_of_memory") || findings.contains("signal"), "{findings}");
}

#[test]
fn the_plan_is_written_before_the_first_fault() {
    let bench = Bench::new();
    let (_, object) = bench.run(&experiment("canary/panic.yaml"), &["--seed", "5"]);
    let directory = std::path::PathBuf::from(object["run_dir"].as_str().unwrap());
    for name in ["manifest.json", "plan.json", "verdict.json", "findings.json"] {
        let text = std::fs::read_to_string(directory.join(name)).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name}");
    }
    let plan: squall_model::Plan =
        serde_json::from_str(&std::fs::read_to_string(directory.join("plan.json")).unwrap()).unwrap();
    assert_eq!(plan.seed, 5);
    assert!(std::fs::read_to_string(directory.join("series.ndjson")).unwrap().lines().count() > 3);
}

#[test]
fn an_interrupt_while_the_target_is_built_ends_the_build() {
    let bench = Bench::new();
    let package = bench.path().join("slow");
    std::fs::create_dir_all(package.join("src")).unwrap();
    let manifest =
        "[package]\nname = \"slow\"\nversion = \"0.1.0\"\nedition = \"2024\"\nbuild = \"build.rs\"\n[workspace]\n";
    std::fs::write(package.join("Cargo.toml"), manifest).unwrap();
    let build = "fn main() { std::thread::sleep(std::time::Duration::from_secs(60)) }";
    std::fs::write(package.join("build.rs"), build).unwrap();
    std::fs::write(package.join("src/main.rs"), "fn main() {}").unwrap();
    let file =
        bench.write("slow.yaml", "name: slow\ntarget: {package: slow, workload: w, manifest: slow/Cargo.toml}\n");
    let mut child = bench.start(&file, &[]);
    // squall, its leash, cargo, and the build script.
    wait_until("the build script runs", || bench.processes().len() >= 4);
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    wait_until("no process is left", || bench.processes().is_empty());
}

#[test]
fn a_reader_that_goes_away_does_not_end_the_run() {
    let bench = Bench::new();
    let results = bench.results().display().to_string();
    let file = experiment("canary/panic.yaml");
    let squall = env!("CARGO_BIN_EXE_squall");
    let line =
        format!("{squall} run {file} --results {results} --format ndjson 2>&1 | head -1; echo ${{PIPESTATUS[0]}}");
    let output = Command::new("bash").args(["-c", &line]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.trim_end().ends_with("100"), "{text}");
    assert!(std::fs::read_to_string(bench.runs()[0].join("events.ndjson")).unwrap().contains("run_ended"));
}
