//! `squall kb ingest` as a user meets it: exit codes, the object, what a person sees, and what is said of wrong files.

use crate::support::{Bench, repository};
use serde_json::Value;
use squall::case::CauseClass;
use std::fs;

const LOG: &str = "2026-01-02 server started
thread 'worker-1' panicked at src/orders.rs:12:5:
index out of bounds: the len is 3 but the index is 7
stack backtrace:
   0: core::panicking::panic_bounds_check
   1: orders::book::Book::take
   2: orders::main
thread 'worker-2' panicked at src/orders.rs:40:9:
called `Result::unwrap()` on an `Err` value: PoisonError { .. }
";

/// Reads a log with `--format json`; hands on the exit code and the object.
fn ingested(log: impl AsRef<[u8]>) -> (i32, Value) {
    let bench = Bench::new();
    let file = bench.write("server.log", log);
    let ended = bench.squall(&["kb", "ingest", &file, "--format", "json"]);
    let object = serde_json::from_str(&ended.stdout);
    (ended.code, object.unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr)))
}

#[test]
fn a_log_is_told_with_its_primary_its_classes_and_its_names() {
    let (code, object) = ingested(LOG);
    let log = &object["log"];
    assert_eq!(
        (code, &log["primary"], &log["groups"], &log["lines"]),
        (0, &0.into(), &2.into(), &9.into()),
        "{object}"
    );
    let first = &log["occurrences"][0];
    assert_eq!(
        (&first["class"], &first["kind"], &first["thread"]),
        (&"bounds".into(), &"panic".into(), &"worker-1".into())
    );
    assert_eq!(first["functions"], serde_json::json!(["orders::book::Book::take"]), "{first}");
    assert_eq!((&first["place"]["column"], &first["line"], &first["primary"]), (&5.into(), &2.into(), &true.into()));
    assert!(first["fingerprint"].as_str().is_some_and(|name| name.starts_with("v2-") && name.len() == 19), "{first}");
    let second = &log["occurrences"][1];
    assert_eq!((&second["consequence"], &second["class"]), (&"poisoned_lock".into(), &"poisoned_lock".into()));
}

#[test]
fn the_same_defect_has_the_same_name_in_another_log() {
    let name = |log: String| ingested(log).1["log"]["occurrences"][0]["fingerprint"].clone();
    let known = name(LOG.to_owned());
    assert_eq!(
        name(
            LOG.replace("12:5", "14:9")
                .replace("index is 7", "index is 3")
                .replace("Book::take", "Book::take::h1854dee5fd9945b4")
        ),
        known
    );
    assert_ne!(name(LOG.replace("Book::take", "Book::put")), known);
}

#[test]
fn a_person_sees_the_cause_first_and_no_escape_sequences() {
    let bench = Bench::new();
    let hostile = LOG.replace("worker-1", "a\u{7}b\u{202e}c").replace("server started", "\u{1b}]0;title\u{7}<script>");
    let file = bench.write("server.log", hostile);
    let ended = bench.squall(&["kb", "ingest", &file]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for part in ["2 occurrences of 2 defects", "primary  rust panic, line 2  bounds  v2-", "follows (poisoned_lock)"] {
        assert!(ended.stdout.contains(part), "`{part}` in {}", ended.stdout);
    }
    assert!(!ended.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{}", ended.stdout);
}

#[test]
fn what_cannot_be_read_and_what_tells_of_nothing_are_named() {
    let bench = Bench::new();
    let missing = bench.path().join("missing.log").display().to_string();
    let directory = bench.path().display().to_string();
    for (file, code, words) in [
        (missing, 96, "cannot be read: No such file"),
        (directory, 96, "cannot be read: Is a directory"),
        (bench.write("empty.log", ""), 4, "it is empty"),
        (bench.write("quiet.log", "all is well\n"), 4, "no line tells of a break"),
        (bench.write("binary.log", [0_u8, 159, 146, 150, 0, 1]), 4, "it is no text"),
    ] {
        let ended = bench.squall(&["kb", "ingest", &file]);
        assert_eq!(ended.code, code, "{file}: {}", ended.stderr);
        assert!(ended.stderr.contains(words), "`{words}` in {}", ended.stderr);
    }
}

#[test]
fn with_results_the_knowledge_base_remembers_and_a_newer_one_is_left_alone() {
    let bench = Bench::new();
    let file = bench.write("server.log", LOG);
    let results = bench.results().display().to_string();
    let told = || bench.squall(&["kb", "ingest", &file, "--results", &results]);
    assert!(told().stdout.contains("new to the knowledge base"));
    assert!(told().stdout.contains("seen 1 time before, as v2-"));
    fs::write(bench.results().join("kb.sqlite"), "no database, but long enough to be looked at ".repeat(40)).unwrap();
    let ended = told();
    assert!(ended.code == 1 && ended.stderr.contains("cannot be used"), "{}", ended.stderr);
}

#[test]
fn the_readme_names_every_field_and_every_class() {
    let (_, object) = ingested(LOG);
    let page = fs::read_to_string(repository().join("README.md")).unwrap();
    let section =
        page.split("## Reading panics").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let of_log = fields(&object["log"]);
    let of_occurrence = fields(&object["log"]["occurrences"][0]);
    for name in of_log.iter().chain(&of_occurrence).map(String::as_str).chain(CauseClass::ALL.map(CauseClass::name)) {
        assert!(section.contains(&format!("`{name}`")), "the README's section has `{name}`");
    }
}
