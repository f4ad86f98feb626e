//! Takes a name that is not known and those that are, hands on the nearest one, if any is near enough to be meant.

use std::fmt;

/// More names than this are not listed, because nobody reads on.
const LISTED_MAX: usize = 16;
/// A longer text is no misspelt name, and comparing it would take memory in proportion to its length.
const COMPARED_BYTES_MAX: usize = 200;

/// What could have been meant instead of an unknown name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestion {
    /// The known name that is near enough to be meant.
    pub nearest: Option<String>,
    /// All known names, in their own order.
    pub known: Vec<String>,
}

impl Suggestion {
    /// Compares a name with the known ones.
    pub fn new<N: AsRef<str>>(name: &str, known: impl IntoIterator<Item = N>) -> Self {
        let known: Vec<String> = known.into_iter().map(|known| known.as_ref().to_owned()).collect();
        Self { nearest: nearest(name, &known), known }
    }

    /// The known names in one line; `None` if there are none.
    pub fn listed(&self) -> Option<String> {
        if self.known.is_empty() {
            return None;
        }
        let listed = self.known.iter().take(LISTED_MAX).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match self.known.len().saturating_sub(LISTED_MAX) {
            0 => Some(format!("known: {listed}")),
            more => Some(format!("known: {listed} and {more} more")),
        }
    }
}

/// A name is near if at most a third of its characters have to change; one always may.
fn nearest(name: &str, known: &[String]) -> Option<String> {
    if name.len() > COMPARED_BYTES_MAX {
        return None;
    }
    let lowercase = name.to_lowercase();
    let distance = |known: &String| strsim::damerau_levenshtein(&lowercase, &known.to_lowercase());
    let allowed = |known: &String| (name.chars().count().max(known.chars().count()) / 3).max(1);
    let near = known.iter().filter(|known| distance(known) <= allowed(known));
    near.min_by_key(|known| distance(known)).cloned()
}

/// The end of a message: `; did you mean …?`, or the list of known names.
impl fmt::Display for Suggestion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.nearest, self.listed()) {
            (Some(nearest), _) => write!(formatter, "; did you mean `{nearest}`?"),
            (None, Some(listed)) => write!(formatter, "; {listed}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_suggested() {
        let names = ["get", "insert", "map.shard.locked"];
        let nearest = |name| Suggestion::new(name, names).nearest;
        assert_eq!(nearest("gett").as_deref(), Some("get"));
        assert_eq!(nearest("isnert").as_deref(), Some("insert"));
        assert_eq!(nearest("shard.locked").as_deref(), Some("map.shard.locked"));
        assert_eq!(nearest("Insert").as_deref(), Some("insert"));
        assert_eq!(nearest("frobnicate"), None);
        assert_eq!(Suggestion::new("frobnicate", names).to_string(), "; known: `get`, `insert`, `map.shard.locked`");
    }
}
