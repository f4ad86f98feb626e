//! Go's own forms, and what programs write when they recover.

use super::{Kind, functions, only, primary};
use crate::case::reading::read;

#[test]
fn a_panic_with_its_goroutine_is_read() {
    let log = "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 7 [running]:\nmain.(*Store).get(0xc0000, 0x3)\n\t\
               /app/store.go:12 +0x1d\nmain.main()\n\t/app/main.go:9 +0x20\nexit status 2\n";
    let read = only(log);
    assert_eq!((read.kind, read.thread.as_deref()), (Kind::Panic, Some("goroutine 7")));
    assert_eq!(read.message, "runtime error: index out of range [3] with length 3");
    assert_eq!(functions(&read), ["main.(*Store).get", "main.main"]);
    assert_eq!((read.frames[0].file.as_deref(), read.frames[0].line), (Some("/app/store.go"), Some(12)));
}

#[test]
fn values_of_all_types_and_several_lines_are_messages() {
    for (log, message) in [
        ("panic: main.Broken{Code: 3}\n\ngoroutine 1 [running]:\nmain.main()\n", "main.Broken{Code: 3}"),
        (
            "panic: (main.Broken) (0x45e4a0,0xc42000e1e0)\n\ngoroutine 1 [running]:\nmain.main()\n",
            "(main.Broken) (0x45e4a0,0xc42000e1e0)",
        ),
        ("panic: first\nsecond\n\ngoroutine 1 [running]:\nmain.main()\n", "first\nsecond"),
        ("panic: only this\nserver stopped\n", "only this"),
        ("--- FAIL: TestX (0.01s)\npanic: boom [recovered]\n\ngoroutine 1 [running]:\nmain.main()\n", "boom"),
        ("panic: boom [recovered, repanicked]\n\ngoroutine 1 [running]:\nmain.main()\n", "boom"),
    ] {
        assert_eq!(only(log).message, message, "{log}");
    }
}

#[test]
fn of_panics_that_are_raised_again_the_first_is_the_primary() {
    let log = "panic: the order is gone [recovered]\n\tpanic: wrapped: the order is gone\n[signal SIGSEGV: segmentation violation code=0x1 \
               addr=0x0 pc=0x1]\n\ngoroutine 1 [running]:\npanic({0x1, 0x2})\n\t/go/panic.go:1 +0x1\nmain.place()\n\t/app/x.go:1 +0x1\n";
    let reading = read(log.as_bytes());
    assert_eq!((reading.primary, reading.occurrences.len()), (Some(0), 2));
    assert_eq!(reading.occurrences[0].message, "the order is gone");
    assert!(reading.occurrences[0].context["signal"].starts_with("SIGSEGV"));
    assert!(reading.occurrences[1].consequence.is_some());
}

#[test]
fn fatal_errors_have_their_kinds() {
    for (log, kind, message) in [
        (
            "fatal error: concurrent map writes\n\ngoroutine 5 [running]:\nmain.f()\n",
            Kind::FatalError,
            "concurrent map writes",
        ),
        (
            "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n",
            Kind::Deadlock,
            "all goroutines are asleep - deadlock!",
        ),
        (
            "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw(0x1)\n",
            Kind::StackOverflow,
            "stack overflow",
        ),
        (
            "runtime: out of memory: cannot allocate 8-byte block\nfatal error: out of memory\n\ngoroutine 1 [running]:\nmain.f()\n",
            Kind::AllocationFailure,
            "out of memory",
        ),
        (
            "fatal error: unexpected signal during runtime execution\n[signal SIGSEGV: segmentation violation code=0x1]\n\n\
          goroutine 1 [syscall]:\nmain.f()\n",
            Kind::Signal,
            "unexpected signal during runtime execution",
        ),
        (
            "SIGSEGV: segmentation violation\nPC=0x46 m=0 sigcode=1\n\ngoroutine 1 [syscall]:\nmain.f()\n",
            Kind::Signal,
            "SIGSEGV: segmentation violation",
        ),
        (
            "SIGQUIT: quit\nPC=0x46 m=0\n\ngoroutine 1 [select, 5 minutes]:\nmain.f()\n",
            Kind::GoroutineDump,
            "SIGQUIT: quit",
        ),
    ] {
        let read = only(log);
        assert_eq!((read.kind, read.message.as_str()), (kind, message), "{log}");
        assert_eq!(read.frames.len(), 1, "{log}");
    }
    assert_eq!(super::kinds("x.c:1:10: fatal error: y.h: No such file or directory"), []);
}

