//! The element that workloads append to buffers: one word that says in which round, by whom and as which it was appended.

use std::fmt;

const OWNER_SHIFT: u32 = 40;
const ROUND_SHIFT: u32 = 48;
/// A worker counts this far in one trial: at ten million elements a second, for a day.
const SEQUENCE_MASK: u64 = (1 << OWNER_SHIFT) - 1;

/// An element with its stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// The round that it belongs to; from 1, so that no element is all zeros.
    pub round: u16,
    /// The worker that appended it.
    pub owner: u8,
    /// As its so-manieth.
    pub sequence: u64,
}

impl Element {
    /// The element as one word.
    #[inline]
    #[must_use]
    pub const fn pack(self) -> u64 {
        (self.round as u64) << ROUND_SHIFT | (self.owner as u64) << OWNER_SHIFT | self.sequence & SEQUENCE_MASK
    }

    /// The element that a word stands for.
    #[inline]
    #[must_use]
    pub const fn unpack(word: u64) -> Self {
        Self { round: (word >> ROUND_SHIFT) as u16, owner: (word >> OWNER_SHIFT) as u8, sequence: word & SEQUENCE_MASK }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "worker {} #{}", self.owner, self.sequence)
    }
}
