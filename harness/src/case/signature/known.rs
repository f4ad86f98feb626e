//! The table of messages that runtimes and standard libraries write: each has one name over all versions, and a cause class.

use crate::case::cause::CauseClass;

/// A message that a runtime or a standard library writes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its name, over all versions.
    pub(crate) name: &'static str,
    /// Words that it has, in this order.
    words: &'static [&'static str],
    /// Whether what stands behind the last word tells causes apart.
    keeps_rest: bool,
    /// Whether many different causes say it.
    pub(crate) is_generic: bool,
    /// What it tells of the cause.
    pub(crate) class: CauseClass,
}

const fn said(name: &'static str, words: &'static [&'static str], class: CauseClass) -> Known {
    Known { name, words, keeps_rest: false, is_generic: true, class }
}

const fn quoting(name: &'static str, words: &'static [&'static str], class: CauseClass) -> Known {
    Known { name, words, keeps_rest: true, is_generic: true, class }
}

use CauseClass::{
    Arithmetic, BorrowConflict, Bounds, BrokenInvariant, ClosedChannel, ConcurrentMapAccess, DataRace, Deadlock,
    Encoding, Environment, ErrorUnwrapped, InvalidMemory, NilDereference, NoneUnwrapped, OutOfMemory, PoisonedLock,
    RaisedOnPurpose, ResourceExhaustion, RuntimeMisuse, StackOverflow, SyncMisuse, TimedOut, TypeMismatch,
    Unimplemented,
};

/// The table; the first entry that fits counts, so that longer ones stand before shorter ones.
const TABLE: &[Known] = &[
    // Rust.
    said("index out of bounds", &["index out of bounds: "], Bounds),
    said("string cut inside a character", &["is not a char boundary"], Encoding),
    said("string cut inside a character", &["byte index", "is out of bounds of"], Bounds),
    said("range end out of range", &["range end index ", "out of range for slice"], Bounds),
    said("range start out of range", &["range start index ", "out of range for slice"], Bounds),
    said("range end out of range", &["index ", "out of range for slice of length"], Bounds),
    said("range ends before it starts", &["slice index starts at ", "but ends at"], Bounds),
    said("range ends before it starts", &["begin <= end (", "when slicing"], Bounds),
    said(
        "copied slices differ in length",
        &["source slice length (", "does not match destination slice length"],
        Bounds,
    ),
    said("copied slices differ in length", &["copy_from_slice: source slice length"], Bounds),
    said("split beyond the end", &["mid > len"], Bounds),
    said("insertion beyond the end", &["insertion index (is "], Bounds),
    said("removal beyond the end", &["removal index (is "], Bounds),
    said("removal beyond the end", &["swap_remove index (is "], Bounds),
    said("range beyond the end", &["out of range for slice"], Bounds),
    said("unwrap of nothing", &["called `Option::unwrap()` on a `None` value"], NoneUnwrapped),
    said("unwrap of nothing", &["Option::unwrap()", "on a", "None"], NoneUnwrapped),
    said("no entry for the key", &["no entry found for key"], NoneUnwrapped),
    quoting("error of a poisoned lock", &["PoisonError"], PoisonedLock),
    quoting("unwrap of an error", &["called `Result::unwrap()` on an `Err` value: "], ErrorUnwrapped),
    quoting("unwrap of a result", &["called `Result::unwrap_err()` on an `Ok` value: "], ErrorUnwrapped),
    quoting("unwrap of a result", &["called `Result::expect_err()` on an `Ok` value: "], ErrorUnwrapped),
    quoting("overflow", &["attempt to ", "with overflow"], Arithmetic),
    said("negation overflow", &["attempt to negate with overflow"], Arithmetic),
    said("division by zero", &["attempt to divide by zero"], Arithmetic),
    said("remainder of zero", &["attempt to calculate the remainder with a divisor of zero"], Arithmetic),
    said("time before time", &["overflow when subtracting"], Arithmetic),
    said("time beyond range", &["overflow when adding duration"], Arithmetic),
    said("supplied instant is later", &["supplied instant is later than self"], Arithmetic),
    said("step of zero", &["assertion failed: step != 0"], Arithmetic),
    said("chunk of zero", &["chunk size must be non-zero"], Arithmetic),
    said("already mutably borrowed", &["already mutably borrowed"], BorrowConflict),
    said("already borrowed", &["already borrowed"], BorrowConflict),
    said("capacity overflow", &["capacity overflow"], OutOfMemory),
    said("allocation failed", &["memory allocation of "], OutOfMemory),
    said("hash table capacity overflow", &["Hash table capacity overflow"], OutOfMemory),
    quoting("assertion of equality", &["assertion `left == right` failed"], BrokenInvariant),
    quoting("assertion of difference", &["assertion `left != right` failed"], BrokenInvariant),
    quoting("assertion of a match", &["assertion `left matches right` failed"], BrokenInvariant),
    said("assertion of equality", &["assertion failed: `(left == right)`"], BrokenInvariant),
    said("assertion of difference", &["assertion failed: `(left != right)`"], BrokenInvariant),
    Known {
        name: "assertion",
        words: &["assertion failed: "],
        keeps_rest: true,
        is_generic: false,
        class: BrokenInvariant,
    },
    quoting("unreachable", &["internal error: entered unreachable code"], BrokenInvariant),
    said("unreachable unchecked", &["unsafe precondition(s) violated: "], InvalidMemory),
    quoting("not implemented", &["not implemented"], Unimplemented),
    quoting("not yet implemented", &["not yet implemented"], Unimplemented),
    said("explicit panic", &["explicit panic"], RaisedOnPurpose),
    said("misaligned pointer", &["misaligned pointer dereference"], InvalidMemory),
    said("null pointer", &["null pointer dereference occurred"], InvalidMemory),
    said("panic in a destructor", &["panic in a destructor during cleanup"], BrokenInvariant),
    said("panic without unwinding", &["panic in a function that cannot unwind"], BrokenInvariant),
    said("no reactor running", &["there is no reactor running"], RuntimeMisuse),
    said("no timer running", &["there is no timer running"], RuntimeMisuse),
    said("not on a runtime", &["not currently running on"], RuntimeMisuse),
    said("runtime in a runtime", &["Cannot start a runtime from within a runtime"], RuntimeMisuse),
    said(
        "runtime dropped in a task",
        &["Cannot drop a runtime in a context where blocking is not allowed"],
        RuntimeMisuse,
    ),
    said("blocking in place", &["can call blocking only when running on the multi-threaded runtime"], RuntimeMisuse),
    said("future polled after its end", &["resumed after completion"], RuntimeMisuse),
    said("future polled after its panic", &["resumed after panicking"], RuntimeMisuse),
    said("recursive lock", &["rwlock read lock would result in deadlock"], Deadlock),
    said(
        "thread local gone",
        &["cannot access a Thread Local Storage value during or after destruction"],
        RuntimeMisuse,
    ),
    said("thread local gone", &["cannot access a TLS value during or after"], RuntimeMisuse),
    said("thread not spawned", &["failed to spawn thread"], ResourceExhaustion),
    said("print failed", &["failed printing to std"], Environment),
    said("stack overflow", &["stack overflow"], StackOverflow),
    said("foreign exception", &["Rust cannot catch foreign exceptions"], InvalidMemory),
    said("total order violated", &["does not correctly implement a total order"], BrokenInvariant),
    // Go.
    said("index out of range", &["index out of range"], Bounds),
    said("slice bounds out of range", &["slice bounds out of range"], Bounds),
    said("array too short", &["cannot convert slice with length"], Bounds),
    said("length out of range", &["makeslice: "], Bounds),
    said("channel size out of range", &["makechan: size out of range"], Bounds),
    said("nil dereference", &["invalid memory address or nil pointer dereference"], NilDereference),
    said("assignment to a nil map", &["assignment to entry in nil map"], NilDereference),
    said("integer divide by zero", &["integer divide by zero"], Arithmetic),
    said("integer overflow", &["integer overflow"], Arithmetic),
    said("negative shift", &["negative shift amount"], Arithmetic),
    said("hash of an unhashable type", &["hash of unhashable type"], TypeMismatch),
    said("comparison of an uncomparable type", &["comparing uncomparable type"], TypeMismatch),
    quoting("interface conversion", &["interface conversion: "], TypeMismatch),
    quoting("method of a nil value", &["value method ", "called using nil"], NilDereference),
    said("send on a closed channel", &["send on closed channel"], ClosedChannel),
    said("close of a closed channel", &["close of closed channel"], ClosedChannel),
    said("close of a nil channel", &["close of nil channel"], ClosedChannel),
    said("concurrent map access", &["concurrent map "], ConcurrentMapAccess),
    said("concurrent map access", &["concurrent map"], ConcurrentMapAccess),
    said("unlock without lock", &["unlock of unlocked"], SyncMisuse),
    said("unlock without lock", &["Unlock of unlocked"], SyncMisuse),
    said("negative wait group", &["negative WaitGroup counter"], SyncMisuse),
    said("wait group reused", &["WaitGroup is reused before"], SyncMisuse),
    said("wait group misuse", &["WaitGroup misuse"], SyncMisuse),
    said("inconsistent mutex", &["inconsistent mutex state"], SyncMisuse),
    said("all asleep", &["all goroutines are asleep - deadlock"], Deadlock),
    said("no goroutine left", &["no goroutines (main called runtime.Goexit)"], Deadlock),
    said("unexpected signal", &["unexpected signal during runtime execution"], InvalidMemory),
    said("unexpected return", &["unexpected return pc"], InvalidMemory),
    said("bad pointer", &["found bad pointer in Go heap"], InvalidMemory),
    said("bad pointer in frame", &["invalid pointer found on stack"], InvalidMemory),
    said("pointer rule of cgo", &["cgo argument has Go pointer"], InvalidMemory),
    said("pointer rule of cgo", &["cgo result is unpinned Go pointer"], InvalidMemory),
    said("invalid address", &["fault address"], InvalidMemory),
    said("checkptr", &["checkptr: "], InvalidMemory),
    said("thread not created", &["newosproc"], ResourceExhaustion),
    said("thread not created", &["pthread_create failed"], ResourceExhaustion),
    said("too many threads", &["thread exhaustion"], ResourceExhaustion),
    said("out of memory", &["out of memory"], OutOfMemory),
    said("out of memory", &["cannot allocate memory"], OutOfMemory),
    said("test timed out", &["test timed out after"], TimedOut),
    quoting("reflection on a wrong value", &["reflect: "], TypeMismatch),
    quoting("reflection on a wrong value", &["reflect.Value."], TypeMismatch),
    said("negative repeat", &["strings: negative Repeat count"], Arithmetic),
    said("segmentation violation", &["segmentation violation"], InvalidMemory),
    said("bus error", &["bus error"], InvalidMemory),
    said("fault at an address", &["unexpected fault address"], InvalidMemory),
    said("data race", &["data race"], DataRace),
    // The system.
    said("segmentation violation", &["Segmentation fault"], InvalidMemory),
    said("use after free", &["heap-use-after-free"], InvalidMemory),
    said("heap overflow", &["heap-buffer-overflow"], InvalidMemory),
    said("double free", &["double free"], InvalidMemory),
    said("double free", &["attempting double-free"], InvalidMemory),
];

/// The entry that a message is, and what of it still tells causes apart.
pub(super) fn known(message: &str) -> Option<(&'static Known, &str)> {
    TABLE.iter().find_map(|entry| {
        let mut end = 0;
        for word in entry.words {
            end += message[end..].find(word)? + word.len();
        }
        let before = message.find(entry.words[0]).map_or("", |at| &message[..at]);
        let is_own = entry.words.len() > 1 || is_lead(before);
        let rest = if entry.keeps_rest { message[end..].trim_start_matches([':', ' ']) } else { "" };
        is_own.then_some((entry, rest))
    })
}

/// Whether what stands before the words is only who says it. A sentence that quotes a known message is a message of its own.
fn is_lead(before: &str) -> bool {
    let words = before.split_whitespace().count();
    words <= 3 || before.ends_with(": ") && words <= 5
}

/// Whether a message is one of the table's, whatever stands around it; for what is only to be classified.
pub(crate) fn mentioned(message: &str) -> Option<&'static Known> {
    TABLE.iter().find(|entry| {
        let mut rest = message;
        entry.words.iter().all(|word| match rest.split_once(word) {
            Some((_, tail)) => {
                rest = tail;
                true
            }
            None => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_one_name_over_all_versions() {
        for (message, name, rest) in [
            ("index out of bounds: the len is 3 but the index is 99", "index out of bounds", ""),
            ("range end index 7 out of range for slice of length 3", "range end out of range", ""),
            ("index 16 out of range for slice of length 7", "range end out of range", ""),
            ("called `Result::unwrap()` on an `Err` value: Os { code: 2 }", "unwrap of an error", "Os { code: 2 }"),
            ("runtime error: index out of range [3] with length 3", "index out of range", ""),
            ("RefCell already borrowed", "already borrowed", ""),
            ("assertion failed: a < b", "assertion", "a < b"),
        ] {
            let (entry, found) = known(message).unwrap();
            assert_eq!((entry.name, found), (name, rest), "{message}");
        }
        assert!(known("the worker told us that it saw an index out of range again").is_none());
        assert!(mentioned("the worker told us that it saw an index out of range again").is_some());
    }
}
