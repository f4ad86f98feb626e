//! Names how one operation can end, and counts such ends.

use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign};

/// How one operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Outcome {
    /// It did what was asked.
    Ok,
    /// It returned an error.
    Error,
    /// It unwound with a panic that squall did not inject itself.
    Panic,
    /// It took longer than the load's `timeout`, whatever it returned.
    Timeout,
    /// It unwound with the very panic that a `panic` fault injected: a delivered dose, not a symptom.
    Injected,
}

impl Outcome {
    /// All outcomes, in the order of the recorder's columns.
    pub const ALL: [Self; 5] = [Self::Ok, Self::Error, Self::Panic, Self::Timeout, Self::Injected];

    /// The outcome's place in [`Outcome::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The outcome at a place in [`Outcome::ALL`]; `None` beyond it.
    pub fn from_index(index: usize) -> Option<Self> {
        Self::ALL.get(index).copied()
    }

    /// The outcome's name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Timeout => "timeout",
            Self::Injected => "injected",
        }
    }
}

/// How many operations ended in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OutcomeCounts {
    /// Operations that did what was asked.
    pub ok: u64,
    /// Operations that returned an error.
    pub error: u64,
    /// Operations that panicked by themselves.
    pub panic: u64,
    /// Operations that took longer than the load's timeout.
    pub timeout: u64,
    /// Operations that ended in a panic which squall injected.
    #[serde(default)]
    pub injected: u64,
}

impl OutcomeCounts {
    /// The count of one outcome.
    pub const fn get(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Ok => self.ok,
            Outcome::Error => self.error,
            Outcome::Panic => self.panic,
            Outcome::Timeout => self.timeout,
            Outcome::Injected => self.injected,
        }
    }

    /// Adds to the count of one outcome.
    pub const fn add(&mut self, outcome: Outcome, count: u64) {
        let place = match outcome {
            Outcome::Ok => &mut self.ok,
            Outcome::Error => &mut self.error,
            Outcome::Panic => &mut self.panic,
            Outcome::Timeout => &mut self.timeout,
            Outcome::Injected => &mut self.injected,
        };
        *place = place.saturating_add(count);
    }

    /// All operations that ended, however they did.
    pub const fn total(&self) -> u64 {
        self.judged().saturating_add(self.injected)
    }

    /// The operations that rates are judged over: all but those that squall itself ended.
    pub const fn judged(&self) -> u64 {
        self.ok.saturating_add(self.error).saturating_add(self.panic).saturating_add(self.timeout)
    }

    /// What was added since an earlier reading of the same counters.
    pub const fn since(&self, earlier: &Self) -> Self {
        Self {
            ok: self.ok.saturating_sub(earlier.ok),
            error: self.error.saturating_sub(earlier.error),
            panic: self.panic.saturating_sub(earlier.panic),
            timeout: self.timeout.saturating_sub(earlier.timeout),
            injected: self.injected.saturating_sub(earlier.injected),
        }
    }
}

impl AddAssign for OutcomeCounts {
    fn add_assign(&mut self, other: Self) {
        for outcome in Outcome::ALL {
            self.add(outcome, other.get(outcome));
        }
    }
}

impl Add for OutcomeCounts {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}
