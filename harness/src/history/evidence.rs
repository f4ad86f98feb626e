//! What the operations of a history say of values: which each may have put there, and which its answer tells of. Shrinking keeps
//! answers together with what they come from, and the names of anomalies follow from it.

use super::kind::{HistoryModel, Verb};
use super::record::Record;
use super::value::{Value, Values};
use foldhash::fast::FixedState;
use hashbrown::HashSet;

/// The value that an operation may have put there.
pub(super) fn given(record: &Record, values: &Values) -> Option<Value> {
    let refused = record.applied == Some(false);
    match record.verb {
        Verb::CompareAndSwap if !refused => values.as_pair(record.argument).map(|(_, new)| new),
        Verb::Write | Verb::Insert | Verb::Update | Verb::GetOrInsert | Verb::Set if !refused => Some(record.argument),
        Verb::Push | Verb::Append | Verb::Put | Verb::Publish if !refused => Some(record.argument),
        Verb::Acquire => record.answer,
        _ => None,
    }
}

/// The value that an answer says was there.
pub(super) fn told(record: &Record, values: &Values) -> Option<Value> {
    match record.verb {
        Verb::CompareAndSwap if record.applied == Some(true) => values.as_pair(record.argument).map(|(old, _)| old),
        Verb::Release => Some(record.argument),
        Verb::Append | Verb::Acquire | Verb::Length | Verb::FetchAdd => None,
        _ => record.answer,
    }
}

/// Whether an answer says that something was there, and not what.
fn tells_presence(record: &Record) -> bool {
    match record.verb {
        Verb::Contains | Verb::Remove | Verb::Update => record.applied == Some(true),
        Verb::Insert | Verb::Set => record.applied == Some(false),
        _ => false,
    }
}

/// Whether an operation, answered as it was, can have changed anything.
pub(super) fn changes(record: &Record) -> bool {
    let only_tells =
        matches!(record.verb, Verb::Read | Verb::Contains | Verb::Peek | Verb::At | Verb::Length | Verb::Iterate);
    !only_tells && record.applied != Some(false)
}

/// Whether an answer may contain what an operation put there: of texts, as a part.
pub(super) fn comes_from(model: HistoryModel, answer: &Record, origin: &Record, values: &Values) -> bool {
    if model != HistoryModel::Kv {
        let told = told(answer, values);
        return told.is_some() && told == given(origin, values);
    }
    let text = |value| values.as_text(value).unwrap_or_default();
    changes(origin) && answer.answer.is_some_and(|seen| text(seen).contains(text(origin.argument)))
}

/// More answers that are texts are not held against all that was appended.
const TEXTS_MAX: usize = 1_000;

/// What the answers of a whole history may come from. Without it, a history would be shrunk to a single answer whose origin was
/// taken away.
pub(super) struct Origins<'a> {
    model: HistoryModel,
    initial: Value,
    values: &'a Values,
    whole: &'a [Record],
    given: HashSet<Value, FixedState>,
    changes: usize,
}

impl<'a> Origins<'a> {
    /// The origins in a whole history.
    pub(super) fn of(model: HistoryModel, initial: Value, whole: &'a [Record], values: &'a Values) -> Self {
        let given = whole.iter().filter_map(|record| given(record, values)).collect();
        let changes = whole.iter().filter(|record| changes(record)).count();
        Self { model, initial, values, whole, given, changes }
    }

    /// Whether the answers of some of the operations come from operations among them, as far as they come from any.
    pub(super) fn are_kept_by(&self, records: &[Record]) -> bool {
        match self.model {
            // What an answer counts or lists comes from all changes.
            HistoryModel::Counter | HistoryModel::Log | HistoryModel::Iteration => {
                records.iter().filter(|record| changes(record)).count() == self.changes
            }
            HistoryModel::Kv if self.whole.len() > TEXTS_MAX && records.len() > TEXTS_MAX => false,
            HistoryModel::Kv => records.iter().filter(|record| record.answer.is_some()).all(|answer| {
                let is_origin = |origin: &&Record| comes_from(self.model, answer, origin, self.values);
                self.whole.iter().filter(is_origin).all(|origin| records.contains(origin))
            }),
            _ => {
                let there: HashSet<Value, FixedState> =
                    records.iter().filter_map(|record| given(record, self.values)).collect();
                let is_there = |value: Value| value == Value::NULL || value == self.initial || there.contains(&value);
                let mut tell_presence = records.iter().filter(|record| tells_presence(record));
                let none_was_there = |teller: &Record| {
                    let gives = |record: &&Record| *record != teller && given(record, self.values).is_some();
                    !records.iter().any(|record| gives(&record)) && self.whole.iter().any(|record| gives(&record))
                };
                if tell_presence.any(none_was_there) {
                    return false;
                }
                let mut told = records.iter().filter_map(|record| told(record, self.values));
                told.all(|value| is_there(value) || !self.given.contains(&value))
            }
        }
    }
}
