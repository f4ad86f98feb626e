//! Campaigns over the real binary: sites are drawn, learned, remembered and ranked; a find has an experiment that runs it again;
//! and what is said where there is little to draw from.

use crate::aim::refusal;
use crate::support::{Bench, experiment, symptoms};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A short campaign on a list that loses elements in any trial, so that a find is no matter of luck or of a fast machine.
const SHORT: [&str; 14] = [
    "--set",
    "target={package: squall-targets, workload: buffer.shared}",
    "--set",
    "load={workers: 4, mix: {append: 80, read: 20}}",
    "--set",
    "oracles=[own_elements, known_element]",
    "--set",
    "campaign=4s",
    "--set",
    "control=skip",
    "--set",
    "phases={warmup: 0s, baseline: 0s, fault: 500ms, recovery: 0s}",
    "--seed",
    "7",
];

fn run(bench: &Bench) -> (i32, Value) {
    bench.run(&experiment("aim/auto.yaml"), &SHORT)
}

fn is_refused(bench: &Bench) -> bool {
    let reason = refusal(bench);
    if let Some(reason) = &reason {
        eprintln!("SKIPPED: no campaign can be tried on this machine: {reason}");
    }
    reason.is_some()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a number"))
}

fn ranks(object: &Value) -> &Vec<Value> {
    object["campaign"]["ranks"].as_array().unwrap_or_else(|| panic!("{object:#}"))
}

#[test]
fn a_campaign_ranks_its_sites_remembers_them_and_leaves_an_experiment_that_runs_a_find_again() {
    let bench = Bench::new();
    if is_refused(&bench) {
        return;
    }
    let (code, first) = run(&bench);
    assert_eq!(code, 100, "{first:#}");
    let campaign = &first["campaign"];
    assert!(number(&campaign["trials"]) >= 4 && number(&campaign["found"]) >= 1, "{campaign:#}");
    assert!(number(&campaign["sites"]) >= number(&campaign["drawn"]) && number(&campaign["reached"]) >= 1);
    assert!(ranks(&first).iter().all(|rank| rank["remembered"] == false) && !ranks(&first).is_empty());
    assert!(bench.results().join("kb.sqlite").is_file());

    let (_, second) = run(&bench);
    assert!(ranks(&second).iter().any(|rank| rank["remembered"] == true), "{:#}", second["campaign"]);
    let trials = |object: &Value| ranks(object).iter().map(|rank| number(&rank["trials"])).max();
    assert!(trials(&second) > trials(&first), "counts of both runs add up");

    let replay = first["findings"][0]["replay"].as_str().unwrap();
    let file = replay.strip_prefix("squall run ").unwrap_or_else(|| panic!("{replay}"));
    assert!(file.ends_with("repro/replay.yaml"), "{replay}");
    let (code, again) = bench.run(file, &[]);
    assert!(code == 100 || code == 0 || code == 102, "it runs: {again:#}");
    let text = fs::read_to_string(file).unwrap();
    assert!(!text.contains("auto\n") && text.contains("control: skip"), "{text}");
}

#[test]
fn a_broken_knowledge_base_costs_no_verdict_and_is_named() {
    let bench = Bench::new();
    if is_refused(&bench) {
        return;
    }
    fs::create_dir_all(bench.results()).unwrap();
    let broken = "this is no database, whatever its name says ".repeat(60);
    fs::write(bench.results().join("kb.sqlite"), &broken).unwrap();
    let (code, object) = run(&bench);
    assert_eq!(code, 100, "{object:#}");
    let notes = object["notes"].to_string();
    assert!(notes.contains("kb.sqlite cannot be used: file is not a database"), "{notes}");
    assert_eq!(fs::read_to_string(bench.results().join("kb.sqlite")).unwrap(), broken, "it is left as it was");
}

#[test]
fn a_crate_that_is_right_comes_out_of_a_campaign_clean() {
    let bench = Bench::new();
    if is_refused(&bench) {
        return;
    }
    let more = ["--set", "campaign=4s", "--set", "control=skip", "--set", "swarm=false", "--seed", "1"];
    let (code, object) = bench.run(&experiment("aim/auto-crate.yaml"), &more);
    assert!(code == 0 || code == 102, "{object:#}");
    assert!(symptoms(&object).is_empty(), "{object:#}");
    // Its resize is rare; that it is among the sites is what reading the program is for.
    let sites = bench.squall(&["list", "functions", "scc::*::try_resize", "--workload", "map.scc_hash_map"]);
    assert!(sites.stdout.contains("scc::hash_table::HashTable::try_resize"), "{}", sites.stderr);
    assert!(number(&object["campaign"]["sites"]) >= 30, "{:#}", object["campaign"]);
}

