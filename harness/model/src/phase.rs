//! Names the four phases of a trial.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A stretch of a trial with one purpose. Faults act only in `Fault`; `Recovery` begins once all of them are healed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Phase {
    /// Caches fill, memory is touched; nothing is judged.
    Warmup,
    /// Undisturbed load: what the fault phase is compared with.
    Baseline,
    /// The faults act.
    Fault,
    /// The faults are healed; the target has to return to its baseline.
    Recovery,
}

impl Phase {
    /// All phases in the order of a trial.
    pub const ALL: [Self; 4] = [Self::Warmup, Self::Baseline, Self::Fault, Self::Recovery];

    /// The phase's place in [`Phase::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The phase at a place in [`Phase::ALL`]; `None` beyond it.
    pub fn from_index(index: usize) -> Option<Self> {
        Self::ALL.get(index).copied()
    }

    /// The phase's name in experiments and results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warmup => "warmup",
            Self::Baseline => "baseline",
            Self::Fault => "fault",
            Self::Recovery => "recovery",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
