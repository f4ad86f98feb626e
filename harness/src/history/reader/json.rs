//! Reads an event from a line of JSON: takes `{"process": 3, "kind": "ok", "op": "read", "key": "x", "value": 4}`, hands it
//! to the assembly. Written by hand, because a general reader builds a tree for each line that is then taken apart.

use super::assembly::{Assembly, Event, Kind};
use crate::history::error::HistoryProblem;
use crate::history::value::{Value, Values};

/// Deeper values are read by the general reader, which has a limit of its own.
const DEPTH_MAX: usize = 16;

/// Reads one line.
pub(super) fn event(line: &str, number: u32, assembly: &mut Assembly) -> Result<(), HistoryProblem> {
    let mut scanner = Scanner { text: line, at: 0 };
    match scanner.event(&mut assembly.values) {
        Some(Parts { process, kind, operation, key, value, applied }) => {
            let process = process.ok_or(HistoryProblem::Missing("process"))?;
            let kind = Kind::named(kind.ok_or(HistoryProblem::Missing("kind"))?)?;
            assembly.add(&Event { process, kind, operation, key, value, applied }, number)
        }
        None => Err(HistoryProblem::Malformed(reason(line))),
    }
}

/// Why a line is no event, in the words of the general reader if it is no JSON at all.
fn reason(line: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(line) {
        Err(error) => format!("the line is no JSON object: {error}"),
        Ok(serde_json::Value::Object(_)) => {
            "`kind` and `op` are texts without escapes, `applied` is true or false".to_owned()
        }
        Ok(_) => "the line is no JSON object".to_owned(),
    }
}

#[derive(Default)]
struct Parts<'a> {
    process: Option<Value>,
    kind: Option<&'a str>,
    operation: Option<&'a str>,
    key: Option<Value>,
    value: Option<Value>,
    applied: Option<bool>,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn event(&mut self, values: &mut Values) -> Option<Parts<'a>> {
        let mut parts = Parts::default();
        self.expect(b'{')?;
        if !self.accept(b'}') {
            loop {
                self.space();
                let name = self.plain_text()?;
                self.expect(b':')?;
                match name {
                    "process" => parts.process = Some(self.value(values, DEPTH_MAX)?),
                    "kind" | "type" => parts.kind = Some(self.spaced_text()?),
                    "op" | "f" => parts.operation = Some(self.spaced_text()?),
                    "key" => parts.key = Some(self.value(values, DEPTH_MAX)?),
                    "value" => parts.value = Some(self.value(values, DEPTH_MAX)?),
                    "applied" => parts.applied = Some(self.value(values, DEPTH_MAX)?.as_truth()?),
                    // Anything else, such as the time, is the recorder's own; it is held against the grammar and forgotten.
                    _ => self.skip()?,
                }
                if !self.accept(b',') {
                    break;
                }
            }
            self.expect(b'}')?;
        }
        self.space();
        (self.at == self.text.len()).then_some(parts)
    }

    /// Passes over a value that nobody asks for, without keeping it.
    fn skip(&mut self) -> Option<()> {
        self.space();
        match self.byte()? {
            b'0'..=b'9' | b'-' => self.number().map(|_| ()),
            _ => self.general(&mut Values::default()).map(|_| ()),
        }
    }

    fn value(&mut self, values: &mut Values, depth: usize) -> Option<Value> {
        self.space();
        match self.byte()? {
            b'"' => {
                let start = self.at;
                match self.plain_text() {
                    Some(text) => Some(values.text(text)),
                    None => {
                        self.at = start;
                        self.general(values)
                    }
                }
            }
            b'[' if depth > 0 => self.list(values, depth),
            b'n' => self.word("null", Value::NULL),
            b't' => self.word("true", Value::TRUE),
            b'f' => self.word("false", Value::FALSE),
            b'0'..=b'9' | b'-' => {
                let text = self.number()?;
                let whole = text.parse().ok().and_then(Value::whole);
                Some(whole.unwrap_or_else(|| values.other(text)))
            }
            _ => self.general(values),
        }
    }

    fn list(&mut self, values: &mut Values, depth: usize) -> Option<Value> {
        self.expect(b'[')?;
        let mut list = Vec::new();
        if !self.accept(b']') {
            loop {
                list.push(self.value(values, depth - 1)?);
                if !self.accept(b',') {
                    break;
                }
            }
            self.expect(b']')?;
        }
        Some(values.list(&list))
    }

    /// A value by the general reader.
    fn general(&mut self, values: &mut Values) -> Option<Value> {
        let mut stream = serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter::<serde_json::Value>();
        let json = stream.next()?.ok()?;
        self.at += stream.byte_offset();
        Some(values.json(&json))
    }

    /// A number as the grammar of JSON has it.
    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.accept_here(b'-');
        let digits = self.digits()?;
        if digits > 1 && self.text.as_bytes()[self.at - digits] == b'0' {
            return None;
        }
        if self.accept_here(b'.') {
            self.digits()?;
        }
        if self.accept_here(b'e') || self.accept_here(b'E') {
            let _ = self.accept_here(b'+') || self.accept_here(b'-');
            self.digits()?;
        }
        Some(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(self.at - start)
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.text[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn spaced_text(&mut self) -> Option<&'a str> {
        self.space();
        self.plain_text()
    }

    /// A text without escapes.
    fn plain_text(&mut self) -> Option<&'a str> {
        if !self.accept_here(b'"') {
            return None;
        }
        let start = self.at;
        let bytes = self.text.as_bytes();
        let length = bytes[start..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
        self.at = start + length + 1;
        (bytes[start + length] == b'"').then(|| &self.text[start..start + length])
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.byte().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn accept_here(&mut self, byte: u8) -> bool {
        let is_there = self.byte() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn accept(&mut self, byte: u8) -> bool {
        self.space();
        self.accept_here(byte)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.accept(byte).then_some(())
    }
}
