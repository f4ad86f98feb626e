//! Reads an event from Jepsen's forms: an EDN map (`{:process 0, :type :invoke, :f :read, :value nil}`), or a line of its log
//! (`INFO  jepsen.util - 3 :invoke :write 4`, with tabs). Hands it to the assembly.

use super::assembly::{Assembly, Event, Kind};
use crate::history::error::{HistoryProblem, quoted};
use crate::history::kind::{HistoryModel, Verb};
use crate::history::value::{Value, Values};

/// What a log's line of an operation has.
pub(super) const LOG_MARK: &str = "jepsen.util";
/// Deeper values are refused, because each level takes a frame of the stack.
const DEPTH_MAX: usize = 64;

/// Reads a line with an EDN map. A history may also be one vector of maps, a map a line.
pub(super) fn event(line: &str, number: u32, assembly: &mut Assembly) -> Result<(), HistoryProblem> {
    let line = line.trim_start_matches(['[', '(', ' ', ',']);
    let map = line.trim_end_matches([']', ')', ' ', ',']);
    if map.is_empty() {
        return Ok(());
    }
    let mut scanner = Scanner { text: map, at: 0 };
    let fields = scanner.fields(&mut assembly.values).filter(|_| scanner.is_at_end());
    let Some(fields) = fields else {
        return Err(HistoryProblem::Malformed(format!("the line is no EDN map: `{}`", quoted(line))));
    };
    add(&fields, number, assembly)
}

/// Reads a line of a log; lines that tell of no operation are passed over.
pub(super) fn log_event(line: &str, number: u32, assembly: &mut Assembly) -> Result<(), HistoryProblem> {
    let Some((_, rest)) = line.split_once(LOG_MARK) else { return Ok(()) };
    let rest = rest.trim_start_matches([' ', '-', ':', '\t']);
    let mut scanner = Scanner { text: rest, at: 0 };
    let Some(process) = scanner.form(&mut assembly.values, DEPTH_MAX) else { return Ok(()) };
    if process.as_whole().is_none() {
        return Ok(());
    }
    let read = (|| {
        let kind = scanner.keyword()?;
        let operation = scanner.keyword()?;
        let value = scanner.form(&mut assembly.values, DEPTH_MAX)?;
        Some((kind, operation, value))
    })();
    let Some((kind, operation, value)) = read else {
        let what = format!("the line is no `process :kind :operation value`: `{}`", quoted(rest));
        return Err(HistoryProblem::Malformed(what));
    };
    let fields = Fields {
        process: Some(process),
        kind: Some(kind),
        operation: Some(operation),
        value: Some(value),
        ..Fields::default()
    };
    add(&fields, number, assembly)
}

/// What a map says.
#[derive(Default)]
struct Fields<'a> {
    process: Option<Value>,
    is_nemesis: bool,
    kind: Option<&'a str>,
    operation: Option<&'a str>,
    key: Option<Value>,
    value: Option<Value>,
    applied: Option<bool>,
}

fn add(fields: &Fields<'_>, number: u32, assembly: &mut Assembly) -> Result<(), HistoryProblem> {
    if fields.is_nemesis {
        return Ok(());
    }
    let process = fields.process.ok_or(HistoryProblem::Missing(":process"))?;
    let kind = Kind::named(fields.kind.ok_or(HistoryProblem::Missing(":type"))?)?;
    let (key, value) = match (fields.key, fields.value) {
        (None, Some(value)) => independent(value, fields.operation, assembly),
        given => given,
    };
    assembly.add(&Event { process, kind, operation: fields.operation, key, value, applied: fields.applied }, number)
}

