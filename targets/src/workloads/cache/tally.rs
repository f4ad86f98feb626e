//! Counts what was done to each key of a cache, so that a value that was made twice, is missing, or has lost an update is
//! known as such. Whatever is under way or ended with a panic only widens what is allowed.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counts of one key.
#[derive(Debug, Default)]
pub struct KeyTally {
    /// Values that were made because there was none, by calls that came back.
    initialised: AtomicU64,
    removals_begun: AtomicU64,
    updates_begun: AtomicU64,
    updates_finished: AtomicU64,
}

/// How often a value can have been updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateBounds {
    /// At least so often.
    pub least: u64,
    /// At most so often.
    pub most: u64,
}

impl KeyTally {
    /// A call that made the value has come back.
    pub fn initialised(&self) {
        self.initialised.fetch_add(1, Ordering::AcqRel);
    }

    /// The key is about to be removed.
    pub fn begin_removal(&self) {
        self.removals_begun.fetch_add(1, Ordering::AcqRel);
    }

    /// The value is about to be updated.
    pub fn begin_update(&self) {
        self.updates_begun.fetch_add(1, Ordering::AcqRel);
    }

    /// The value was updated.
    pub fn finish_update(&self) {
        self.updates_finished.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether a value is there from now on, unless the key is removed: to be asked before a look-up.
    pub fn is_there(&self) -> bool {
        self.initialised.load(Ordering::Acquire) > 0
    }

    /// Whether nobody has begun to remove the key: to be asked after a look-up.
    pub fn is_untouched(&self) -> bool {
        self.removals_begun.load(Ordering::Acquire) == 0
    }

    /// How often the value was updated by the beginning of a look-up: its bounds' least.
    pub fn updates_finished(&self) -> u64 {
        self.updates_finished.load(Ordering::Acquire)
    }

    /// The bounds once the look-up has ended.
    pub fn bounds(&self, finished_before: u64) -> UpdateBounds {
        UpdateBounds { least: finished_before, most: self.updates_begun.load(Ordering::Acquire) }
    }

    /// How often the value was made, and how often that was called for: once, and once more after each removal.
    pub fn initialisations(&self) -> (u64, u64) {
        (self.initialised.load(Ordering::Acquire), 1 + self.removals_begun.load(Ordering::Acquire))
    }
}
