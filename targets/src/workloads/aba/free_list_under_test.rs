//! What a free list has to offer to be put under load, and how the variants offer it.

use crate::containers::{EpochFreeList, FreeList, Stamp, Stamped, Unversioned, Versioned, Wide};
use squall_probe::Words;

/// Of so many slots the word is exported: four can be watched at a time, and the first ones are used the most.
const NEXTS_MAX: usize = 16;

/// A free list under test.
pub trait FreeListUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// A list of so many slots, all free.
    fn build(slots: usize) -> Self;

    /// Takes a free slot.
    fn take(&self) -> Option<usize>;

    /// Gives a slot back.
    fn give(&self, slot: usize);

    /// Makes all of so many slots free, at their place in memory.
    fn reset(&mut self, slots: usize);

    /// Exports the list's head as `head`, and what its first slots say of the next one as `next`.
    fn export(&self, words: &mut Words);

    /// The slots that are free, while nobody takes or gives; one more than there are, if the list has no end.
    fn free(&self) -> Vec<usize>;
}

/// The name of a free list's stamp among the workloads.
pub trait Named: Stamp {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
}

impl Named for Unversioned {
    const NAME: &'static str = "aba.unversioned";
    const SUMMARY: &'static str = "hazard aba: a free list's head goes and comes back, and a slot gets two owners";
}

impl Named for Versioned {
    const NAME: &'static str = "aba.versioned";
    const SUMMARY: &'static str = "repair of aba: index and version of the list in one word";
}

impl Named for Stamped {
    const NAME: &'static str = "aba.stamped";
    const SUMMARY: &'static str = "repair of aba: index and stamp of the slot itself in one word";
}

impl Named for Wide {
    const NAME: &'static str = "aba.wide";
    const SUMMARY: &'static str = "repair of aba: index and version of the list in a word of 128 bits";
}

impl<S: Named> FreeListUnderTest for FreeList<S> {
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;

    fn build(slots: usize) -> Self {
        Self::new(slots)
    }

    fn take(&self) -> Option<usize> {
        self.take()
    }

    fn give(&self, slot: usize) {
        self.give(slot);
    }

    fn reset(&mut self, _: usize) {
        self.reset();
    }

    fn export(&self, words: &mut Words) {
        export(self, words);
    }

    fn free(&self) -> Vec<usize> {
        self.free().collect()
    }
}

impl FreeListUnderTest for EpochFreeList {
    const NAME: &'static str = "aba.epoch";
    const SUMMARY: &'static str =
        "repair of aba: a slot comes back to the list only when nobody can have its old index";

    fn build(slots: usize) -> Self {
        Self::new(slots)
    }

    fn take(&self) -> Option<usize> {
        self.take()
    }

    fn give(&self, slot: usize) {
        self.give(slot);
    }

    fn reset(&mut self, slots: usize) {
        self.reset(slots);
    }

    fn export(&self, words: &mut Words) {
        export(self.list(), words);
    }

    fn free(&self) -> Vec<usize> {
        self.settle();
        self.free().collect()
    }
}

fn export<S: Stamp>(list: &FreeList<S>, words: &mut Words) {
    words.export("head", list.head());
    list.nexts().take(NEXTS_MAX).for_each(|next| words.export("next", next));
}
