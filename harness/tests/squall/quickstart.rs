//! The experiments that a newcomer runs first.

use crate::support::{Bench, experiment, repository, symptoms};

#[test]
fn quickstart_passes_with_every_fault_delivered() {
    let bench = Bench::new();
    let (code, object) = bench.run(&experiment("quickstart.yaml"), &[]);
    assert_eq!((code, &object["verdict"]), (0, &"pass".into()), "{object:#}");
    assert_eq!(object["faults"].as_array().unwrap().len(), 4);
    assert!(object["faults"].as_array().unwrap().iter().all(|fault| fault["verdict"] == "pass"));
    assert!(object["outcomes"]["fault"]["ok"].as_u64().unwrap() > 50_000);
    for key in ["name", "phase", "verdict", "value", "lower", "upper", "limit"] {
        assert!(object["thresholds"][0].get(key).is_some(), "a threshold has `{key}`");
    }
}

#[test]
fn the_broken_quickstart_fails_and_names_the_lost_elements() {
    let bench = Bench::new();
    let (code, object) = bench.run(&experiment("quickstart-broken.yaml"), &["--seed", "42"]);
    assert_eq!(code, 100, "{object:#}");
    let finding = &object["findings"][0];
    assert_eq!(finding["symptom"], "wrong_result");
    assert!(finding["details"][0].as_str().unwrap().contains("elements lost: worker"), "{finding:#}");
    assert!(finding["replay"].as_str().unwrap().ends_with("--seed 42"));
    assert_eq!(object["seed"], 42);
}

#[test]
fn a_repair_holds_where_the_hazard_fails() {
    for repair in ["buffer.mutex", "buffer.pool"] {
        let bench = Bench::new();
        let change = format!("target.workload={repair}");
        let (code, object) = bench.run(&experiment("quickstart-broken.yaml"), &["--set", &change]);
        assert!(symptoms(&object).is_empty(), "{repair}: {object:#}");
        assert_eq!(object["oracles"][0]["wrong"], 0);
        assert_ne!(code, 100);
    }
}

#[test]
fn a_fault_that_never_acts_makes_the_verdict_inconclusive() {
    let bench = Bench::new();
    let file = bench.write(
        "never.yaml",
        "name: never\ntarget: {package: squall-targets, workload: map.locked}\nload: {rate: 10_000/s}\n\
         phases: {warmup: 0s, baseline: 200ms, fault: 500ms, recovery: 0s}\n\
         faults:\n  - latency: {at: map.shard.locked, delay: 1ms}\nthresholds: {error_rate: < 1%}\n",
    );
    let (code, object) = bench.run(&file, &[]);
    assert_eq!((code, &object["verdict"]), (102, &"inconclusive".into()), "{object:#}");
    assert_eq!(object["faults"][0]["verdict"], "inconclusive");
}

#[test]
fn too_little_data_is_inconclusive_and_never_a_pass() {
    let bench = Bench::new();
    let file = bench.write(
        "short.yaml",
        "name: short\ntarget: {package: squall-targets, workload: map.sharded}\nload: {rate: 100/s}\n\
         phases: {warmup: 0s, baseline: 0s, fault: 300ms, recovery: 0s}\nthresholds: {error_rate: < 0.01%}\n",
    );
    let (code, object) = bench.run(&file, &[]);
    assert_eq!((code, &object["thresholds"][0]["verdict"]), (102, &"inconclusive".into()), "{object:#}");
}

#[test]
fn a_control_that_fails_ends_the_run_before_its_faults() {
    let bench = Bench::new();
    let file = bench.write(
        "control.yaml",
        "name: control\ntarget: {package: squall-targets, workload: canary.error, params: {after: 1}}\n\
         load: {rate: 10_000/s}\nphases: {warmup: 0s, baseline: 200ms, fault: 800ms, recovery: 0s}\n\
         faults:\n  - stall: {at: any, for: 1ms, every: 20ms}\nthresholds: {error_rate: < 1%}\n",
    );
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 97, "{object:#}");
    assert!(object["reason"].as_str().unwrap().contains("control"), "{object:#}");
}

#[test]
fn a_replayed_record_tells_what_the_live_run_told() {
    let bench = Bench::new();
    let results = bench.results().display().to_string();
    let file = experiment("canary/panic.yaml");
    let live = bench.squall(&["run", &file, "--results", &results]);
    let latest = bench.results().join("runs/panic/latest").display().to_string();
    let replayed = bench.squall(&["report", &latest]);
    assert_eq!(replayed.stdout, live.stdout);
    assert_eq!((replayed.code, live.code), (100, 100));
}

#[test]
fn a_threshold_on_the_recovery_phase_is_not_asked_of_the_control() {
    let bench = Bench::new();
    let file = bench.write(
        "recovery.yaml",
        "name: recovery\ntarget: {package: squall-targets, workload: map.sharded}\nload: {rate: 10_000/s}\n\
         phases: {warmup: 0s, baseline: 300ms, fault: 500ms, recovery: 500ms}\n\
         faults:\n  - stall: {at: any, for: 1ms, every: 20ms}\nthresholds: {recovery.error_rate: < 10%}\n",
    );
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 0, "{object:#}");
}

#[test]
fn threads_that_faults_hold_are_no_deadlock() {
    for fault in [
        "latency: {at: buffer.append.between, delay: 700ms}",
        "stall: {at: {point: buffer.append.between}, threads: 4, for: 1200ms, every: 1300ms}",
    ] {
        let bench = Bench::new();
        let file = bench.write(
            "held.yaml",
            format!(
                "name: held\ntarget: {{package: squall-targets, workload: buffer.mutex}}\nload: {{mix: {{append: 1}}}}\n\
                 phases: {{warmup: 0s, baseline: 200ms, fault: 3s, recovery: 500ms}}\ncontrol: skip\n\
                 limits: {{stuck_after: 400ms}}\nfaults:\n  - {fault}\n"
            ),
        );
        let (code, object) = bench.run(&file, &[]);
        assert!(symptoms(&object).is_empty(), "{fault}: {code} {object:#}");
    }
}

#[test]
fn the_readmes_container_is_a_target_as_it_stands() {
    let bench = Bench::new();
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let code = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let package = bench.path().join("my-stack");
    std::fs::create_dir_all(package.join("src")).unwrap();
    std::fs::write(package.join("src/main.rs"), code).unwrap();
    let probe = repository().join("harness/probe").display().to_string();
    let manifest = format!(
        "[package]\nname = \"my-stack\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nsquall-probe = {{ path = \"{probe}\" }}\n"
    );
    std::fs::write(package.join("Cargo.toml"), manifest).unwrap();
    std::fs::copy(repository().join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let file = bench.write(
        "stack.yaml",
        "name: stack\ntarget: {package: my-stack, workload: stack, manifest: my-stack/Cargo.toml}\nload: {rate: 10_000/s}\n\
         phases: {warmup: 0s, baseline: 300ms, fault: 600ms, recovery: 0s}\n\
         faults:\n  - latency: {at: stack.locked, delay: 20us, probability: 5%}\nthresholds: {error_rate: < 1%}\n",
    );
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 0, "{object:#}");
    assert_eq!(object["oracles"][0]["name"], "conserved");
}
