//! Takes an experiment's text, hands on its tree, and finds the place of any key or value in it. The only file that
//! knows the YAML library.
//!
//! The library tells the line and column of an error that a visitor raises, but of nothing else. So a place is found by
//! reading the text once more with a seed that walks along the path and raises an error at the wanted key or value.

use super::location::Location;
use super::node::{Node, shortened};
use super::objection::{Objection, Spot};
use super::path::{NodePath, Part, Segment};
use super::problem::Problem;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;

/// The most values of one experiment, aliases unfolded: a hundred times those of a large one, and few enough that a
/// bomb of aliases is refused in milliseconds.
pub(super) const VALUES_MAX: usize = 65_536;
/// The most opening brackets of one experiment: the YAML parser takes time in proportion to the square of their nesting.
pub(super) const BRACKETS_MAX: usize = 8_192;

/// Reads a text as a tree.
pub(super) fn parse(text: &str) -> Result<Node, Objection> {
    refuse_many_brackets(text)?;
    let context = Context { values_left: Cell::new(VALUES_MAX), problem: RefCell::new(None) };
    let node = NodeSeed(&context).deserialize(serde_yaml::Deserializer::from_str(text));
    match node {
        Ok(Node::Null) if text.trim().is_empty() => Err(Objection::to_text(Location::at(text, 0), Problem::Empty)),
        Ok(Node::Null) if only_comments(text) => Err(Objection::to_text(Location::at(text, 0), Problem::OnlyComments)),
        Ok(node) => Ok(node),
        Err(error) => Err(objection(text, &error, context.problem.into_inner())),
    }
}

/// Finds the key or value at a path; `None` if the text has no such path.
pub(super) fn locate(text: &str, path: &NodePath, part: Part) -> Option<Location> {
    let result = Walker { path: &path.0, part }.deserialize(serde_yaml::Deserializer::from_str(text));
    let error = result.err()?;
    let found = error.to_string().contains(FOUND);
    found.then(|| Location::at(text, error.location().map_or(0, |location| location.index())))
}

fn refuse_many_brackets(text: &str) -> Result<(), Objection> {
    let mut brackets = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'{'));
    match brackets.nth(BRACKETS_MAX) {
        None => Ok(()),
        Some((offset, _)) => Err(Objection::to_text(Location::with_length(text, offset, 1), Problem::TooManyBrackets)),
    }
}

fn only_comments(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#') || line == "---" || line == "...")
}

/// What is noted while a text is read, besides the library's own error.
struct Context {
    values_left: Cell<usize>,
    problem: RefCell<Option<Problem>>,
}

impl Context {
    /// Notes a problem and ends the reading where it is.
    fn refuse<E: Error>(&self, problem: Problem) -> E {
        let error = E::custom(&problem);
        *self.problem.borrow_mut() = Some(problem);
        error
    }
}

/// Reads any value.
#[derive(Clone, Copy)]
struct NodeSeed<'a>(&'a Context);

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        match self.0.values_left.get().checked_sub(1) {
            None => Err(self.0.refuse(Problem::TooManyValues)),
            Some(left) => {
                self.0.values_left.set(left);
                deserializer.deserialize_any(self)
            }
        }
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Signed(value))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Float(value as f64))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Float(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = sequence.next_element_seed(self)? {
            entries.push(entry);
        }
        Ok(Node::List(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let (mut entries, mut seen) = (Vec::new(), HashSet::new());
        while let Some(key) = map.next_key_seed(KeySeed { context: self.0, seen: &mut seen })? {
            entries.push((key, map.next_value_seed(self)?));
        }
        Ok(Node::Map(entries))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (tag, _) = tagged.variant::<String>()?;
        Err(self.0.refuse(Problem::Tag { tag: shortened(&tag) }))
    }
}

/// What stands before a colon.
const KEY_EXPECTED: &str = "a key, which is text";

/// Reads a key, and refuses one that its map has already.
struct KeySeed<'a> {
    context: &'a Context,
    seen: &'a mut HashSet<String>,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(KEY_EXPECTED)
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        if self.seen.insert(key.to_owned()) {
            Ok(key.to_owned())
        } else {
            Err(self.context.refuse(Problem::DuplicateKey { key: shortened(key) }))
        }
    }
}

/// The message of the error that marks a found place.
const FOUND: &str = "the place that was looked for";

/// Walks along a path and raises an error at its end.
#[derive(Clone, Copy)]
struct Walker<'a> {
    path: &'a [Segment],
    part: Part,
}

impl<'de> DeserializeSeed<'de> for Walker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Walker<'_> {
    /// What a scalar is: the wanted value if the path ends here.
    fn scalar<E: Error>(self) -> Result<(), E> {
        if self.path.is_empty() { Err(E::custom(FOUND)) } else { Ok(()) }
    }
}