/// The program of our own targets, built.
fn program(bench: &Bench) -> PathBuf {
    let (_, object) = bench.run(
        &experiment("quickstart.yaml"),
        &[
            "--set",
            "phases={warmup: 0s, baseline: 0s, fault: 100ms, recovery: 0s}",
            "--set",
            "faults=[]",
            "--set",
            "thresholds={}",
        ],
    );
    let manifest = Path::new(object["run_dir"].as_str().unwrap()).join("manifest.json");
    let manifest: Value = serde_json::from_str(&fs::read_to_string(manifest).unwrap()).unwrap();
    PathBuf::from(manifest["target"].as_str().unwrap())
}

#[test]
fn a_stripped_program_is_aimed_at_by_points_and_words_and_says_what_is_left_out() {
    let bench = Bench::new();
    if is_refused(&bench) {
        return;
    }
    let stripped = bench.path().join("stripped");
    let status = Command::new("strip").arg("-o").arg(&stripped).arg(program(&bench)).status();
    if !status.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no `strip` on this machine");
        return;
    }
    let text = |at: &str| {
        format!(
            "name: x\ntarget: {{command: [./stripped], workload: aba.unversioned}}\ncontrol: skip\n\
             phases: {{warmup: 0s, baseline: 0s, fault: 500ms, recovery: 0s}}\nfaults:\n  - stall: {{at: {at}}}\n"
        )
    };
    let by_name = bench.squall(&["run", &bench.write("named.yaml", text("{function: \"aba::*\"}"))]);
    assert!(by_name.code == 96 && by_name.stderr.contains("it was stripped"), "{}", by_name.stderr);
    let (code, object) = bench.run(&bench.write("auto.yaml", text("auto")), &[]);
    assert!([0, 100, 102].contains(&code), "{object:#}");
    let left_out = object["campaign"]["left_out"].to_string();
    assert!(left_out.contains("functions: it has no symbols: it was stripped"), "{object:#}");
    assert!(number(&object["campaign"]["sites"]) > 2, "points and words are left: {object:#}");
}

#[test]
fn a_program_that_has_nothing_to_aim_at_is_told_so_at_its_place() {
    let bench = Bench::new();
    let description = r#"{"description":{"protocol":1,"workloads":[{"name":"w","operations":["ping"]}]}}"#;
    bench.script("subject.sh", &format!("read -r line\necho '{description}'\n"));
    let text = "name: x\ntarget: {command: [./subject.sh], stdio: true}\nfaults:\n  - stall: {at: auto}\n";
    let ended = bench.squall(&["run", &bench.write("wrong.yaml", text)]);
    assert_eq!(ended.code, 96, "{}", ended.stderr);
    for words in ["wrong.yaml:4:17: ", "`auto` has no site to choose", "does not say that it can set breakpoints"] {
        assert!(ended.stderr.contains(words), "`{words}` in {}", ended.stderr);
    }
}

#[test]
fn more_aims_than_a_thread_has_breakpoints_take_turns() {
    let bench = Bench::new();
    if is_refused(&bench) {
        return;
    }
    let (_, object) = bench.run(&experiment("aim/aba-by-word.yaml"), &["--set", "control=skip"]);
    let delivered = object["faults"][0]["delivered"].as_str().unwrap();
    assert!(delivered.contains("at 16 addresses"), "{delivered}");
}

#[test]
fn a_word_that_dies_before_its_watch_ends_was_not_delivered_and_the_verdict_says_so() {
    let bench = Bench::new();
    if is_refused(&bench) {
        return;
    }
    let more = [
        "--set",
        "control=skip",
        "--set",
        "phases={warmup: 0s, baseline: 0s, fault: 1s, recovery: 0s}",
        "--set",
        "target.params.brief=2000",
        "--set",
        "faults.0.stall.at={word: brief}",
        "--set",
        "oracles=[]",
    ];
    let (code, object) = bench.run(&experiment("aim/window.yaml"), &more);
    assert_eq!(code, 102, "{object:#}");
    let reason = object["reason"].as_str().unwrap();
    assert!(reason.contains("stall word brief was not delivered: the word `brief` was gone"), "{reason}");
}
