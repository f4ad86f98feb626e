//! How much a check may try: situations, time, and memory; shared by the threads that check.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// So many situations are looked at between two looks at the clock.
const SITUATIONS_BETWEEN_LOOKS: u64 = 4_096;
/// The memory that one search may take for its path and its states, beside the situations that it visited.
const BYTES_MAX: usize = 192 << 20;

/// How much a check may try.
#[derive(Debug)]
pub(in crate::history) struct Budget {
    situations_max: u64,
    deadline: Option<Instant>,
    spent: AtomicU64,
}

impl Budget {
    /// At most so many situations, and no longer than until then.
    pub(in crate::history) const fn new(situations_max: u64, deadline: Option<Instant>) -> Self {
        Self { situations_max, deadline, spent: AtomicU64::new(0) }
    }

    /// How many situations were looked at, by all.
    pub(in crate::history) fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// Notes what was looked at outside of a search.
    pub(in crate::history) fn spend(&self, situations: u64) {
        self.spent.fetch_add(situations, Ordering::Relaxed);
    }

    /// One of so many equal parts of what is left; whoever takes it notes what it spent.
    pub(in crate::history) fn part(&self, parts: u32) -> Self {
        let left = self.situations_max.saturating_sub(self.spent());
        let situations_max = if self.situations_max == u64::MAX { u64::MAX } else { left / u64::from(parts) };
        let now = Instant::now();
        let deadline = self.deadline.map(|deadline| now + deadline.saturating_duration_since(now) / parts);
        Self::new(situations_max, deadline)
    }

    /// Whether nothing is left.
    pub(in crate::history) fn is_used_up(&self) -> bool {
        self.spent() >= self.situations_max || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// One search's part of a budget.
pub(super) struct Purse<'a> {
    budget: &'a Budget,
    situations: u64,
}

impl<'a> Purse<'a> {
    /// A part for one search.
    pub(super) const fn new(budget: &'a Budget) -> Self {
        Self { budget, situations: 0 }
    }

    /// Takes one situation out for a search that holds so much memory; hands on whether there was one left.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        self.situations += 1;
        if bytes > BYTES_MAX {
            return false;
        }
        let before = self.budget.situations_max.saturating_sub(self.budget.spent());
        if self.situations > before {
            return false;
        }
        if self.situations == SITUATIONS_BETWEEN_LOOKS {
            self.settle();
            return !self.budget.is_used_up();
        }
        true
    }

    /// Notes with the whole budget what was taken.
    pub(super) fn settle(&mut self) {
        self.budget.spend(std::mem::take(&mut self.situations));
    }
}
