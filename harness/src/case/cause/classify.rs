//! Takes an occurrence, hands on the cause classes that fit, the likeliest first: by its kind, by what runtimes always say, by words,
//! and by the functions that it came through.

use super::class::CauseClass;
use super::words::{FUNCTIONS, WORDS};
use crate::case::reading::{Kind, Language, Occurrence};
use crate::case::signature::mentioned;

use CauseClass::{
    BrokenInvariant, ClosedChannel, CompilerBug, ConcurrentMapAccess, DataRace, Deadlock, Encoding, ErrorUnwrapped,
    InvalidMemory, NilDereference, OutOfMemory, PoisonedLock, RaisedOnPurpose, ResourceExhaustion, StackOverflow,
    TimedOut, Unknown,
};

/// A class with its weight; weights order, and mean nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Ranked {
    /// The class.
    pub class: CauseClass,
    /// The sum of what speaks for it.
    pub weight: u32,
}

/// What the kind of break alone tells.
const KIND: u32 = 60;
/// What a runtime's own message tells.
const MESSAGE: u32 = 40;
/// What a word of a program's message tells.
const WORD: u32 = 12;
/// What a word tells that names a mechanism by itself, even inside an error that was unwrapped.
const STRONG_WORD: u32 = 20;
/// How much more a word tells near the beginning of a message, and how far that reaches.
const EARLY: u32 = 6;
const EARLY_BYTES: usize = 48;
/// What it tells that an error was unwrapped: more than where the error came from, less than a mechanism that it names.
const UNWRAPPED: u32 = 19;
/// What a function tells that the panic came through.
const FUNCTION: u32 = 4;
/// A word up to this length has to stand alone: `oom` is no part of `room`, and `window` none of `windowEnd`.
const SHORT_WORD_MAX: usize = 6;
/// The classes that are mechanisms, and stand before the unwrapping of an error that tells of them.
const MECHANISMS: [CauseClass; 8] =
    [ConcurrentMapAccess, Deadlock, DataRace, ClosedChannel, PoisonedLock, TimedOut, ResourceExhaustion, Encoding];

/// The classes that fit, the likeliest first; never empty.
#[must_use]
pub fn classify(occurrence: &Occurrence) -> Vec<Ranked> {
    let mut weights = [0_u32; CauseClass::ALL.len()];
    let mut add = |class: CauseClass, weight: u32| weights[class as usize] += weight;
    by_kind(occurrence, &mut add);
    by_message(occurrence, &mut add);
    by_functions(occurrence, &mut add);
    let mut ranked: Vec<Ranked> = CauseClass::ALL
        .into_iter()
        .map(|class| Ranked { class, weight: weights[class as usize] })
        .filter(|ranked| ranked.weight > 0)
        .collect();
    ranked.sort_by_key(|ranked| std::cmp::Reverse(ranked.weight));
    if ranked.is_empty() {
        // A program that says something of its own when it panics has found that something does not hold.
        let class = if occurrence.message.is_empty() { Unknown } else { BrokenInvariant };
        ranked.push(Ranked { class, weight: 1 });
    }
    ranked
}

fn by_kind(occurrence: &Occurrence, add: &mut impl FnMut(CauseClass, u32)) {
    match occurrence.kind {
        Kind::StackOverflow => add(StackOverflow, KIND),
        Kind::AllocationFailure => add(OutOfMemory, KIND),
        Kind::DataRace => add(DataRace, KIND),
        Kind::Deadlock => add(Deadlock, KIND),
        Kind::MemoryError => add(InvalidMemory, KIND),
        Kind::Signal => add(InvalidMemory, WORD),
        Kind::FatalError if occurrence.message.contains("concurrent map") => add(ConcurrentMapAccess, KIND),
        Kind::GoroutineDump if occurrence.context.get("state").is_some_and(|state| is_waiting(state)) => {
            add(Deadlock, WORD);
        }
        _ => {}
    }
    if occurrence.context.contains_key("compiler") || occurrence.thread.as_deref() == Some("rustc") {
        add(CompilerBug, KIND);
    }
}

fn is_waiting(state: &str) -> bool {
    ["semacquire", "chan ", "select", "sync.", "IO wait"].iter().any(|word| state.contains(word))
}

fn by_message(occurrence: &Occurrence, add: &mut impl FnMut(CauseClass, u32)) {
    let message = &occurrence.message;
    let head = message.lines().next().unwrap_or("");
    let known = mentioned(head);
    if let Some(known) = known {
        // An address that no nil pointer has comes from memory that is gone.
        let is_far = known.class == NilDereference
            && occurrence.context.get("signal").is_some_and(|signal| is_far_address(signal));
        let weight = if quotes_an_error(known.class) { UNWRAPPED } else { MESSAGE };
        add(if is_far { InvalidMemory } else { known.class }, weight);
        if !quotes_an_error(known.class) {
            return;
        }
    }
    let text = message.to_lowercase();
    // Classes stand in the order in which their words tell most.
    let mut less = 0;
    for (class, words) in WORDS {
        let Some(at) = words.split('|').filter_map(|word| word_at(&text, word)).min() else { continue };
        let weight = if MECHANISMS.contains(class) { STRONG_WORD } else { WORD };
        let early = if at < EARLY_BYTES { EARLY } else { 0 };
        add(*class, (weight + early).saturating_sub(less));
        less = (less + 1).min(WORD - 2);
    }
    if known.is_none() && quotes_debug(message) && occurrence.language == Language::Rust {
        add(ErrorUnwrapped, UNWRAPPED);
    }
}

/// Where a text has a word: from its beginning on, and a short one up to its end.
fn word_at(text: &str, word: &str) -> Option<usize> {
    let found = text.match_indices(word).find(|(at, _)| {
        let begins = !word.starts_with(char::is_alphanumeric) || !text[..*at].ends_with(char::is_alphanumeric);
        let tail = &text[at + word.len()..];
        let ends = word.len() > SHORT_WORD_MAX || !tail.trim_start_matches('s').starts_with(char::is_alphanumeric);
        begins && ends
    });
    found.map(|(at, _)| at)
}

/// Classes whose messages quote something that may tell more.
fn quotes_an_error(class: CauseClass) -> bool {
    matches!(class, ErrorUnwrapped | RaisedOnPurpose)
}

/// `could not open: Os { code: 2, … }`, as `expect` writes it.
fn quotes_debug(message: &str) -> bool {
    message.split_once(": ").is_some_and(|(_, rest)| {
        let name = rest.split([' ', '(', '{']).next().unwrap_or("");
        name.starts_with(char::is_uppercase)
            && rest.len() > name.len()
            && rest[name.len()..].trim_start().starts_with(['(', '{'])
    })
}

fn is_far_address(signal: &str) -> bool {
    let address = signal.split_once("addr=0x").map(|(_, rest)| rest.split(' ').next().unwrap_or(rest));
    address.is_some_and(|hex| hex.len() > 5)
}

fn by_functions(occurrence: &Occurrence, add: &mut impl FnMut(CauseClass, u32)) {
    let near = occurrence.frames.iter().take(12);
    for frame in near {
        for (class, parts) in FUNCTIONS {
            if parts.split('|').any(|part| frame.function.contains(part)) {
                add(*class, FUNCTION);
                return;
            }
        }
    }
}
