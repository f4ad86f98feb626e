//! Counts what was done to one cell: how often a value was made for it, by how many at a time, and which value it shows.
//! Whatever is under way, failed or ended with a panic only widens what is allowed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The counts of one cell. Each value that is made for it has a number of its own, from 1.
#[derive(Debug, Default)]
pub struct Tally {
    numbers: AtomicU64,
    attempts: AtomicU64,
    under_way: AtomicU64,
    /// How often an initialiser began while another one was under way.
    overlaps: AtomicU64,
    /// How often the cell was given a value: by an initialiser that came to its end, or from outside.
    given: AtomicU64,
    panicked: AtomicBool,
    /// The number of the value that the cell shows; 0 as long as nobody has seen one.
    shown: AtomicU64,
}

/// An initialiser under way. One that is dropped without having come to its end was ended by a panic.
#[derive(Debug)]
pub struct Attempt<'a> {
    tally: &'a Tally,
    ended: bool,
}

impl Tally {
    /// The number of the next value.
    pub fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// An initialiser begins.
    pub fn begin(&self) -> Attempt<'_> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        if self.under_way.fetch_add(1, Ordering::AcqRel) > 0 {
            self.overlaps.fetch_add(1, Ordering::Relaxed);
        }
        Attempt { tally: self, ended: false }
    }

    /// The cell took a value in that was made outside.
    pub fn was_set(&self) {
        self.given.fetch_add(1, Ordering::AcqRel);
    }

    /// Somebody saw the value with this number; hands on the one that others saw, if it is another one.
    pub fn saw(&self, number: u64) -> Option<u64> {
        let first = self.shown.compare_exchange(0, number, Ordering::AcqRel, Ordering::Acquire);
        first.err().filter(|other| *other != number)
    }

    /// Whether somebody has seen the value: to be asked before a look.
    pub fn is_there(&self) -> bool {
        self.shown.load(Ordering::Acquire) != 0
    }

    /// Whether an initialiser has panicked.
    pub fn has_panicked(&self) -> bool {
        self.panicked.load(Ordering::Acquire)
    }

    /// How often the cell was given a value, how often an initialiser began, and how often while another one was under way.
    pub fn sums(&self) -> (u64, u64, u64) {
        let load = |count: &AtomicU64| count.load(Ordering::Acquire);
        (load(&self.given), load(&self.attempts), load(&self.overlaps))
    }
}

impl Attempt<'_> {
    /// The initialiser hands on a value.
    pub fn made(mut self) {
        self.tally.given.fetch_add(1, Ordering::AcqRel);
        self.ended = true;
    }

    /// The initialiser failed, and says so.
    pub fn failed(mut self) {
        self.ended = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.tally.panicked.store(true, Ordering::Release);
        }
        self.tally.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_failed_or_panicked_is_counted_apart() {
        let tally = Tally::default();
        tally.begin().failed();
        assert!(!tally.has_panicked());
        drop(tally.begin());
        assert!(tally.has_panicked());
        let first = tally.begin();
        tally.begin().made();
        first.made();
        tally.was_set();
        assert_eq!(tally.sums(), (3, 4, 1));
    }

    #[test]
    fn a_cell_that_shows_two_values_is_told() {
        let tally = Tally::default();
        assert!(!tally.is_there());
        assert_eq!((tally.saw(2), tally.saw(2), tally.saw(3)), (None, None, Some(2)));
        assert!(tally.is_there());
    }
}
