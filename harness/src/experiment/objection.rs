//! A problem with the place in the tree where it was found, before anyone knows whether the file or an override put
//! it there.

use super::location::Location;
use super::path::{NodePath, Part};
use super::problem::Problem;

/// Where a problem was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spot {
    /// The file as a whole.
    File,
    /// A stretch of its text.
    Text(Location),
    /// A key or value of its tree.
    Node(NodePath, Part),
}

/// A problem and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Objection {
    /// Where it was found.
    pub(super) spot: Spot,
    /// What it is.
    pub(super) problem: Box<Problem>,
}

impl Objection {
    /// A problem of a stretch of text.
    pub(super) fn to_text(location: Location, problem: Problem) -> Self {
        Self { spot: Spot::Text(location), problem: Box::new(problem) }
    }

    /// A problem of a key.
    pub(super) fn to_key(path: NodePath, problem: impl Into<Problem>) -> Self {
        Self { spot: Spot::Node(path, Part::Key), problem: Box::new(problem.into()) }
    }

    /// A problem of a value.
    pub(super) fn to_value(path: NodePath, problem: impl Into<Problem>) -> Self {
        Self { spot: Spot::Node(path, Part::Value), problem: Box::new(problem.into()) }
    }
}

/// Objects to a value that lies outside its range.
pub(super) fn out_of_range(path: NodePath, text: impl ToString, range: impl Into<String>) -> Objection {
    Objection::to_value(path, Problem::OutOfRange { text: text.to_string(), range: range.into() })
}
