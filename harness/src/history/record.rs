//! One operation of a history as it was recorded, and the whole history: what readers hand on and the check takes.

use super::kind::{HistoryModel, Verb};
use super::value::{Value, Values};
use super::words;

/// A response that never came.
pub const NEVER: u32 = u32::MAX;

/// One operation: what was asked and answered, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Who asked.
    pub process: Value,
    /// Of which object.
    pub key: Value,
    /// What was asked.
    pub verb: Verb,
    /// With which argument; `null` if there is none.
    pub argument: Value,
    /// What was answered, if an answer came and said anything.
    pub answer: Option<Value>,
    /// Whether the answer says that it was done or refused.
    pub applied: Option<bool>,
    /// When it was asked: the line, whose order is the order of events.
    pub invocation: u32,
    /// When the answer came; [`NEVER`] if none came, so that it may take effect at any later time, or not at all.
    pub response: u32,
}

impl Record {
    /// Whether an answer came.
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        self.response != NEVER
    }

    /// Whether it had ended when the other one began.
    #[must_use]
    pub const fn is_before(&self, other: &Self) -> bool {
        self.response < other.invocation
    }

    /// The line that tells the operation's end, or else its beginning.
    #[must_use]
    pub const fn line(&self) -> u32 {
        if self.is_answered() { self.response } else { self.invocation }
    }
}

/// A history: operations on objects of one model.
#[derive(Debug)]
pub struct History {
    /// What the objects are.
    pub model: HistoryModel,
    /// The operations, in the order of their invocations. Those that certainly had no effect are left out.
    pub records: Vec<Record>,
    /// What the values stand for.
    pub values: Values,
}

impl History {
    /// What an operation was asked and, if it was answered, what it answered: in words, short, and harmless to a terminal.
    #[must_use]
    pub fn in_words(&self, record: &Record) -> (String, Option<String>) {
        (words::question(self.model, record, &self.values), words::answer(self.model, record, &self.values))
    }
}