#[test]
fn a_dump_is_one_occurrence_with_its_first_goroutine() {
    let log = "goroutine 1 [chan receive, 3 minutes]:\nmain.main()\n\t/app/x.go:1 +0x1\n\ngoroutine 8 [select]:\nmain.f()\n\t/app/x.go:2 +0x1\n\
               created by main.main in goroutine 1\n\t/app/x.go:3 +0x1\n\ngoroutine 9 [IO wait]:\nmain.g()\n\t/app/x.go:4 +0x1\n";
    let read = only(log);
    assert_eq!((read.kind, read.context["state"].as_str()), (Kind::GoroutineDump, "chan receive, 3 minutes"));
    assert_eq!((functions(&read), read.context["other_goroutines"].as_str()), (vec!["main.main"], "2"));
}

#[test]
fn recovered_panics_are_read_out_of_what_handlers_log() {
    for (log, message) in [
        (
            "2026/01/02 03:04:05 http: panic serving 10.0.0.7:80: no such order\ngoroutine 7 [running]:\nmain.f()\n\t/app/x.go:1 +0x1\n",
            "no such order",
        ),
        (
            "E0102 03:04:05.1 7 runtime.go:78] Observed a panic: \"nil\" (runtime error: index out of range)\ngoroutine 7 [running]:\nmain.f()\n\
          \t/app/x.go:1 +0x1\n",
            "runtime error: index out of range",
        ),
        (
            "[Recovery] 2026/01/02 panic recovered:\nGET / HTTP/1.1\nHost: x\n\nno such order\n/app/x.go:1 (0x4a)\n\tf: return orders[3]\n",
            "no such order",
        ),
        (
            "error: panic in call: goroutine 7 [running]:\nruntime/debug.Stack()\n\t/go/stack.go:1 +0x1\npanic({0x1})\n\t/go/panic.go:1 +0x1\n\
          main.f()\n\t/app/x.go:1 +0x1\n",
            "",
        ),
    ] {
        let read = only(log);
        assert_eq!((read.kind, read.message.as_str()), (Kind::Panic, message), "{log}");
        assert!(!read.frames.is_empty(), "{log}");
    }
}

#[test]
fn races_have_both_accesses() {
    let log = "==================\nWARNING: DATA RACE\nWrite at 0x00c0 by goroutine 7:\n  main.(*Store).put()\n      /app/x.go:1 +0x1\n\n\
               Previous read at 0x00c0 by main goroutine:\n  main.get()\n      /app/x.go:2 +0x1\n\nGoroutine 7 (running) created at:\n  \
               main.main()\n      /app/x.go:3 +0x1\n==================\n";
    let read = only(log);
    assert_eq!((read.kind, functions(&read)), (Kind::DataRace, vec!["main.(*Store).put"]));
    assert_eq!((read.context["access"].as_str(), read.context["other_access"].as_str()), ("write", "previous read"));
    assert_eq!((read.context["other_function"].as_str(), read.thread.as_deref()), ("main.get", Some("goroutine 7")));
}

#[test]
fn a_title_in_other_words_is_the_same_panic() {
    let log = "panic: index out of range in store.go\n\nIt happens at night.\n\npanic: runtime error: index out of range [3] with length 3\n\n\
               goroutine 7 [running]:\nmain.get()\n\t/app/x.go:1 +0x1\n";
    assert_eq!(primary(log).frames.len(), 1);
}

#[test]
fn each_line_may_stand_in_a_quote_of_its_own() {
    let lines = [
        "http: panic serving 10.0.0.7:80: no such order",
        "goroutine 7 [running]:",
        "main.f({0x1})",
        "\\t/app/x.go:1 +0x1",
    ];
    let log: String =
        lines.iter().map(|line| format!("time=\"2026-01-02T03:04:05Z\" level=debug msg=\"{line}\"\n")).collect();
    let read = only(&log);
    assert_eq!(
        (read.message.as_str(), functions(&read), read.frames[0].line),
        ("no such order", vec!["main.f"], Some(1))
    );
}

#[test]
fn a_fault_behind_line_numbers_is_read() {
    let log = "unexpected fault address 0x46d405\n17 fatal error: fault\n18 [signal SIGBUS: bus error code=0x3]\n19\n20 goroutine 7 [running]:\n\
               21 main.f()\n22 \t/app/x.go:1 +0x1\n";
    assert_eq!((only(log).kind, functions(&only(log))), (Kind::Signal, vec!["main.f"]));
}
