//! The hazard `nil-versus-empty` and its repair in their smallest form: the first two appends to a buffer that may not be there yet.

use crate::containers::{EagerBuffer, LazyBuffer};
use squall_probe::script::{Expected, WrittenScript, answers};

/// How many elements the buffer has room for.
const CAPACITY: usize = 2;

/// `script.first_appends`: whoever finds no buffer allocates one.
#[derive(Debug)]
pub struct FirstAppends;

/// `script.first_appends_ready`: the buffer is there from the start.
#[derive(Debug)]
pub struct FirstAppendsReady;

const THREADS: &[&str] = &["append", "append"];
const OUTCOMES: &[Expected] = &[
    Expected::accepted("| | 2", "both elements are there"),
    Expected::forbidden("| | _", "an element went to a buffer that was replaced"),
];

macro_rules! first_appends {
    ($script:ty, $buffer:ty, $name:literal, $summary:literal, $length:expr) => {
        impl WrittenScript for $script {
            type Object = $buffer;
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;
            const THREADS: &'static [&'static str] = THREADS;
            const OUTCOMES: &'static [Expected] = OUTCOMES;

            fn fresh() -> $buffer {
                <$buffer>::new(CAPACITY)
            }

            fn act(buffer: &$buffer, thread: usize) -> u64 {
                let _ = buffer.append(thread as u64);
                answers([])
            }

            fn end(buffer: $buffer) -> Option<u16> {
                let length: fn(&$buffer) -> usize = $length;
                Some(length(&buffer) as u16)
            }
        }
    };
}

first_appends!(
    FirstAppends,
    LazyBuffer,
    "script.first_appends",
    "hazard nil-versus-empty: two threads find no buffer, and what one of them appends vanishes",
    |buffer| buffer.buffer().map_or(0, |buffer| buffer.copied().len())
);
first_appends!(
    FirstAppendsReady,
    EagerBuffer,
    "script.first_appends_ready",
    "repair of nil-versus-empty: the buffer is there from the start, and no element vanishes",
    |buffer| buffer.buffer().copied().len()
);
