//! Goes through a file line by line: takes bytes, hands on the history, or the first line that is wrong.

use super::assembly::Assembly;
use super::{edn, json};
use crate::history::error::{HistoryError, HistoryProblem, quoted};
use crate::history::kind::HistoryModel;
use crate::history::record::{History, NEVER};
use std::io::{BufRead, Read};

/// A longer line is no event; reading it would take memory without limit.
const LINE_BYTES_MAX: usize = 64 << 20;

/// The forms in which histories are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// An object a line.
    Json,
    /// An EDN map a line.
    Edn,
    /// A line of Jepsen's log, with tabs between process, kind, operation and value.
    Log,
}

impl Form {
    /// The form that a history begins in.
    fn of(line: &str) -> Option<Self> {
        let trimmed = line.trim_start_matches(['[', '(', ' ']);
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Some(Self::Edn);
        }
        if let Some(inside) = trimmed.strip_prefix('{') {
            return Some(if inside.trim_start().starts_with(':') { Self::Edn } else { Self::Json });
        }
        line.contains(edn::LOG_MARK).then_some(Self::Log)
    }
}

/// Reads a history; `name` is the file's in messages.
///
/// # Errors
/// If it cannot be read or is wrong, with the line.
pub fn read(name: &str, input: &mut dyn BufRead, model: HistoryModel) -> Result<History, HistoryError> {
    let mut number = 0_u32;
    let mut assembly = Assembly::new(model);
    let gone = lines(input, &mut number, &mut assembly);
    let whole = gone.map_err(|problem| (Some(number).filter(|number| *number > 0), problem)).and_then(|()| {
        let history = assembly.finish();
        if history.records.is_empty() { Err((None, HistoryProblem::Empty)) } else { Ok(history) }
    });
    whole.map_err(|(line, problem)| HistoryError { file: name.to_owned(), line, problem: Box::new(problem) })
}

fn lines(input: &mut dyn BufRead, number: &mut u32, assembly: &mut Assembly) -> Result<(), HistoryProblem> {
    let mut form = None;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let limit = LINE_BYTES_MAX as u64 + 1;
        let got = Read::take(&mut *input, limit).read_until(b'\n', &mut bytes).map_err(HistoryProblem::Unreadable)?;
        if got == 0 {
            return Ok(());
        }
        *number += 1;
        if *number == NEVER {
            return Err(HistoryProblem::TooManyLines(NEVER - 1));
        }
        if got > LINE_BYTES_MAX {
            return Err(HistoryProblem::LineTooLong(LINE_BYTES_MAX));
        }
        let line = std::str::from_utf8(&bytes).map_err(|_| HistoryProblem::NoText)?;
        let line = line.trim_matches(|character: char| character.is_ascii_whitespace());
        if line.is_empty() {
            continue;
        }
        let known = match form {
            Some(form) => form,
            None => *form.insert(Form::of(line).ok_or_else(|| HistoryProblem::NoKnownForm(quoted(line).to_string()))?),
        };
        match known {
            Form::Json => json::event(line, *number, assembly)?,
            Form::Edn => edn::event(line, *number, assembly)?,
            Form::Log => edn::log_event(line, *number, assembly)?,
        }
    }
}
