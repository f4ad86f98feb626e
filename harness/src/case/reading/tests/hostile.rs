//! No bytes break the reader, and where a stream is split makes no difference.

use crate::case::reading::{Reader, Reading, read};
use proptest::prelude::*;

/// Pieces of which reports are made, whole and broken.
const PIECES: [&str; 44] = [
    "thread 'main' panicked at ",
    "panicked at '",
    "src/x.rs:1:2",
    "', src/x.rs:1:2",
    ":\n",
    "\n",
    "\r\n",
    "\n\n",
    "note: run with ",
    "stack backtrace:\n",
    "   0: app::f\n",
    "             at ./x.rs:1\n",
    "panic: ",
    "panic: boom [recovered]\n",
    "\tpanic: again\n",
    "fatal error: ",
    "goroutine 7 [running]:\n",
    "goroutine 99999999999999999999 [x]:",
    "main.f({0x1, 0x2})\n",
    "\t/x.go:1 +0x1d\n",
    "created by main.main\n",
    "WARNING: DATA RACE\n",
    "Write at 0x1 by goroutine 7:\n",
    "==================\n",
    "{\"message\":\"panic\",\"stack\":\"a\\n\\tb\"}\n",
    "{\"panic\":",
    "\u{1b}[31m",
    "\u{1b}]0;",
    "\u{1b}",
    "\\n",
    "\\\\n",
    "api_1 | ",
    "2026-01-02T03:04:05Z ",
    "'",
    "\"",
    "`",
    "‘",
    "äöü",
    "\u{0}",
    "has overflowed its stack\n",
    "ERROR: AddressSanitizer: x\n",
    "    #1 0x5 in f /x.c:1:2\n",
    "The application panicked (crashed).\n",
    "(signal: 11, SIGSEGV: x)\n",
];

fn in_parts(log: &[u8], ends: &[usize]) -> Reading {
    let mut reader = Reader::default();
    let mut start = 0;
    let mut ends: Vec<usize> = ends.iter().map(|end| end % (log.len() + 1)).collect();
    ends.sort_unstable();
    for end in ends.into_iter().chain([log.len()]) {
        reader.push(&log[start..end]);
        start = end;
    }
    reader.finish()
}

fn is_bounded(reading: &Reading) -> bool {
    reading.occurrences.iter().all(|read| read.message.len() <= 4_096 && read.frames.len() <= 64)
        && reading.occurrences.len() <= 1_000
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(log in proptest::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(is_bounded(&read(&log)));
    }

    #[test]
    fn reports_in_pieces_are_read_the_same_wherever_the_stream_is_split(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40),
        ends in proptest::collection::vec(any::<usize>(), 0..5),
    ) {
        let log = pieces.concat();
        let whole = read(log.as_bytes());
        prop_assert!(is_bounded(&whole));
        prop_assert_eq!(in_parts(log.as_bytes(), &ends), whole);
    }
}

#[test]
fn a_log_of_many_panics_is_counted_and_not_kept() {
    let log = "thread 'main' panicked at src/x.rs:1:2:\nboom\n".repeat(1_500);
    let reading = read(log.as_bytes());
    assert_eq!((reading.occurrences.len(), reading.left_out, reading.primary), (1_000, 500, Some(0)));
}

#[test]
fn half_a_log_gives_what_is_in_it() {
    let log = "thread 'main' panicked at src/x.rs:1:2:\nno such order\nstack backtrace:\n   0: app::wo";
    for end in 40..log.len() {
        let reading = read(&log.as_bytes()[..end]);
        assert_eq!(reading.occurrences.len(), 1, "{}", &log[..end]);
    }
}

#[test]
fn a_message_without_end_is_cut() {
    let old = format!("thread 'main' panicked at 'boom {}", "x\n".repeat(100_000));
    let new = format!("thread 'main' panicked at x.rs:1:2:\n{}\n", "y".repeat(3_000_000));
    for log in [old, new] {
        assert!(read(log.as_bytes()).occurrences[0].message.len() <= 4_096);
    }
}
