//! Takes a line that is a JSON object, hands on the probe's report that it is, or the text that a logger put into it.

use super::go_frame::{goroutine_header, place_line};
use super::place::whole_place;
use serde_json::{Map, Value};
use squall_model::PanicReport;

/// What a JSON object of a log holds.
#[derive(Debug)]
pub(super) enum Record {
    /// A report of the probe's panic hook.
    Report(Box<PanicReport>),
    /// Text, a line each.
    Lines(Vec<String>),
}

/// Objects in objects are looked at so deep.
const DEPTH_MAX: usize = 4;
const MESSAGES: [&str; 7] = ["message", "msg", "MESSAGE", "log", "text", "short_message", "event"];
const ERRORS: [&str; 15] = [
    "error",
    "err",
    "panic",
    "panicValue",
    "panic_value",
    "panic.payload",
    "payload",
    "reason",
    "exception",
    "recover",
    "recovered",
    "cause",
    "r",
    "panic_message",
    "errorVerbose",
];
const STACKS: [&str; 10] = [
    "stack",
    "stacktrace",
    "stackTrace",
    "stack_trace",
    "backtrace",
    "panic.backtrace",
    "trace",
    "callstack",
    "full_message",
    "panic_stack",
];
const PLACES: [&str; 5] = ["location", "panic.location", "panic_location", "file_line", "panic.file"];

/// The object that the line is, or that it ends with, read as a record.
pub(super) fn record(line: &str) -> Option<Record> {
    let start = line.find('{')?;
    let object = line[start..].trim_end();
    if !object.ends_with('}') {
        return None;
    }
    let Ok(Value::Object(object)) = serde_json::from_str::<Value>(object) else { return None };
    if object.contains_key("message") && (object.contains_key("can_unwind") || object.contains_key("injected")) {
        return serde_json::from_value(Value::Object(object)).ok().map(|report| Record::Report(Box::new(report)));
    }
    Some(Record::Lines(lines(&line[..start], &object)))
}

/// The texts of a record, each with what its name makes of it.
#[derive(Debug, Default)]
struct Texts<'a> {
    message: Option<&'a str>,
    error: Option<&'a str>,
    stack: Option<String>,
    place: Option<&'a str>,
    level: &'a str,
    others: Vec<&'a str>,
}

fn lines(before: &str, object: &Map<String, Value>) -> Vec<String> {
    let mut texts = Texts::default();
    texts.collect(object, 0);
    let message = texts.message.unwrap_or(before.trim());
    let error = texts.error.filter(|error| !message.contains(*error));
    let mut lines = Vec::new();
    if let Some(place) = texts.place.filter(|place| whole_place(place).is_some_and(|place| place.file.ends_with(".rs")))
    {
        lines.push(format!("panicked at {place}:"));
        lines.extend(error.unwrap_or(message).lines().map(str::to_owned));
        lines.push("note: the place was told apart".to_owned());
    } else {
        let head = error.map_or_else(|| message.to_owned(), |error| format!("{message}: {error}"));
        let is_panic = ["panic", "dpanic"].contains(&texts.level.to_ascii_lowercase().as_str());
        let head = if is_panic && !head.contains("panic") { format!("panic: {head}") } else { head };
        lines.extend(head.lines().map(str::to_owned));
    }
    for other in texts.others.iter().filter(|other| other.contains('\n')) {
        lines.extend(other.lines().map(str::to_owned));
    }
    lines.extend(texts.stack.iter().flat_map(|stack| stack_lines(stack)));
    lines
}

/// The lines of a stack. Some loggers write Go's without the goroutine and without arguments; those are put back.
fn stack_lines(stack: &str) -> Vec<String> {
    let is_bare = goroutine_header(stack.lines().next().unwrap_or("")).is_none()
        && stack.lines().nth(1).and_then(place_line).is_some();
    if !is_bare {
        return stack.lines().map(str::to_owned).collect();
    }
    let calls = stack.lines().map(|line| {
        let is_name = !line.starts_with(char::is_whitespace) && !line.ends_with(')');
        if is_name { format!("{line}()") } else { line.to_owned() }
    });
    std::iter::once("goroutine 0 [running]:".to_owned()).chain(calls).collect()
}

impl<'a> Texts<'a> {
    fn collect(&mut self, object: &'a Map<String, Value>, depth: usize) {
        for (name, value) in object {
            match value {
                Value::String(text) => self.sort_in(name, text),
                Value::Array(parts) if STACKS.contains(&name.as_str()) => {
                    let parts: Vec<_> = parts.iter().filter_map(Value::as_str).collect();
                    self.stack.get_or_insert(parts.join("\n"));
                }
                Value::Object(inner) if depth < DEPTH_MAX => self.collect(inner, depth + 1),
                _ => {}
            }
        }
    }

    fn sort_in(&mut self, name: &str, text: &'a str) {
        match name {
            _ if MESSAGES.contains(&name) => self.message = self.message.or(Some(text)),
            _ if ERRORS.contains(&name) => self.error = self.error.or(Some(text)),
            _ if STACKS.contains(&name) => self.stack = self.stack.take().or_else(|| Some(text.to_owned())),
            _ if PLACES.contains(&name) => self.place = self.place.or(Some(text)),
            "level" | "severity" | "lvl" => self.level = text,
            _ => self.others.push(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(line: &str) -> Vec<String> {
        match record(line) {
            Some(Record::Lines(lines)) => lines,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_loggers_put_into_objects_becomes_lines_again() {
        assert_eq!(lines_of(r#"{"log":"\tmain.f()\n","stream":"stderr"}"#), ["\tmain.f()"]);
        let zap = r#"2026 ERROR recovered a panic {"error": "runtime error: boom", "stacktrace": "main.f\n\t/x.go:1"}"#;
        assert_eq!(
            lines_of(zap),
            ["2026 ERROR recovered a panic: runtime error: boom", "goroutine 0 [running]:", "main.f()", "\t/x.go:1"]
        );
        let tracing = r#"{"level":"ERROR","fields":{"message":"a panic occurred","panic.payload":"boom","panic.location":"src/x.rs:1:2"}}"#;
        assert_eq!(lines_of(tracing)[..2], ["panicked at src/x.rs:1:2:", "boom"]);
    }

    #[test]
    fn a_report_of_the_probe_is_known_by_its_fields() {
        let report = PanicReport { message: "boom".to_owned(), ..PanicReport::default() };
        let line = serde_json::to_string(&report).unwrap();
        assert!(matches!(record(&line), Some(Record::Report(read)) if *read == report));
        assert!(record("{ not json }").is_none() && record("no object").is_none());
    }
}
