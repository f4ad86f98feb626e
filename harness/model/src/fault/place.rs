//! Where a stall holds threads, and how many of them.

use super::function_pattern::FunctionPattern;
use crate::one_key_map::{no_second_key, only_key};
use crate::units::Percent;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Where a stall holds threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StallPlace {
    /// Wherever they happen to be.
    Any,
    /// At this point.
    Point(String),
    /// Where they enter a function whose name this pattern matches.
    Function(FunctionPattern),
    /// Right before or right after an atomic instruction of code whose name this pattern matches, inlined code included; or
    /// [`AUTO`].
    Atomic(FunctionPattern),
    /// Right after they touch a word that the workload exports under this name, or [`AUTO`].
    Word(String),
    /// At sites that squall draws for each trial, and learns to draw better.
    Auto,
}

/// The name that stands for what squall chooses by itself: as a place, the sites of each trial; as a word, those of the
/// workload's own struct that several threads touch the most; of atomic instructions, all of the container's.
pub const AUTO: &str = "auto";

impl StallPlace {
    /// Whether hardware breakpoints are needed to hold threads there. What is drawn later may need them or not.
    pub const fn is_aimed(&self) -> bool {
        matches!(self, Self::Function(_) | Self::Atomic(_) | Self::Word(_))
    }

    /// Whether holds there are short unless the experiment says otherwise: a window, not a starvation, is looked for.
    pub const fn holds_briefly(&self) -> bool {
        self.is_aimed() || matches!(self, Self::Auto)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlaceKind {
    Point,
    Function,
    Atomic,
    Word,
}

/// How the places are written.
const FORMS: &str = "`any`, `auto`, `{point: NAME}`, `{function: PATTERN}`, `{atomic: PATTERN}` or `{word: NAME}`";

struct PlaceVisitor;

impl<'de> Visitor<'de> for PlaceVisitor {
    type Value = StallPlace;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(FORMS)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<StallPlace, E> {
        match text {
            "any" => Ok(StallPlace::Any),
            AUTO => Ok(StallPlace::Auto),
            _ => Err(E::custom(format!(
                "`{text}` is no place for a stall; write `any`, `auto`, or `{{point: {text}}}` for a point, or name a `function`, an `atomic` instruction or a `word`"
            ))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StallPlace, A::Error> {
        let place = match only_key(&mut map, "place")? {
            PlaceKind::Point => StallPlace::Point(map.next_value()?),
            PlaceKind::Function => StallPlace::Function(map.next_value()?),
            PlaceKind::Atomic => StallPlace::Atomic(map.next_value()?),
            PlaceKind::Word => StallPlace::Word(map.next_value()?),
        };
        no_second_key(&mut map, "place")?;
        Ok(place)
    }
}

impl<'de> Deserialize<'de> for StallPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlaceVisitor)
    }
}

impl Serialize for StallPlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => serializer.serialize_str("any"),
            Self::Auto => serializer.serialize_str(AUTO),
            Self::Point(name) => serializer.collect_map([("point", name)]),
            Self::Function(pattern) => serializer.collect_map([("function", pattern)]),
            Self::Atomic(pattern) => serializer.collect_map([("atomic", pattern)]),
            Self::Word(name) => serializer.collect_map([("word", name)]),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for StallPlace {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StallPlace".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": format!("where threads are held: {FORMS}"),
            "oneOf": [
                { "const": "any" },
                { "const": AUTO },
                { "type": "object", "additionalProperties": false, "required": ["point"],
                  "properties": { "point": { "type": "string" } } },
                { "type": "object", "additionalProperties": false, "required": ["function"],
                  "properties": { "function": { "type": "string", "minLength": 1 } } },
                { "type": "object", "additionalProperties": false, "required": ["atomic"],
                  "properties": { "atomic": { "type": "string", "minLength": 1 } } },
                { "type": "object", "additionalProperties": false, "required": ["word"],
                  "properties": { "word": { "type": "string" } } },
            ]
        })
    }
}

/// How many of the workers a stall holds at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ThreadShare {
    /// So many.
    Count(u32),
    /// This share of them, at least one.
    Share(Percent),
}

impl Default for ThreadShare {
    fn default() -> Self {
        Self::Count(1)
    }
}

impl ThreadShare {
    /// How many of `workers` threads are meant: at least one, at most all.
    pub fn of(self, workers: u32) -> u32 {
        let wanted = match self {
            Self::Count(count) => count,
            Self::Share(share) => (share.fraction() * f64::from(workers)).round() as u32,
        };
        wanted.clamp(1, workers.max(1))
    }
}

impl fmt::Display for ThreadShare {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(formatter),
            Self::Share(share) => share.fmt(formatter),
        }
    }
}

struct ShareVisitor;

impl Visitor<'_> for ShareVisitor {
    type Value = ThreadShare;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number of threads, or a share of them such as `50%`")
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<ThreadShare, E> {
        match u32::try_from(count) {
            Ok(count) if count > 0 => Ok(ThreadShare::Count(count)),
            _ => Err(E::custom(format!(
                "`{count}` threads cannot be held; write a number from 1, or a share such as `50%`"
            ))),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ThreadShare, E> {
        text.parse().map(ThreadShare::Share).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for ThreadShare {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShareVisitor)
    }
}

impl Serialize for ThreadShare {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u32(*count),
            Self::Share(share) => share.serialize(serializer),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ThreadShare {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ThreadShare".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let percent = generator.subschema_for::<Percent>();
        schemars::json_schema!({
            "description": "a number of threads, or a share of them such as `50%`",
            "oneOf": [{ "type": "integer", "minimum": 1 }, percent]
        })
    }
}
