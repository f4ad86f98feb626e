//! What a table that is built late has to offer to be put under load, and how the two variants offer it.

use crate::containers::{DoubleChecked, OnceTable};

/// A table under test.
pub trait OnceUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// A table of so many entries, unbuilt.
    fn unbuilt(entries: usize) -> Self;

    /// Looks an entry up; builds the table first if it is not there.
    fn get(&self, place: usize, build: impl FnOnce() -> Vec<u64>) -> Option<u64>;

    /// Forgets what was built.
    fn clear(&mut self);
}

impl OnceUnderTest for DoubleChecked {
    const NAME: &'static str = "once.double_checked";
    const SUMMARY: &'static str = "hazard broken-once: two workers build one table, and others see it half built";

    fn unbuilt(entries: usize) -> Self {
        Self::new(entries)
    }

    fn get(&self, place: usize, build: impl FnOnce() -> Vec<u64>) -> Option<u64> {
        self.get(place, build)
    }

    fn clear(&mut self) {
        self.clear();
    }
}

impl OnceUnderTest for OnceTable {
    const NAME: &'static str = "once.once_lock";
    const SUMMARY: &'static str = "repair of broken-once: the first worker builds, the others wait until it is done";

    fn unbuilt(_: usize) -> Self {
        Self::new()
    }

    fn get(&self, place: usize, build: impl FnOnce() -> Vec<u64>) -> Option<u64> {
        self.get(place, build)
    }

    fn clear(&mut self) {
        self.clear();
    }
}
