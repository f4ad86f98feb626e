//! What a sequence has to offer to be put under load, and how the three variants offer it.

use crate::containers::{LiveSequence, LockedSequence, Snapshot};
use squall_probe::point;

/// A sequence under test.
pub trait SequenceUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// Builds a sequence of these elements, which has room for so many.
    fn build(elements: &[u64], capacity: usize) -> Self;

    /// Changes the sequence, which may come to the capacity at most.
    fn change(&self, change: impl FnOnce(&mut Vec<u64>));

    /// Shows the elements.
    fn for_each(&self, visit: impl FnMut(u64));
}

impl SequenceUnderTest for LiveSequence {
    const NAME: &'static str = "iteration.live";
    const SUMMARY: &'static str = "hazard iterate-while-mutating: a reader walks cells that a writer is changing";

    fn build(elements: &[u64], capacity: usize) -> Self {
        Self::new(elements, capacity)
    }

    fn change(&self, change: impl FnOnce(&mut Vec<u64>)) {
        assert!(self.change(change).is_ok(), "a change stays within the capacity");
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.for_each(visit);
    }
}

impl SequenceUnderTest for LockedSequence {
    const NAME: &'static str = "iteration.read_locked";
    const SUMMARY: &'static str = "repair of iterate-while-mutating: readers walk under a lock";

    fn build(elements: &[u64], _: usize) -> Self {
        Self::new(elements)
    }

    fn change(&self, change: impl FnOnce(&mut Vec<u64>)) {
        self.change(change);
    }

    fn for_each(&self, visit: impl FnMut(u64)) {
        self.for_each(visit);
    }
}

impl SequenceUnderTest for Snapshot<Vec<u64>> {
    const NAME: &'static str = "iteration.snapshot";
    const SUMMARY: &'static str = "repair of iterate-while-mutating: readers walk a snapshot that is never changed";

    fn build(elements: &[u64], _: usize) -> Self {
        Self::new(elements.to_vec())
    }

    fn change(&self, change: impl FnOnce(&mut Vec<u64>)) {
        self.change(change);
    }

    fn for_each(&self, mut visit: impl FnMut(u64)) {
        let elements = self.load();
        let (first, second) = elements.split_at(elements.len() / 2);
        first.iter().copied().for_each(&mut visit);
        point!("iteration.between");
        second.iter().copied().for_each(visit);
    }
}
