//! An operation in words, for tables and drawings: short, and harmless to a terminal.

use super::kind::{Answer, Argument, HistoryModel};
use super::record::Record;
use super::value::{Value, Values};
use squall_model::text::{cut, harmless};

/// A longer value is cut.
const CHARACTERS_MAX: usize = 24;

/// What was asked.
pub(super) fn question(model: HistoryModel, record: &Record, values: &Values) -> String {
    let known = model.operations().iter().find(|operation| operation.verb == record.verb);
    let name = known.map_or("", |operation| operation.names[0]);
    match known.map(|operation| operation.argument) {
        None | Some(Argument::Nothing) => name.to_owned(),
        Some(_) => format!("{name} {}", shown(record.argument, values)),
    }
}

/// What was answered; `None` if nothing was.
pub(super) fn answer(model: HistoryModel, record: &Record, values: &Values) -> Option<String> {
    let known = model.operations().iter().find(|operation| operation.verb == record.verb);
    let refusal = matches!(known.map(|operation| operation.answer), Some(Answer::Applied | Answer::Before));
    match (record.answer, record.applied) {
        _ if !record.is_answered() => None,
        (Some(answer), _) => Some(shown(answer, values)),
        (None, Some(false)) if refusal => Some("refused".to_owned()),
        (None, Some(applied)) if !refusal => Some(applied.to_string()),
        (None, _) => Some("done".to_owned()),
    }
}

/// A value, short.
pub(super) fn shown(value: Value, values: &Values) -> String {
    cut(&harmless(&values.shown(value)), CHARACTERS_MAX)
}
