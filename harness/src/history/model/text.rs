//! A text under one key: get, put, append.
//!
//! Of the states only those are told apart that somebody saw the beginning of: a text that no answer begins with can never be
//! answered again before it is overwritten.

use super::{Operation, Sequential};
use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::value::{Value, Values};
use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// Looking for texts of more different lengths costs more than it saves.
const LENGTHS_MAX: usize = 16;

/// A text.
#[derive(Debug)]
pub(in crate::history) struct Text<'a> {
    values: &'a Values,
    /// What was seen, sorted, each once.
    seen: Vec<&'a str>,
    /// The appended texts that appear in nothing that was seen.
    unseen: HashSet<Value, FixedState>,
    has_puts: bool,
}

/// What a call says of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum TextCall {
    /// Nothing, and changes nothing.
    Anything,
    /// It was this one.
    Get(Value),
    /// It is this one now.
    Put(Value),
    /// This one was added at its end.
    Append(Value),
}

/// What the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum TextState {
    /// So many bytes of what was seen; of all that begin so, the first.
    Seen(u32, u32),
    /// Something that nobody saw the beginning of.
    Hidden,
}

/// What a record says of its text.
pub(in crate::history) fn text_call(record: &Record) -> TextCall {
    match (record.verb, record.answer) {
        (Verb::Put, _) => TextCall::Put(record.argument),
        (Verb::Append, _) => TextCall::Append(record.argument),
        (_, Some(seen)) => TextCall::Get(seen),
        (_, None) => TextCall::Anything,
    }
}

impl<'a> Text<'a> {
    /// The text of these operations.
    pub(in crate::history) fn of(operations: &[Operation<TextCall>], values: &'a Values) -> Self {
        let answers = operations.iter().filter_map(|operation| match operation.call {
            TextCall::Get(seen) => values.as_text(seen),
            _ => None,
        });
        let mut seen: Vec<&str> = answers.chain([""]).collect();
        seen.sort_unstable();
        seen.dedup();
        let appended: HashSet<Value, FixedState> = operations
            .iter()
            .filter_map(|operation| match operation.call {
                TextCall::Append(text) => Some(text),
                _ => None,
            })
            .collect();
        let unseen =
            unseen(&seen, appended.into_iter().map(|value| (value, values.as_text(value).unwrap_or_default())));
        let has_puts = operations.iter().any(|operation| matches!(operation.call, TextCall::Put(_)));
        Self { values, seen, unseen, has_puts }
    }

    fn of_value(&self, value: Value) -> &'a str {
        self.values.as_text(value).unwrap_or_default()
    }

    /// The state in which the text is `before` and then `more`.
    fn state(&self, before: &str, more: &str) -> TextState {
        let joined = |text: &&str| {
            let bytes = text.as_bytes();
            let head = &bytes[..bytes.len().min(before.len())];
            head.cmp(before.as_bytes()).then_with(|| bytes[head.len()..].cmp(more.as_bytes()))
        };
        let place = self.seen.partition_point(|text| joined(text).is_lt());
        match self.seen.get(place) {
            Some(text) if text.strip_prefix(before).is_some_and(|rest| rest.starts_with(more)) => {
                TextState::Seen(place as u32, (before.len() + more.len()) as u32)
            }
            _ => TextState::Hidden,
        }
    }

    fn text(&self, state: TextState) -> Option<&str> {
        match state {
            TextState::Seen(place, length) => Some(&self.seen[place as usize][..length as usize]),
            TextState::Hidden => None,
        }
    }
}

