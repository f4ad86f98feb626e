//! Writes operations as the lines that a reader of histories takes: what was asked and answered, in the order of events.

use super::kind::HistoryModel;
use super::record::Record;
use super::value::{Value, Values};
use serde_json::{Map, json};

/// The lines of a few operations, each a JSON object.
#[must_use]
pub(super) fn ndjson(model: HistoryModel, records: &[Record], values: &Values) -> String {
    let mut lines: Vec<(u32, String)> = Vec::new();
    for record in records {
        lines.push((record.invocation, line(model, record, values, true)));
        if record.is_answered() {
            lines.push((record.response, line(model, record, values, false)));
        }
    }
    lines.sort_unstable();
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

fn line(model: HistoryModel, record: &Record, values: &Values, asks: bool) -> String {
    let json = |value: Value| serde_json::from_str(&values.shown(value)).unwrap_or(serde_json::Value::Null);
    let known = model.operations().iter().find(|operation| operation.verb == record.verb);
    let mut event = Map::new();
    event.insert("process".to_owned(), json(record.process));
    event.insert("kind".to_owned(), json!(if asks { "invoke" } else { "ok" }));
    event.insert("op".to_owned(), json!(known.map_or("", |operation| operation.names[0])));
    event.insert("key".to_owned(), json(record.key));
    if asks && record.argument != Value::NULL {
        event.insert("value".to_owned(), json(record.argument));
    }
    if let (false, Some(answer)) = (asks, record.answer) {
        event.insert("value".to_owned(), json(answer));
    }
    if let (false, Some(applied)) = (asks, record.applied) {
        event.insert("applied".to_owned(), json!(applied));
    }
    serde_json::Value::Object(event).to_string()
}
