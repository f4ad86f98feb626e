//! The life of one instance, from its making to its drop, as a part of whatever is tracked.

use super::misuse::{self, Use};
use super::slots::{self, Token};
use std::fmt;

/// What is tracked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A key.
    Key,
    /// A value.
    Value,
}

/// The kind stands in the upper bit of a stamp, the number below it.
const VALUE_BIT: u64 = 1 << 63;

/// The life of one instance. It has no `Drop` of its own: whoever it is a part of ends it first of all, so that a fault
/// that acts in that drop finds it ended.
pub struct Life(Token);

impl Life {
    /// The life of a new instance with this number: a key's own, or that of the key that a value belongs to.
    #[inline]
    #[must_use]
    pub fn begin(kind: Kind, number: u64) -> Self {
        Self(slots::take(stamp(kind, number)))
    }

    /// Says that the instance is being used; `what` is said if it must not be.
    #[inline]
    pub fn used(&self, what: &'static str) {
        if !self.0.holds() {
            misuse::note(self.0, Use::Other(what));
        }
    }

    /// Says that the instance is being dropped.
    #[inline]
    pub fn end(&self) {
        if !slots::give_back(self.0) {
            misuse::note(self.0, Use::Drop);
        }
    }

    /// The bits of the instance, as a container copies them that moves memory: no two that live have the same.
    #[must_use]
    pub const fn bits(&self) -> u64 {
        self.0.0
    }

    /// What a container takes for an instance that finds these bits in memory; for tests of the oracles.
    #[doc(hidden)]
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(Token(bits))
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.holds() { "alive" } else { "not alive" })
    }
}

fn stamp(kind: Kind, number: u64) -> u64 {
    match kind {
        Kind::Key => number & !VALUE_BIT,
        Kind::Value => number | VALUE_BIT,
    }
}

/// What a stamp was left by, in words.
pub(super) fn describe(stamp: u64) -> String {
    let number = stamp & !VALUE_BIT;
    if stamp & VALUE_BIT == 0 { format!("key {number}") } else { format!("a value of key {number}") }
}
