//! Aborts, overflows, failed allocations, signals, sanitizers and the compiler's own errors.

use super::{Kind, functions, only, primary};
use crate::case::reading::{Language, read};

#[test]
fn what_ends_a_process_without_a_panic_is_read() {
    for (log, kind, message) in [
        (
            "\nthread 'main' has overflowed its stack\nfatal runtime error: stack overflow\nAborted (core dumped)",
            Kind::StackOverflow,
            "stack overflow",
        ),
        ("memory allocation of 4096 bytes failed\n", Kind::AllocationFailure, "memory allocation of 4096 bytes failed"),
        ("fatal runtime error: failed to initiate panic, error 5\n", Kind::Abort, "failed to initiate panic, error 5"),
        ("free(): double free detected in tcache 2\n", Kind::MemoryError, "double free detected in tcache 2"),
        ("./run.sh: line 3: 4711 Segmentation fault (core dumped) ./app", Kind::Signal, ""),
        (
            "Caused by:\n  process didn't exit successfully: `x` (signal: 11, SIGSEGV: invalid memory reference)",
            Kind::Signal,
            "signal: 11, SIGSEGV: invalid memory reference",
        ),
        (
            "error: Undefined Behavior: dereferencing a dangling pointer\n --> src/x.rs:1:2\n",
            Kind::MemoryError,
            "Undefined Behavior: dereferencing a dangling pointer",
        ),
    ] {
        let read = only(log);
        assert_eq!(read.kind, kind, "{log}");
        assert!(message.is_empty() || read.message == message, "{log}: {}", read.message);
    }
}

#[test]
fn sanitizers_have_their_stacks() {
    let log = "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60 at pc 0x55\nREAD of size 8 at 0x60 thread T0\n    \
               #0 0x55d0 in app::get::h0011223344556677 /app/src/x.rs:9:1\n    #1 0x55d1 in main x.c:3\n";
    let read = only(log);
    assert_eq!((read.language, read.kind, read.frames.len()), (Language::Native, Kind::MemoryError, 2));
    assert!(functions(&read)[0].starts_with("app::get"));
}

#[test]
fn the_compilers_own_words_are_the_message_of_its_panic() {
    let log = "error: internal compiler error: compiler/rustc_middle/src/ty.rs:12:5: no type for node\n\nthread 'rustc' panicked at \
               compiler/rustc_errors/src/lib.rs:1:2:\nBox<dyn Any>\nstack backtrace:\n   0: std::panicking::begin_panic\n   1: rustc_middle::ty::f\n";
    let read = primary(log);
    assert_eq!((read.message.as_str(), read.frames.len()), ("no type for node", 2));
    assert_eq!(read.place.unwrap().file, "compiler/rustc_middle/src/ty.rs");
}

#[test]
fn a_report_of_the_probe_is_read_with_its_context() {
    let report = r#"{"message":"boom","location":{"file":"src/x.rs","line":1,"column":2},"thread":"main","can_unwind":true,"operation":"put",
        "context":{"order":"A-17"},"frames":["app::work (src/x.rs:1)"],"count":3}"#.replace('\n', "");
    let log = format!("server started\n{report}\nserver stopped\n");
    let read = only(&log);
    assert_eq!((read.message.as_str(), read.count, read.line), ("boom", 3, 2));
    assert_eq!((read.context["order"].as_str(), read.context["operation"].as_str()), ("A-17", "put"));
    assert_eq!(functions(&read), ["app::work"]);
}

#[test]
fn two_stack_overflows_of_two_threads_are_two() {
    let log = "thread 'a' has overflowed its stack\nfatal runtime error: stack overflow, aborting\nrestarted\nthread 'b' panicked at x.rs:1:2:\nboom\n";
    assert_eq!(read(log.as_bytes()).occurrences.len(), 2);
}
