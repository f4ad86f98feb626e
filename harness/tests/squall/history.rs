//! `squall history` as a user meets it: exit codes, the object, the drawing, and what is said of wrong files.

use crate::support::{Bench, repository};
use serde_json::Value;
use squall::history::HistoryModel;
use std::fs;

const STALE: &str = r#"{"process": 0, "kind": "invoke", "op": "write", "key": "x", "value": 1}
{"process": 0, "kind": "ok", "op": "write", "key": "x"}
{"process": 0, "kind": "invoke", "op": "write", "key": "x", "value": 2}
{"process": 0, "kind": "ok", "op": "write", "key": "x"}
{"process": 1, "kind": "invoke", "op": "read", "key": "y"}
{"process": 1, "kind": "ok", "op": "read", "key": "y", "value": null}
{"process": 1, "kind": "invoke", "op": "read", "key": "x"}
{"process": 1, "kind": "ok", "op": "read", "key": "x", "value": 1}
"#;

/// Checks lines; hands on the exit code and the object.
fn checked(lines: &str, more: &[&str]) -> (i32, Value) {
    let bench = Bench::new();
    let file = bench.write("h.ndjson", lines);
    let arguments = [&["history", "check", &file, "--format", "json"], more].concat();
    let ended = bench.squall(&arguments);
    let object = serde_json::from_str(&ended.stdout);
    (ended.code, object.unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr)))
}

#[test]
fn a_history_that_some_order_explains_ends_with_0() {
    let right = STALE.replace("\"value\": 1}\n", "\"value\": 2}\n").replacen("\"value\": 2", "\"value\": 1", 1);
    let (code, object) = checked(&right, &["--model", "register"]);
    assert_eq!((code, &object["verdict"]), (0, &Value::from("pass")), "{object}");
    assert_eq!((&object["operations"], &object["objects"]), (&Value::from(4), &Value::from(2)));
    assert!(object["check_us"].is_u64() && object["explored"].is_u64() && object["operation"].is_null());
}

#[test]
fn a_stale_read_ends_with_100_its_line_its_name_and_the_few_operations_that_show_it() {
    let (code, object) = checked(STALE, &["--model", "register"]);
    assert_eq!((code, &object["verdict"]), (100, &Value::from("fail")), "{object}");
    assert_eq!((&object["anomaly"], &object["operation"]), (&Value::from("stale read"), &Value::from(8)), "{object}");
    assert_eq!(object["shrunk"].as_array().map(Vec::len), Some(3), "{object}");
}

#[test]
fn a_stale_read_is_explained_by_the_order_of_each_process() {
    let (code, object) = checked(STALE, &["--model", "register", "--order", "program"]);
    assert_eq!((code, &object["verdict"], &object["order"]), (0, &Value::from("pass"), &Value::from("program")));
}

#[test]
fn a_person_sees_the_processes_side_by_side_and_gets_a_picture() {
    let bench = Bench::new();
    let file = bench.write("h.ndjson", STALE);
    let picture = bench.path().join("h.svg").display().to_string();
    let ended = bench.squall(&["history", "check", &file, "--model", "register", "--svg", &picture]);
    assert_eq!(ended.code, 100, "{}", ended.stderr);
    for part in ["FAIL", "stale read", "line 8", "process 0", "┌ write 2", "◄ no order is left"] {
        assert!(ended.stdout.contains(part), "`{part}` in {}", ended.stdout);
    }
    assert!(fs::read_to_string(picture).unwrap().contains("no order is left"));
}

#[test]
fn a_budget_that_is_used_up_ends_with_102_and_says_what_was_explored() {
    let mut lines = String::new();
    for process in 0..12 {
        // One value comes twice, so that only a search can decide.
        let value = process % 11;
        lines += &format!("{{\"process\": {process}, \"kind\": \"invoke\", \"op\": \"push\", \"value\": {value}}}\n");
    }
    for process in 0..12 {
        lines += &format!("{{\"process\": {process}, \"kind\": \"ok\"}}\n");
    }
    lines +=
        "{\"process\": 0, \"kind\": \"invoke\", \"op\": \"pop\"}\n{\"process\": 0, \"kind\": \"ok\", \"value\": 99}\n";
    let (code, object) = checked(&lines, &["--model", "stack", "--budget", "1_000"]);
    assert_eq!((code, &object["verdict"]), (102, &Value::from("inconclusive")), "{object}");
    assert!((900..=1_001).contains(&object["explored"].as_u64().unwrap()), "{object}");
}

#[test]
fn a_history_without_an_answer_proves_nothing() {
    let (code, object) =
        checked("{\"process\": 0, \"kind\": \"invoke\", \"op\": \"read\"}\n", &["--model", "register"]);
    assert_eq!((code, &object["verdict"]), (102, &Value::from("inconclusive")), "{object}");
}

#[test]
fn a_wrong_file_ends_with_96_and_its_line_and_gives_no_verdict() {
    let first = STALE.lines().next().unwrap();
    let cases = [
        (format!("{first}\n{first}\n"), 2, "waits for the answer to what it asked in line 1"),
        (format!("{first}\n{{\"process\": 0, \"kind\":"), 2, "the line is no JSON object"),
        ("{\"process\": 0, \"kind\": \"ok\", \"value\": 1}".to_owned(), 1, "has asked nothing"),
        (first.replace("write", "wriet"), 1, "did you mean `write`?"),
        (first.replace("write", "enqueue"), 1, "operation of model queue"),
    ];
    for (lines, line, words) in cases {
        let (code, object) = checked(&lines, &["--model", "register"]);
        assert_eq!((code, &object["line"]), (96, &Value::from(line)), "{object}");
        assert!(object["verdict"].is_null());
        let said = object["error"].as_str().unwrap_or_default();
        assert!(said.contains(words) && said.contains(&format!("h.ndjson:{line}: ")), "`{words}` in `{said}`");
    }
    assert_eq!(checked("", &["--model", "register"]).0, 96);
}

#[test]
fn wrong_arguments_end_with_2() {
    let bench = Bench::new();
    let file = bench.write("h.ndjson", STALE);
    let wrong: [&[&str]; 6] = [
        &["--model", "regster"],
        &["--model", "register", "--order", "casual"],
        &["--model", "snapshot", "--order", "program"],
        &["--model", "bounded-queue"],
        &["--model", "register", "--budget", "soon"],
        &["--model", "map", "--initial", "1"],
    ];
    for more in wrong {
        let ended = bench.squall(&[&["history", "check", &file], more].concat());
        assert_eq!(ended.code, 2, "{more:?}: {}", ended.stderr);
    }
}

#[test]
fn the_reference_of_histories_is_the_list_of_models() {
    let bench = Bench::new();
    let listed = bench.squall(&["history", "models"]);
    assert_eq!(listed.code, 0);
    let page = fs::read_to_string(repository().join("harness/src/history/README.md")).unwrap();
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
    assert_eq!(block.trim_end(), listed.stdout.trim_end(), "harness/src/history/README.md; run: squall history models");
    assert!(HistoryModel::ALL.iter().all(|model| listed.stdout.contains(model.name())));
}

#[test]
fn the_examples_of_the_reference_are_what_it_says_they_are() {
    let page = fs::read_to_string(repository().join("harness/src/history/README.md")).unwrap();
    let examples: Vec<&str> = page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 1);
    let (code, object) = checked(examples[0], &["--model", "cas-register"]);
    assert_eq!((code, &object["verdict"]), (0, &Value::from("pass")), "{object}");
}
