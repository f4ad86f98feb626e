//! A pattern of function names, in which `*` stands for any text: `scc::hash_table::*::try_resize`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The most functions that one pattern may match: four of them can be watched at a time, and a longer list would leave
/// each of them unwatched for most of a fault phase.
pub const FUNCTIONS_MAX: usize = 256;

/// The most addresses of atomic instructions that one pattern may match, for the same reason. More than of functions,
/// because an experiment that knows nothing of a container aims at all that it has.
pub const ATOMIC_ADDRESSES_MAX: usize = 1_024;

/// A pattern of function names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FunctionPattern(String);

impl FunctionPattern {
    /// The pattern that is written so.
    pub fn new(written: impl Into<String>) -> Self {
        Self(written.into())
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a function's whole name matches.
    pub fn matches(&self, name: &str) -> bool {
        let mut pieces = self.0.split('*');
        let first = pieces.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let Some(last) = pieces.next_back() else { return rest.is_empty() };
        for piece in pieces {
            let Some(at) = rest.find(piece) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last)
    }

    /// What the pattern says about the function's own name: the part after the last `::`.
    pub fn last_segment(&self) -> &str {
        last_segment(&self.0)
    }
}

/// The part of a function's name after the last `::`.
pub fn last_segment(name: &str) -> &str {
    name.rsplit_once("::").map_or(name, |(_, last)| last)
}

impl fmt::Display for FunctionPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_stands_for_any_text_and_the_rest_for_itself() {
        let matches = |pattern: &str, name| FunctionPattern::new(pattern).matches(name);
        assert!(matches("scc::hash_table::*::try_resize", "scc::hash_table::HashTable::try_resize"));
        assert!(matches("*", "") && matches("*", "a::b") && matches("a::b", "a::b"));
        assert!(matches("*::grow", "a::b::grow") && !matches("*::grow", "a::b::grown"));
        assert!(!matches("a::*::a", "a::a") && !matches("aba*aba", "aba"));
        assert!(!matches("", "a") && !matches("a", "ab") && !matches("b", "ab"));
    }

    proptest! {
        #[test]
        fn a_name_with_pieces_cut_out_for_stars_still_matches(
            pieces in proptest::collection::vec("[a-z:]{0,6}", 1..6),
            fillings in proptest::collection::vec("[a-z:*]{0,6}", 6),
        ) {
            let mut name = pieces[0].clone();
            for (piece, filling) in pieces[1..].iter().zip(&fillings) {
                name.push_str(filling);
                name.push_str(piece);
            }
            prop_assert!(FunctionPattern::new(pieces.join("*")).matches(&name));
        }
    }
}