impl<'de> Visitor<'de> for Walker<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        self.scalar()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.path.split_first() else { return self.scalar() };
        let mut index = 0;
        loop {
            let wanted = *first == Segment::Index(index);
            let entry = if wanted {
                sequence.next_element_seed(Walker { path: rest, part: self.part })?
            } else {
                sequence.next_element::<IgnoredAny>()?.map(drop)
            };
            if entry.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((Segment::Key(key), rest)) = self.path.split_first() else { return self.scalar() };
        let raises = rest.is_empty() && self.part == Part::Key;
        while let Some(wanted) = map.next_key_seed(KeyWalker { key, raises })? {
            if wanted {
                map.next_value_seed(Walker { path: rest, part: self.part })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Compares a key with the wanted one, and raises the error there if the key itself is wanted.
struct KeyWalker<'a> {
    key: &'a str,
    raises: bool,
}

impl<'de> DeserializeSeed<'de> for KeyWalker<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyWalker<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        match key == self.key {
            true if self.raises => Err(E::custom(FOUND)),
            wanted => Ok(wanted),
        }
    }
}

/// Turns the library's error into one of ours; `noted` is what a seed of ours raised it for.
fn objection(text: &str, error: &serde_yaml::Error, noted: Option<Problem>) -> Objection {
    let location = error.location().map(|location| Location::at(text, location.index()));
    if let Some(problem) = noted {
        return Objection { spot: location.map_or(Spot::File, Spot::Text), problem: Box::new(problem) };
    }
    let message = error.to_string();
    let reason = without_places(&message);
    if reason.contains("more than one document") {
        return Objection::to_text(second_document(text), Problem::SeveralDocuments);
    }
    if reason.contains("repetition limit") {
        return Objection::to_text(first_alias(text), Problem::TooManyValues);
    }
    let location = location.unwrap_or_else(|| Location::at(text, text.len()));
    if reason.contains("recursion limit") {
        return Objection::to_text(location, Problem::TooDeep);
    }
    if reason.contains(KEY_EXPECTED) {
        let (found, expected) = ("a collection".to_owned(), KEY_EXPECTED.to_owned());
        return Objection::to_text(location, Problem::WrongKind { found, expected });
    }
    syntax_objection(text, location, &message)
}

/// Says what is no YAML. An unclosed quote is underlined where it opens, since it is noticed only at the file's end.
fn syntax_objection(text: &str, location: Location, message: &str) -> Objection {
    let reason = without_places(message);
    let opening = message.split_once(", while ").and_then(|(_, context)| place_in(text, context));
    let (location, hint) = match opening {
        Some(opening) if reason.contains("quoted scalar") => (opening, Some("the quote is not closed".to_owned())),
        Some(opening) if reason.contains("while parsing a flow") => {
            let Location { line, column, .. } = opening;
            (
                location,
                Some(format!("a comma is missing, or the bracket of line {line}, column {column} is not closed")),
            )
        }
        _ => (location, syntax_hint(text, location)),
    };
    Objection::to_text(location, Problem::Syntax { reason, hint })
}

/// The place that a message ends with, as `… at line 3 column 7`.
fn place_in(text: &str, message: &str) -> Option<Location> {
    let (_, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let (line, column) = (line.parse::<usize>().ok()?.checked_sub(1)?, column.parse::<usize>().ok()?.checked_sub(1)?);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let inside = text[start..].char_indices().nth(column).map_or(text.len() - start, |(index, _)| index);
    Some(Location::at(text, start + inside))
}

/// The library's message without the places in it, of which we print our own.
fn without_places(message: &str) -> String {
    let mut words = message.split(' ').peekable();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        let names_place = word == "at" && matches!(words.peek(), Some(&("line" | "position")));
        if !names_place {
            kept.push(word.to_owned());
            continue;
        }
        let skipped = if words.next() == Some("line") { words.nth(2) } else { words.next() };
        if let (Some(","), Some(last)) = (skipped.and_then(|number| number.get(number.len() - 1..)), kept.last_mut()) {
            last.push(',');
        }
    }
    kept.join(" ")
}

fn second_document(text: &str) -> Location {
    let mut has_content = false;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") && has_content {
            return Location::with_length(text, offset, 3);
        }
        has_content |= !only_comments(line) || line.starts_with("...");
        offset += line.len();
    }
    Location::at(text, 0)
}

fn first_alias(text: &str) -> Location {
    let follows_gap = |offset: usize| offset == 0 || b" \t\n[,".contains(&text.as_bytes()[offset - 1]);
    let alias = text.match_indices('*').find(|(offset, _)| follows_gap(*offset));
    Location::at(text, alias.map_or(0, |(offset, _)| offset))
}

/// How a line that is no YAML is probably meant.
fn syntax_hint(text: &str, location: Location) -> Option<String> {
    let line = text.lines().nth(location.line - 1)?;
    if line.starts_with('\t') || text[location.offset..].starts_with('\t') {
        return Some("indent with spaces, not with tabs".to_owned());
    }
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    let here = &text[location.offset..];
    let special = |value: &str| value.starts_with(['>', '|', '%', '@', '`', '*', '&', '!']);
    if special(here) {
        return Some(format!("put a value that begins with `{}` in quotes", &here[..1]));
    }
    special(value).then(|| format!("put the value in quotes: `\"{}\"`", shortened(value)))
}
