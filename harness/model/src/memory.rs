//! How a target misused its memory, as plain data: what was done to a block, and where in the code.

use crate::phase::Phase;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What was done to a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryMisuse {
    /// It was freed, or grown, after it had been freed.
    DoubleFree,
    /// What was freed is no block: it lies inside of one, or where none can begin.
    InvalidFree,
    /// It was freed with another size or alignment than it was asked for with.
    WrongLayout,
    /// It was written to after it had been freed.
    WriteAfterFree,
    /// It was never freed, and nobody can reach it any more.
    Leak,
}

impl MemoryMisuse {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::DoubleFree, Self::InvalidFree, Self::WrongLayout, Self::WriteAfterFree, Self::Leak];

    /// Its name in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DoubleFree => "double free",
            Self::InvalidFree => "invalid free",
            Self::WrongLayout => "free with another layout",
            Self::WriteAfterFree => "write after free",
            Self::Leak => "leak",
        }
    }

    /// Its place in [`Self::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for MemoryMisuse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The size and the alignment of a block, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BlockLayout {
    /// The size; 0 if it is not known.
    pub size: u64,
    /// The alignment.
    pub align: u64,
}

/// The most bytes of a write after a free that are told.
pub const WRITTEN_BYTES_MAX: usize = 16;

/// A kind of misuse from one place in the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryIncident {
    /// What was done.
    pub misuse: MemoryMisuse,
    /// How often it was seen from this place.
    pub count: u64,
    /// The layout with which the first such block was asked for.
    pub block: BlockLayout,
    /// The layout with which it was freed, if that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<BlockLayout>,
    /// Where in the block: where it was written to, or where the free pointed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// What was written, from there on, as far as it is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<u8>,
    /// The worker that was caught at it, if it was a worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<u32>,
    /// The phase in which it was first seen, if any was under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The stack that was caught at it, innermost frame first; that of a write after a free is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<String>,
    /// The stack that asked for the block, as far as it is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allocated: Vec<String>,
    /// The stack that freed it first, as far as it is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub freed: Vec<String>,
}
