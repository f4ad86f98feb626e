//! Where a stall holds threads, and how many of them.

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
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlaceKind {
    Point,
}

struct PlaceVisitor;

impl<'de> Visitor<'de> for PlaceVisitor {
    type Value = StallPlace;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`any` or `{point: NAME}`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<StallPlace, E> {
        match text {
            "any" => Ok(StallPlace::Any),
            _ => Err(E::custom(format!(
                "`{text}` is no place for a stall; write `any`, or `{{point: {text}}}` for a point"
            ))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StallPlace, A::Error> {
        let PlaceKind::Point = only_key(&mut map, "place")?;
        let place = StallPlace::Point(map.next_value()?);
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
            Self::Point(name) => serializer.collect_map([("point", name)]),
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
            "description": "where threads are held: `any`, or `{point: NAME}`",
            "oneOf": [
                { "const": "any" },
                { "type": "object", "additionalProperties": false, "required": ["point"],
                  "properties": { "point": { "type": "string" } } },
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
