//! Rust's own forms, and those of well-known hooks.

use super::{Kind, functions, only, place};

#[test]
fn the_headers_of_all_versions_are_read() {
    for log in [
        "thread 'worker' panicked at 'slot 3 is taken', src/map.rs:12:5\nnote: run with `RUST_BACKTRACE=1`",
        "thread 'worker' panicked at src/map.rs:12:5:\nslot 3 is taken\nnote: run with `RUST_BACKTRACE=1`",
        "thread 'worker' (4711) panicked at src/map.rs:12:5:\nslot 3 is taken\n",
        "thread 'worker' panicked at src/map.rs:12:5: slot 3 is taken",
        "thread 'worker' panicked at 'slot 3 is taken': src/map.rs:12:5",
        "thread ‘worker’ panicked at ‘slot 3 is taken’, src/map.rs:12:5",
        "Thread 'worker' panicked at 'slot 3 is taken', src/map.rs:12:5\n\nThis is a bug.",
        "thread 'worker' panicked at slot 3 is taken, src/map.rs:12:5",
        "thread 'worker' panicked at 'slot 3 is taken',\n   src/map.rs:12:5",
    ] {
        let read = only(log);
        assert_eq!((read.kind, read.message.as_str()), (Kind::Panic, "slot 3 is taken"), "{log}");
        assert_eq!(place(&read), ("src/map.rs", Some(12), Some(5)), "{log}");
        assert_eq!(read.thread.as_deref(), Some("worker"), "{log}");
    }
    assert_eq!(only("panicked at src/main.rs:3:1:\nboom\n\nStack:\n\nError\n    at wasm://x").message, "boom");
    assert_eq!(only("thread '<unnamed>' panicked at C:\\a b\\x.rs:7:1:\nboom").thread.as_deref(), Some("<unnamed>"));
}

#[test]
fn messages_of_several_lines_are_read_to_their_end_and_no_further() {
    let old = "thread 'main' panicked at 'assertion failed: `(left == right)`\n  left: `1`,\n right: `2`: it's 'odd', really', x.rs:1:2";
    assert_eq!(only(old).message.lines().count(), 3);
    assert!(only(old).message.ends_with("it's 'odd', really"));
    let new = "thread 'main' panicked at x.rs:1:2:\nassertion `left == right` failed: why\n  left: 1\n right: 2\nserver stopped\n";
    assert_eq!(only(new).message, "assertion `left == right` failed: why\n  left: 1\n right: 2");
    let with_note =
        "thread 'main' panicked at x.rs:1:2:\nfirst\n\nsecond\nnote: run with `RUST_BACKTRACE=1`\nserver stopped";
    assert_eq!(only(with_note).message, "first\n\nsecond");
    let caused =
        "thread 'main' panicked at x.rs:1:2:\nno store: open failed\n\nCaused by:\n    no such file\nnote: run with";
    assert!(only(caused).message.ends_with("no such file"));
}

#[test]
fn stacks_short_and_full_are_read_innermost_first() {
    let short = "thread 'main' panicked at src/x.rs:1:2:\nboom\nstack backtrace:\n   0: std::panicking::begin_panic\n             \
                 at /rustc/5/library/std/src/panicking.rs:9:5\n   1: app::work\n             at ./src/x.rs:1:2\n   2: app::main\n\
                 note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n";
    let read = only(short);
    assert_eq!(functions(&read), ["std::panicking::begin_panic", "app::work", "app::main"]);
    assert_eq!((read.frames[1].file.as_deref(), read.frames[1].line), (Some("src/x.rs"), Some(1)));
    let full = "thread 'main' panicked at 'boom', src/x.rs:1:2\nstack backtrace:\n   0:     0x55d0c0ffee10 - app::work::h0011223344556677\n   \
                1:        0x10a5959ae - app::main\n";
    assert_eq!(functions(&only(full)), ["app::work::h0011223344556677", "app::main"]);
}

#[test]
fn a_stack_that_stands_before_its_header_belongs_to_it() {
    let log = "====================\n\nVersion: 1.2\n\n   0: backtrace::capture\n   1: node::sync\n             at /b/sync.rs:3\n\n\n\
               Thread 'main' panicked at 'no peer', src/sync.rs:3\n";
    assert_eq!(functions(&only(log)), ["backtrace::capture", "node::sync"]);
}

#[test]
fn other_hooks_are_read() {
    for log in [
        "The application panicked (crashed).\nMessage:  no peer\nLocation: src/sync.rs:3\n\n  ━━━ BACKTRACE ━━━\n   ⋮ 5 frames hidden ⋮\n   \
         6: node::sync::h0011223344556677\n      at /b/src/sync.rs:3\n",
        "The application panicked (crashed).\n  no peer\nin src/sync.rs:3\nthread: main\n",
        "Error:   × Main thread panicked.\n  ├─▶ at src/sync.rs:3:1\n  ╰─▶ no peer\n  help: set the variable\n",
        "no peer (thread main, at src/sync.rs:3)\n   0: node::sync\n",
        "explanation = '''\nPanic occurred in file 'src/sync.rs' at line 3\n'''\ncause = 'no peer'\nmethod = 'Panic'\n",
    ] {
        let read = only(log);
        assert_eq!(
            (read.message.as_str(), place(&read).0, place(&read).1),
            ("no peer", "src/sync.rs", Some(3)),
            "{log}"
        );
    }
}

#[test]
fn a_title_and_the_report_under_it_are_one() {
    let log = "# thread 'main' panicked at src/x.rs:1:2:\n\nsomebody · 2026-01-02\nthread 'main' panicked at src/x.rs:1:2:\nboom\n\
               stack backtrace:\n   0: app::work\n";
    assert_eq!((only(log).message.as_str(), functions(&only(log)).len()), ("boom", 1));
}

#[test]
fn a_title_that_was_cut_and_the_report_under_it_are_one() {
    let log = "# thread 'main' panicked at 'no such order in\n\nthread 'main' panicked at 'no such order in the book', src/x.rs:1:2\n";
    assert_eq!(place(&only(log)), ("src/x.rs", Some(1), Some(2)));
}

#[test]
fn prose_about_panics_is_not_read() {
    for log in [
        "it panicked at startup, and nobody knows why",
        "we saw that the thread panicked at 12:30:15 today",
        "the panic hook was installed",
        "fn panicked(at: &str) {}",
        "1: first do this\n2: then that",
    ] {
        assert_eq!(super::kinds(log), [], "{log}");
    }
}

#[test]
fn an_error_that_a_program_ended_with_is_read_with_its_stack() {
    let log = "Error: no store\n\nCaused by:\n    0: open failed\n    1: no such file\n\nStack backtrace:\n   0: anyhow::error::msg\n   1: app::open\n\
               \x20            at ./src/x.rs:3\n   2: app::main\n";
    let read = only(log);
    assert_eq!((read.kind, read.message.as_str(), functions(&read).len()), (Kind::Error, "no store", 3));
    assert_eq!(super::kinds("Error: no store\n\nCaused by:\n    no such file\n"), []);
}
