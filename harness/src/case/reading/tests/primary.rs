//! Which occurrence of a log is the cause, and which ones only follow.

use super::{Kind, primary};
use crate::case::reading::{Consequence, read};

fn panic(thread: &str, message: &str, line: u32) -> String {
    format!("thread '{thread}' panicked at src/x.rs:{line}:5:\n{message}\nnote: run with `RUST_BACKTRACE=1`\n")
}

#[test]
fn what_follows_is_told_and_never_the_primary() {
    for (message, consequence) in [
        ("called `Result::unwrap()` on an `Err` value: PoisonError { .. }", Consequence::PoisonedLock),
        ("called `Result::unwrap()` on an `Err` value: Any { .. }", Consequence::RaisedAgain),
        ("called `Result::unwrap()` on an `Err` value: RecvError", Consequence::ChannelClosed),
        ("a scoped thread panicked", Consequence::RaisedAgain),
        ("called `Result::unwrap()` on an `Err` value: JoinError::Panic(Id(7), ...)", Consequence::RaisedAgain),
        ("panic in a destructor during cleanup", Consequence::DoublePanic),
    ] {
        let log = panic("a", "the order is gone", 1) + &panic("b", message, 9);
        let reading = read(log.as_bytes());
        assert_eq!((reading.primary, reading.occurrences[1].consequence), (Some(0), Some(consequence)), "{message}");
    }
    let poisoned_first =
        panic("b", "the lock was poisoned: PoisonError { .. }", 9) + &panic("a", "the order is gone", 1);
    assert_eq!(primary(&poisoned_first).message, "the order is gone");
}

#[test]
fn what_is_alone_is_the_primary_even_if_it_follows() {
    assert!(
        primary(&panic("b", "called `Result::unwrap()` on an `Err` value: PoisonError { .. }", 9))
            .message
            .contains("Poison")
    );
    assert_eq!(primary(&panic("b", "called `Result::unwrap()` on an `Err` value: RecvError", 9)).consequence, None);
}

#[test]
fn the_end_of_a_process_follows_from_its_panic() {
    let log = panic("main", "the order is gone", 1)
        + "thread 'main' panicked at core/src/panicking.rs:1:2:\npanic in a function that cannot unwind\nstack backtrace:\n   0: app::x\n\
           thread caused non-unwinding panic. aborting.\nerror: test failed (signal: 6, SIGABRT: process abort signal)\n";
    let reading = read(log.as_bytes());
    assert_eq!(reading.primary, Some(0));
    assert!(reading.occurrences[1..].iter().all(|later| later.consequence.is_some()), "{:#?}", reading.occurrences);
    let dump_first = "goroutine 1 [select]:\nmain.f()\n\n".to_owned() + &panic("a", "the order is gone", 1);
    assert_eq!(primary(&dump_first).kind, Kind::Panic);
}
