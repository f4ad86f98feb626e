//! Takes an experiment's tree, hands on typed values. An error keeps the path to where it arose and what was expected
//! there as data, which the YAML library's own errors do not.

use super::node::{Node, grouped_number, shortened};
use super::objection::{Objection, Spot};
use super::path::{NodePath, Part, Segment};
use super::problem::Problem;
use super::suggestion::Suggestion;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt;

/// Reads a tree as a value of some type.
pub(super) fn read<T: DeserializeOwned>(node: &Node) -> Result<T, Objection> {
    T::deserialize(Reader(node)).map_err(ReadError::into_objection)
}

/// An error on its way up the tree: each collection adds its step to the path.
#[derive(Debug)]
struct ReadError {
    steps_upward: Vec<Segment>,
    part: Option<Part>,
    problem: Box<Problem>,
}

impl ReadError {
    fn new(problem: Problem) -> Self {
        Self { steps_upward: Vec::new(), part: None, problem: Box::new(problem) }
    }

    fn at(mut self, step: Segment, part: Part) -> Self {
        self.steps_upward.push(step);
        self.part.get_or_insert(part);
        self
    }

    fn into_objection(mut self) -> Objection {
        self.steps_upward.reverse();
        let path = NodePath(self.steps_upward);
        let part = self.part.unwrap_or(Part::Value);
        let (problem, part) = with_names(*self.problem, &path, part);
        Objection { spot: Spot::Node(path, part), problem: Box::new(problem) }
    }
}

/// Completes a problem with what only its path tells: what kind of name is unknown, and which map lacks a key.
fn with_names(problem: Problem, path: &NodePath, part: Part) -> (Problem, Part) {
    match problem {
        Problem::UnknownName { what, name, suggestion, .. } => {
            let kind = kind_of_name(path, part).unwrap_or(what);
            let within = if kind == "key" { path.parent().last_key().map(str::to_owned) } else { None };
            (Problem::UnknownName { what: kind, name, within, suggestion }, part)
        }
        Problem::MissingKey { key, .. } => {
            let part = if path.ends_in_key() { Part::Key } else { Part::Value };
            (Problem::MissingKey { within: path.last_key().map(str::to_owned), key }, part)
        }
        other => (other, part),
    }
}

/// What kind of name stands at a path, if it is none of a map's own keys.
fn kind_of_name(path: &NodePath, part: Part) -> Option<&'static str> {
    let holder = if part == Part::Key { path.parent() } else { path.clone() };
    match (holder.0.as_slice(), holder.last_key()) {
        ([Segment::Key(faults), Segment::Index(_)], _) if faults == "faults" => Some("fault"),
        ([Segment::Key(faults), ..], Some("delay")) if faults == "faults" => Some("kind of delay"),
        ([Segment::Key(faults), ..], Some("at")) if faults == "faults" => Some("place of a stall"),
        ([Segment::Key(key)], _) if key == "canary" => Some("symptom"),
        ([Segment::Key(key)], _) if key == "control" => Some("control policy"),
        _ => None,
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(formatter)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self::new(Problem::Unfit(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::WrongKind { found: describe(found), expected: in_words(&expected.to_string()) })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        let suggestion = Suggestion::new(name, known);
        Self::new(Problem::UnknownName { what: "key", name: shortened(name), within: None, suggestion })
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        let suggestion = Suggestion::new(name, known);
        Self::new(Problem::UnknownName { what: "value", name: shortened(name), within: None, suggestion })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Problem::MissingKey { within: None, key })
    }
}

fn describe(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(value) => format!("`{value}`"),
        Unexpected::Signed(value) => format!("`{value}`"),
        Unexpected::Float(value) => format!("`{value:?}`"),
        Unexpected::Str(text) => format!("`{}`", shortened(text)),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        other => other.to_string(),
    }
}

/// Serde's names of types in the words of someone who writes YAML.
fn in_words(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u64" | "i64" => "a whole number".to_owned(),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "f32" | "f64" => "a number".to_owned(),
        "a string" => "text (put it in quotes if it looks like a number)".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => "a list such as `[a, b]`".to_owned(),
        _ if expected.starts_with("struct ") => "a map of keys and values".to_owned(),
        _ if expected.starts_with("enum ") => "a name".to_owned(),
        _ => expected.to_owned(),
    }
}

/// Reads one node of the tree.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a Node);

impl<'de> Reader<'de> {
    fn wrong_kind<T>(self, expected: &dyn Expected) -> Result<T, ReadError> {
        let expected = in_words(&expected.to_string());
        Err(ReadError::new(Problem::WrongKind { found: self.0.describe(), expected }))
    }

    /// A number, also one whose digits are grouped (`10_000`), which YAML takes for text.
    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Node::Text(text) => match grouped_number(text) {
                Some(number) => visitor.visit_u64(number),
                None => self.wrong_kind(&visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }
}

macro_rules! read_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.number(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Unsigned(value) => visitor.visit_u64(*value),
            Node::Signed(value) => visitor.visit_i64(*value),
            Node::Float(value) => visitor.visit_f64(*value),
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(entries) => visitor.visit_seq(Entries { entries, index: 0 }),
            Node::Map(entries) => Pairs::visit(entries, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.0 {
            Node::Text(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            _ => self.wrong_kind(&visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    read_numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_f32 deserialize_f64
    }

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

/// The entries of a list.
struct Entries<'a> {
    entries: &'a [Node],
    index: usize,
}

impl<'de> SeqAccess<'de> for Entries<'de> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ReadError> {
        let Some(entry) = self.entries.get(self.index) else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Reader(entry)).map(Some).map_err(|error| error.at(Segment::Index(index), Part::Value))
    }
}

/// The entries of a map. `waiting` is the entry whose key was read and whose value was not.
struct Pairs<'a> {
    entries: &'a [(String, Node)],
    index: usize,
    waiting: Option<&'a (String, Node)>,
}

impl<'de> Pairs<'de> {
    /// An error that a visitor raises between a key and its value is about that key: a second key where only one may
    /// be.
    fn visit<V: Visitor<'de>>(entries: &'de [(String, Node)], visitor: V) -> Result<V::Value, ReadError> {
        let mut pairs = Self { entries, index: 0, waiting: None };
        let result = visitor.visit_map(&mut pairs);
        result.map_err(|error| match pairs.waiting {
            Some((key, _)) if error.part.is_none() => error.at(Segment::Key(key.clone()), Part::Key),
            _ => error,
        })
    }
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = ReadError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ReadError> {
        let Some(pair) = self.entries.get(self.index) else { return Ok(None) };
        self.index += 1;
        self.waiting = Some(pair);
        seed.deserialize(BorrowedStrDeserializer::new(&pair.0)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        let Some((key, value)) = self.waiting.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(Reader(value)).map_err(|error| error.at(Segment::Key(key.clone()), Part::Value))
    }
}
