//! Why a history cannot be judged: the file, the line, and what is wrong there.

use super::kind::HistoryModel;
use crate::experiment::Suggestion;
use std::fmt;
use std::io;

/// A history that cannot be judged. Prints as `FILE:LINE: ` and what is wrong, in one line.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}: {problem}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct HistoryError {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1, if it is about one.
    pub line: Option<u32>,
    /// What is wrong.
    pub problem: Box<HistoryProblem>,
}

/// What is wrong with a history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryProblem {
    /// It could not be read.
    #[error("it cannot be read: {0}")]
    Unreadable(io::Error),
    /// There is no operation in it.
    #[error("there is no operation in it")]
    Empty,
    /// The first line is in no known form.
    #[error("neither a JSON object, nor an EDN map, nor a line of a Jepsen log: `{0}`")]
    NoKnownForm(String),
    /// A line is longer than any event.
    #[error("the line is longer than {0} bytes")]
    LineTooLong(usize),
    /// There are more lines than can be told apart.
    #[error("there are more than {0} lines")]
    TooManyLines(u32),
    /// A line is no text.
    #[error("the line is not UTF-8")]
    NoText,
    /// A line is not what its form asks for.
    #[error("{0}")]
    Malformed(String),
    /// Something is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A kind that does not exist.
    #[error("`{0}` is no kind of event; known: `invoke`, `ok`, `fail`, `info`")]
    UnknownKind(String),
    /// An operation that no model has.
    #[error("no operation `{name}` in model {}{suggestion}", .model.name())]
    UnknownOperation {
        /// Its name.
        name: String,
        /// The model.
        model: HistoryModel,
        /// What may have been meant.
        suggestion: Suggestion,
    },
    /// An operation of another model.
    #[error("`{name}` is an operation of model {other}, and this history is checked as {}; one history has one model", .model.name())]
    OtherModel {
        /// Its name.
        name: String,
        /// The model.
        model: HistoryModel,
        /// The models that have it.
        other: String,
    },
    /// An answer to what was not asked.
    #[error("process {process} is answered, but has asked nothing")]
    NotAsked {
        /// The process.
        process: String,
    },
    /// A question while another is open.
    #[error("process {process} asks, but waits for the answer to what it asked in line {open}")]
    StillOpen {
        /// The process.
        process: String,
        /// Where it asked before.
        open: u32,
    },
    /// An answer to something else.
    #[error("process {process} is answered {what} `{answered}`, but asked {what} `{asked}` in line {open}")]
    OtherAnswer {
        /// The process.
        process: String,
        /// Whether the operation or the key differs.
        what: &'static str,
        /// What was answered.
        answered: String,
        /// What was asked.
        asked: String,
        /// Where it was asked.
        open: u32,
    },
    /// An argument of another form.
    #[error("the argument of `{name}` is {form}, not `{given}`")]
    Argument {
        /// The operation.
        name: String,
        /// What it has to be.
        form: &'static str,
        /// What it is.
        given: String,
    },
    /// An answer of another form.
    #[error("the answer of `{name}` is {form}, not {given}")]
    Answer {
        /// The operation.
        name: String,
        /// What it has to be.
        form: &'static str,
        /// What it is.
        given: String,
    },
}

impl HistoryProblem {
    /// An operation that the model does not have.
    pub(super) fn unknown(name: &str, model: HistoryModel) -> Self {
        let name = name.to_owned();
        let others = HistoryModel::ALL.into_iter().filter(|other| other.operation(&name).is_some());
        let other = others.map(HistoryModel::name).collect::<Vec<_>>().join(", ");
        if !other.is_empty() {
            return Self::OtherModel { name, model, other };
        }
        let known = model.operations().iter().flat_map(|operation| operation.names);
        let suggestion = Suggestion::new(&name, known);
        Self::UnknownOperation { name, model, suggestion }
    }
}

/// A text from a file, short enough for a message, and harmless to a terminal.
pub(super) fn quoted(text: &str) -> impl fmt::Display {
    const CHARACTERS_MAX: usize = 60;
    squall_model::text::cut(&squall_model::text::harmless(text), CHARACTERS_MAX)
}
