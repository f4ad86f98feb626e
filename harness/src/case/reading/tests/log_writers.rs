//! What log writers, containers, forms and Markdown do to the lines of a report.

use super::{functions, only, place};
use crate::case::reading::read;

const RUST: [&str; 7] = [
    "thread 'main' panicked at src/x.rs:1:2:",
    "no such order",
    "stack backtrace:",
    "   0: app::work",
    "             at ./src/x.rs:1:2",
    "   1: app::main",
    "note: Some details are omitted",
];
const GO: [&str; 8] = [
    "panic: no such order",
    "",
    "goroutine 1 [running]:",
    "main.f(0x1)",
    "\t/app/x.go:1 +0x1d",
    "main.main()",
    "\t/app/x.go:2 +0x1d",
    "exit status 2",
];

fn check(log: &str) {
    let read = only(log);
    assert_eq!(read.message, "no such order", "{log}");
    assert_eq!(read.frames.len(), 2, "{log}");
    assert_eq!(read.frames[0].line, Some(1), "{log}");
}

#[test]
fn each_line_may_have_a_prefix() {
    for prefix in [
        "2026-01-02T03:04:05.123456Z stderr F ",
        "api_1  | ",
        "Jan 02 03:04:05 host app[4711]: ",
        "[pod/api-7d4f/app] ",
        "> ",
        "    ",
        "E0102 03:04:05.123456       7 x.go:12] ",
    ] {
        for lines in [&RUST[..], &GO[..]] {
            let numbered = lines
                .iter()
                .enumerate()
                .map(|(index, line)| format!("{}{line}\n", prefix.replace("05", &format!("{index:02}"))));
            check(&numbered.collect::<String>());
        }
    }
}

#[test]
fn other_lines_may_stand_in_between() {
    for lines in [&RUST[..], &GO[..]] {
        let mixed: String =
            lines.iter().map(|line| format!("api_1 | {line}\ndb_1  | 2026-01-02 ready for connections\n")).collect();
        check(&mixed);
    }
    let mixed: String = RUST
        .iter()
        .enumerate()
        .map(|(index, line)| if index < 3 { format!("{line}\n") } else { format!("connecting to peer\n{line}\n") })
        .collect();
    check(&mixed);
}

#[test]
fn lines_may_be_joined_coloured_or_ended_as_elsewhere() {
    for lines in [&RUST[..], &GO[..]] {
        check(&lines.join("\r\n"));
        check(&lines.iter().map(|line| format!("\u{1b}[31m{line}\u{1b}[0m\n")).collect::<String>());
        check(&format!("```\n{}\n```\n", lines.join("\n")));
        check(&lines.join("\\n").replace('\t', "\\t"));
        check(&lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "));
        let wide: Vec<u8> = lines.join("\n").bytes().flat_map(|byte| [byte, 0]).collect();
        assert_eq!(read(&wide).occurrences.len(), 1);
    }
}

#[test]
fn lines_may_stand_in_objects() {
    for lines in [&RUST[..], &GO[..]] {
        let each = lines
            .iter()
            .map(|line| serde_json::json!({ "log": format!("{line}\n"), "stream": "stderr" }).to_string() + "\n");
        check(&each.collect::<String>());
        check(&serde_json::json!({ "level": "error", "msg": lines.join("\n"), "ts": 1 }).to_string());
    }
    let zap = serde_json::json!({ "level": "error", "msg": "recovered from panic", "error": "no such order",
        "stacktrace": "main.f\n\t/app/x.go:1\nmain.main\n\t/app/x.go:2" });
    check(&zap.to_string());
    let tracing = serde_json::json!({ "level": "ERROR", "fields": { "message": "a panic", "panic.payload": "no such order",
        "panic.location": "src/x.rs:1:2" } });
    let read = only(&tracing.to_string());
    assert_eq!((read.message.as_str(), place(&read)), ("no such order", ("src/x.rs", Some(1), Some(2))));
}

#[test]
fn tests_capture_what_they_print() {
    let log = "running 1 test\ntest x::works ... FAILED\n\nfailures:\n\n---- x::works stdout ----\n\nthread 'x::works' (7) panicked at src/x.rs:1:2:\n\
               assertion `left == right` failed\n  left: 1\n right: 2\nnote: run with `RUST_BACKTRACE=1`\n\n\nfailures:\n    x::works\n";
    assert_eq!(only(log).message.lines().count(), 3);
    let debug = "panicked at 'no such order', src/x.rs:1:2 backtrace: Backtrace [{ fn: \"app::work\", file: \"./src/x.rs\", line: 1 }, { fn: \"app::main\" }]";
    let log = debug.replace(" backtrace", "\nbacktrace");
    assert_eq!(functions(&only(&log)), ["app::work", "app::main"]);
}
