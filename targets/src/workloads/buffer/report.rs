//! What the check of one round came to: which elements are lost, doubled or foreign.

use super::element::Element;
use std::fmt;

/// How many elements of a kind a report names; more are counted.
const NAMED_MAX: usize = 8;

/// The check of one round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoundReport {
    /// How many elements were appended.
    pub appended: u64,
    /// Elements that were appended and are not there.
    pub lost: Named,
    /// Elements that are there more than once.
    pub doubled: Named,
    /// Elements that are there and that nobody appended in this round.
    pub foreign: Named,
}

/// Some elements: how many, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// How many.
    pub count: u64,
    /// The first ones.
    pub first: Vec<Element>,
}

impl Named {
    /// Adds an element.
    pub fn add(&mut self, element: Element) {
        self.count += 1;
        if self.first.len() < NAMED_MAX {
            self.first.push(element);
        }
    }
}

impl RoundReport {
    /// Whether every element is there once, and no other.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.lost.count == 0 && self.doubled.count == 0 && self.foreign.count == 0
    }
}

impl fmt::Display for RoundReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [("lost", &self.lost), ("doubled", &self.doubled), ("foreign", &self.foreign)];
        let mut separator = "";
        for (kind, named) in kinds.into_iter().filter(|(_, named)| named.count > 0) {
            write!(formatter, "{separator}{} elements {kind}: {named}", named.count)?;
            separator = "; ";
        }
        write!(formatter, "{separator}{} appended in this round", self.appended)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.first.iter().map(Element::to_string).collect();
        let rest = if self.count > names.len() as u64 { ", …" } else { "" };
        write!(formatter, "{}{rest}", names.join(", "))
    }
}
