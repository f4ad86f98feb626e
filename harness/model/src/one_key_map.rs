//! Reads a map with exactly one key, the form in which a human names one of several kinds (`{latency: {…}}`).
//!
//! Serde's tagged enums would lose the place of an error inside such a map; this keeps it to the line and column.

use serde::de::{Deserialize, Error, MapAccess};

/// Reads the only key of a map, or fails with what was expected.
pub(crate) fn only_key<'de, K: Deserialize<'de>, A: MapAccess<'de>>(map: &mut A, what: &str) -> Result<K, A::Error> {
    map.next_key()?.ok_or_else(|| A::Error::custom(format!("an empty map is no {what}; name one kind as its only key")))
}

/// Fails if the map has a second key.
pub(crate) fn no_second_key<'de, A: MapAccess<'de>>(map: &mut A, what: &str) -> Result<(), A::Error> {
    match map.next_key::<String>()? {
        None => Ok(()),
        Some(key) => Err(A::Error::custom(format!(
            "a {what} is a map with one key, but `{key}` is a second one; indent it if it belongs inside, or start a new entry"
        ))),
    }
}
