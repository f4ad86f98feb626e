//! Splits a written amount into number and unit, and lets every amount be read and written as text by serde.

use super::UnitError;

/// Splits `50_000/s` into `50000.0` and `/s`. Underscores between digits are allowed; signs and exponents are not.
pub(super) fn split_number<'a>(text: &'a str, example: &'static str) -> Result<(f64, &'a str), UnitError> {
    let trimmed = text.trim();
    let end = trimmed
        .find(|character: char| !(character.is_ascii_digit() || character == '.' || character == '_'))
        .unwrap_or(trimmed.len());
    let digits: String = trimmed[..end].chars().filter(|character| *character != '_').collect();
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((number, trimmed[end..].trim_start())),
        _ => Err(UnitError::NoNumber { text: text.to_owned(), example }),
    }
}

/// Implements serde (as text) and JSON Schema for a type that has `FromStr` and `Display`. The parse happens inside the
/// visitor, so that a YAML error points at the very scalar.
macro_rules! as_text {
    ($type:ident, $what:literal, $pattern:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct TextVisitor;
                impl serde::de::Visitor<'_> for TextVisitor {
                    type Value = $type;
                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str($what)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<$type, E> {
                        self.visit_str(&number.to_string())
                    }
                    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<$type, E> {
                        self.visit_str(&number.to_string())
                    }
                }
                deserializer.deserialize_any(TextVisitor)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $what, "pattern": $pattern })
            }
        }
    };
}

pub(super) use as_text;
