//! Names a place in an experiment's tree (`faults.0.latency.delay`), for errors and for `--set`.

use std::fmt;

/// One step from a collection to what it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Segment {
    /// The value of this key.
    Key(String),
    /// The entry with this number, counted from 0.
    Index(usize),
}

/// The steps from the root of an experiment to one value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct NodePath(pub(super) Vec<Segment>);

/// Which part of a map's entry is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The key.
    Key,
    /// The value.
    Value,
}

impl NodePath {
    /// The path along these keys.
    pub(super) fn keys(keys: &[&str]) -> Self {
        Self(keys.iter().map(|key| Segment::Key((*key).to_owned())).collect())
    }

    /// The path to an entry of the map at this path.
    pub(super) fn key(mut self, key: &str) -> Self {
        self.0.push(Segment::Key(key.to_owned()));
        self
    }

    /// The path to an entry of the list at this path.
    pub(super) fn item(mut self, index: usize) -> Self {
        self.0.push(Segment::Index(index));
        self
    }

    /// The path to the collection that holds this; the root holds itself.
    pub(super) fn parent(&self) -> Self {
        Self(self.0[..self.0.len().saturating_sub(1)].to_vec())
    }

    /// The last key on the path, if there is one.
    pub(super) fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
    }

    /// Whether the path ends in a key.
    pub(super) fn ends_in_key(&self) -> bool {
        matches!(self.0.last(), Some(Segment::Key(_)))
    }
}

impl fmt::Display for NodePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            match segment {
                Segment::Key(key) => write!(formatter, "{dot}{key}")?,
                Segment::Index(number) => write!(formatter, "{dot}{number}")?,
            }
        }
        Ok(())
    }
}