/// The key and the value of a register among many, which Jepsen writes as `[key value]`.
fn independent(value: Value, operation: Option<&str>, assembly: &Assembly) -> (Option<Value>, Option<Value>) {
    let model = assembly.model();
    let registers = matches!(model, HistoryModel::Register | HistoryModel::CasRegister);
    let verb = operation.and_then(|name| model.operation(name)).map(|operation| operation.verb);
    match assembly.values.as_pair(value).filter(|_| registers) {
        Some((key, inner)) if verb != Some(Verb::CompareAndSwap) || assembly.values.as_pair(inner).is_some() => {
            (Some(key), Some(inner))
        }
        _ => (None, Some(value)),
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn fields(&mut self, values: &mut Values) -> Option<Fields<'a>> {
        self.tag();
        let mut fields = Fields::default();
        self.expect(b'{')?;
        while !self.accept(b'}') {
            match self.keyword()? {
                "process" => {
                    self.space();
                    fields.is_nemesis = self.text[self.at..].starts_with(":nemesis");
                    fields.process = Some(self.form(values, DEPTH_MAX)?);
                }
                "type" | "kind" => fields.kind = Some(self.keyword()?),
                "f" | "op" => fields.operation = Some(self.keyword()?),
                "key" => fields.key = Some(self.form(values, DEPTH_MAX)?),
                "value" => fields.value = Some(self.form(values, DEPTH_MAX)?),
                "applied" => fields.applied = Some(self.form(values, DEPTH_MAX)?.as_truth()?),
                _ => {
                    self.form(&mut Values::default(), DEPTH_MAX)?;
                }
            }
        }
        Some(fields)
    }

    /// Any form. Keywords and symbols are texts, sets are lists, and tags are passed over.
    fn form(&mut self, values: &mut Values, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        self.tag();
        match self.byte()? {
            b'"' => {
                let text = self.text()?;
                Some(values.text(&text))
            }
            b'[' => self.list(b'[', b']', values, depth),
            b'(' => self.list(b'(', b')', values, depth),
            b'{' => self.list(b'{', b'}', values, depth),
            b'#' => {
                self.at += 1;
                self.list(b'{', b'}', values, depth)
            }
            b':' => {
                let word = self.keyword()?;
                Some(values.text(word))
            }
            _ => {
                let word = self.word()?;
                Some(match word {
                    "nil" => Value::NULL,
                    "true" => Value::TRUE,
                    "false" => Value::FALSE,
                    _ => match word.strip_suffix('N').unwrap_or(word).parse().ok().and_then(Value::whole) {
                        Some(whole) => whole,
                        None => values.other(word),
                    },
                })
            }
        }
    }

    fn list(&mut self, open: u8, close: u8, values: &mut Values, depth: usize) -> Option<Value> {
        self.expect(open)?;
        let mut list = Vec::new();
        while !self.accept(close) {
            list.push(self.form(values, depth)?);
        }
        Some(values.list(&list))
    }

    /// A text in quotes, with its escapes resolved.
    fn text(&mut self) -> Option<String> {
        let mut characters = self.text[self.at..].char_indices().skip(1);
        let mut text = String::new();
        while let Some((place, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += place + 1;
                    return Some(text);
                }
                '\\' => text.push(match characters.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                }),
                other => text.push(other),
            }
        }
        None
    }

    fn keyword(&mut self) -> Option<&'a str> {
        self.expect(b':')?;
        self.word()
    }

    fn word(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let length = rest.find([' ', '\t', ',', '[', ']', '{', '}', '(', ')', '"']).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    /// Passes over tags, such as `#jepsen.history.Op`.
    fn tag(&mut self) {
        self.space();
        let bytes = self.text.as_bytes();
        while self.byte() == Some(b'#') && bytes.get(self.at + 1).is_some_and(u8::is_ascii_alphabetic) {
            self.at += 1;
            let _ = self.word();
            self.space();
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.byte().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b',')) {
            self.at += 1;
        }
    }

    fn accept(&mut self, byte: u8) -> bool {
        self.space();
        let is_there = self.byte() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.accept(byte).then_some(())
    }

    fn is_at_end(&mut self) -> bool {
        self.space();
        self.at == self.text.len()
    }
}
