//! Proves that one defect is one group, seen from several versions and places, and that different defects that say the same stay
//! apart.

use super::{Groups, Signature};
use crate::case::reading::read;

/// The group of the primary of each log.
fn groups(logs: &[String]) -> Vec<usize> {
    let mut groups = Groups::default();
    let primary = |log: &String| {
        let reading = read(log.as_bytes());
        Signature::of(&reading.occurrences[reading.primary.unwrap_or_else(|| panic!("nothing in {log}"))])
    };
    logs.iter().map(|log| groups.add(primary(log))).collect()
}

fn rust(message: &str, place: &str, frames: &[&str]) -> String {
    let frames: String = frames.iter().enumerate().map(|(number, frame)| format!("  {number}: {frame}\n")).collect();
    format!("thread 'main' panicked at {place}:\n{message}\nstack backtrace:\n{frames}")
}

fn go(message: &str, frames: &[(&str, &str)]) -> String {
    let frames: String = frames.iter().map(|(name, place)| format!("{name}(0x1)\n\t{place} +0x1d\n")).collect();
    format!("panic: {message}\n\ngoroutine 7 [running]:\n{frames}")
}

const BOUNDS: &str = "index out of bounds: the len is 3 but the index is 7";

#[test]
fn one_rust_defect_seen_from_several_versions_and_places_is_one_group() {
    let logs = [
        rust(BOUNDS, "src/book.rs:12:5", &["core::panicking::panic", "orders::book::Book::take", "orders::serve"]),
        rust(
            &BOUNDS.replace('7', "3"),
            "/ci/orders/src/book.rs:14:5",
            &["orders::book::Book<K>::take::h1854dee5fd9945b4"],
        ),
        rust(BOUNDS, "src/book.rs:19:5", &["<orders::book::Book<_>>::take::{closure#0}", "orders::drill"]),
        format!("thread 'a' panicked at '{BOUNDS}', /root/.cargo/registry/src/i-1/orders-1.2.0/src/book.rs:12:5"),
    ];
    assert_eq!(groups(&logs), [0, 0, 0, 0]);
}

#[test]
fn rust_defects_that_say_the_same_stay_apart() {
    let logs = [
        rust(BOUNDS, "src/book.rs:12:5", &["orders::book::Book::take"]),
        rust(BOUNDS, "src/book.rs:40:9", &["orders::book::Book::put"]),
        rust(BOUNDS, "src/main.rs:12:5", &[]),
        rust(BOUNDS, "src/main.rs:99:5", &[]),
        rust(BOUNDS, "src/shelf.rs:12:5", &[]),
        rust("called `Option::unwrap()` on a `None` value", "src/book.rs:12:5", &["orders::book::Book::take"]),
    ];
    assert_eq!(groups(&logs), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn one_go_defect_seen_from_several_versions_and_places_is_one_group() {
    let message = "runtime error: index out of range [7] with length 3";
    let logs = [
        go(
            message,
            &[
                ("panic", "/go/panic.go:1"),
                ("example.org/a/book.(*Book).Take", "/src/a/book/book.go:12"),
                ("main.main", "/src/x.go:1"),
            ],
        ),
        go(
            &message.replace('7', "9"),
            &[("example.org/a/book/v2.(*Book).Take.func1", "/pkg/mod/example.org/a@v2.0.1/book/book.go:14")],
        ),
        go(message, &[("example.net/moved/book.(*Book[...]).Take", "/home/me/src/a/book/book.go:12")]),
    ];
    assert_eq!(groups(&logs), [0, 0, 0]);
    let raft = |path: &str, message: &str| {
        go(message, &[("log.Panicf", "/l.go:1"), (&format!("{path}.(*Log).commit"), "/b/raft/log.go:1")])
    };
    let logs = [
        raft("example.org/raft", "commit 7 is beyond the last index 3"),
        raft("example.org/raft", "commit 9 is beyond the last index 1. Lost?"),
    ];
    assert_eq!(groups(&logs), [0, 0]);
}

#[test]
fn go_defects_that_say_the_same_stay_apart() {
    let logs = [
        go("assignment to entry in nil map", &[("example.org/a.F", "/src/a/a.go:1")]),
        go("assignment to entry in nil map", &[("example.org/a.G", "/src/a/a.go:9")]),
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\nmain.main()\n\t/src/x.go:1 +0x1\n".to_owned(),
        "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\nmain.main()\n\t/src/y.go:1 +0x1\n".to_owned(),
        "panic: assignment to entry in nil map\n".to_owned(),
    ];
    assert_eq!(groups(&logs), [0, 1, 2, 3, 4]);
}

#[test]
fn two_functions_race_the_same_way_in_either_order() {
    let race = |first: &str, second: &str| {
        format!(
            "WARNING: DATA RACE\nWrite at 0x1 by goroutine 7:\n  {first}()\n      /x.go:1 +0x1\n\nPrevious write at 0x1 by goroutine 8:\n  \
             {second}()\n      /x.go:2 +0x1\n"
        )
    };
    let logs = [
        race("example.org/a.F", "example.org/a.G"),
        race("example.org/a.G", "example.org/a.F"),
        race("example.org/a.F", "example.org/a.H"),
    ];
    assert_eq!(groups(&logs), [0, 0, 1]);
}

#[test]
fn names_of_this_version_never_change() {
    let signature = |log: String| Signature::of(&read(log.as_bytes()).occurrences[0]);
    // Knowledge bases hold these names: the recipe of version 2 may never give other ones.
    let with_stack = signature(rust(BOUNDS, "src/book.rs:12:5", &["orders::book::Book::take"]));
    assert_eq!(with_stack.fingerprint, "v2-eb3b22feb282db35");
    assert_eq!(signature(rust(BOUNDS, "src/book.rs:12:5", &[])).fingerprint, "v2-954fdff4246a82a2");
    assert_eq!(signature(go("no such order", &[("main.f", "/src/x.go:1")])).fingerprint, "v2-21a4597ac667a377");
}