/// The texts that appear in nothing that was seen. All places of a length are hashed as the window moves on, so that the cost
/// is the length of what was seen, and not its product with the number of texts.
fn unseen<'a>(seen: &[&str], texts: impl Iterator<Item = (Value, &'a str)>) -> HashSet<Value, FixedState> {
    let mut left: Vec<(Value, &str)> = texts.filter(|(_, text)| !text.is_empty()).collect();
    left.sort_unstable_by_key(|(_, text)| text.len());
    // What begins another text adds no place to it.
    let whole = (0..seen.len()).filter(|place| seen.get(place + 1).is_none_or(|next| !next.starts_with(seen[*place])));
    let whole: Vec<&str> = whole.map(|place| seen[place]).collect();
    let mut unseen = HashSet::with_hasher(FixedState::default());
    for same_length in left.chunk_by(|left, right| left.1.len() == right.1.len()).take(LENGTHS_MAX) {
        let found = windows(&whole, same_length);
        unseen.extend(same_length.iter().filter(|(_, text)| !found.contains(text.as_bytes())).map(|(value, _)| *value));
    }
    unseen
}

/// Which of these texts of one length appear.
fn windows<'a>(whole: &[&str], texts: &[(Value, &'a str)]) -> HashSet<&'a [u8], FixedState> {
    let length = texts[0].1.len();
    let mut wanted = hashbrown::HashMap::<u64, Vec<&'a [u8]>, FixedState>::default();
    let roll = |bytes: &[u8]| bytes.iter().fold(0_u64, |hash, byte| rolled(hash, *byte));
    for (_, text) in texts {
        wanted.entry(roll(text.as_bytes())).or_default().push(text.as_bytes());
    }
    let leaving = (0..length).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
    let mut found = HashSet::with_hasher(FixedState::default());
    for text in whole.iter().map(|text| text.as_bytes()).filter(|text| text.len() >= length) {
        let mut here = roll(&text[..length]);
        for start in 0..=text.len() - length {
            if let Some(same) = wanted.get(&here) {
                found.extend(same.iter().filter(|wanted| ***wanted == text[start..start + length]));
            }
            if let Some(next) = text.get(start + length) {
                let gone = leaving.wrapping_mul(u64::from(text[start]) + 1);
                here = rolled(here, *next).wrapping_sub(gone);
            }
        }
    }
    found
}

/// The base of the rolling hash: odd, and far from the powers of two.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

const fn rolled(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(FACTOR).wrapping_add(byte as u64 + 1)
}

impl Sequential for Text<'_> {
    type State = TextState;
    type Call = TextCall;

    fn initial(&self) -> TextState {
        self.state("", "")
    }

    fn step(&self, state: &TextState, call: &TextCall, next: &mut Vec<TextState>) {
        match *call {
            TextCall::Anything | TextCall::Get(_) => next.extend(self.fits(state, call).then_some(*state)),
            TextCall::Put(text) => next.push(self.state("", self.of_value(text))),
            TextCall::Append(more) => {
                let before = self.text(*state);
                next.push(before.map_or(TextState::Hidden, |before| self.state(before, self.of_value(more))));
            }
        }
    }

    fn changes_nothing(&self, call: &TextCall) -> bool {
        matches!(call, TextCall::Anything | TextCall::Get(_))
    }

    fn fits(&self, state: &TextState, call: &TextCall) -> bool {
        match *call {
            TextCall::Get(seen) => self.text(*state).is_some_and(|text| text == self.of_value(seen)),
            TextCall::Anything => true,
            _ => false,
        }
    }

    /// Without puts a text only grows.
    fn may_lead(&self, state: &TextState, goal: &TextCall) -> bool {
        match *goal {
            TextCall::Get(seen) => {
                self.has_puts || self.text(*state).is_some_and(|text| self.of_value(seen).starts_with(text))
            }
            _ => true,
        }
    }

    fn overwrites(&self, call: &TextCall) -> bool {
        matches!(call, TextCall::Put(_))
    }

    /// A text that contains what no answer contains is no answer, nor is anything that is made of it by appending.
    fn is_hidden(&self, call: &TextCall) -> bool {
        match call {
            TextCall::Anything | TextCall::Get(_) => false,
            TextCall::Put(text) => self.state("", self.of_value(*text)) == TextState::Hidden,
            TextCall::Append(text) => self.unseen.contains(text),
        }
    }

    fn is_hidden_state(&self, state: &TextState) -> bool {
        *state == TextState::Hidden
    }
}
