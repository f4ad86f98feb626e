//! The register beside the slots: who owns which. It is written by owners only, so that a slot which is handed to two of
//! them is found by the second.

use std::sync::atomic::{AtomicU32, Ordering};

/// The mark of a slot that nobody owns.
const NOBODY: u32 = 0;

/// Who owns each slot.
#[derive(Debug)]
pub struct Register {
    owners: Box<[AtomicU32]>,
}

impl Register {
    /// The register of so many slots that nobody owns.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        Self { owners: (0..slots).map(|_| AtomicU32::new(NOBODY)).collect() }
    }

    /// Makes a worker the owner of a slot.
    ///
    /// # Errors
    /// The worker that owns it already.
    pub fn own(&self, slot: usize, worker: u32) -> Result<(), u32> {
        match self.owners[slot].swap(worker + 1, Ordering::Relaxed) {
            NOBODY => Ok(()),
            other => Err(other - 1),
        }
    }

    /// Takes a slot from its owner.
    pub fn disown(&self, slot: usize) {
        self.owners[slot].store(NOBODY, Ordering::Relaxed);
    }

    /// What is wrong with the slots, if anything: each has to be free once or owned, and not both.
    #[must_use]
    pub fn complaint(&self, free: &[usize]) -> Option<String> {
        let mut counts = vec![0_usize; self.owners.len()];
        free.iter().for_each(|slot| counts[*slot] += 1);
        let owned = self.owners.iter().map(|owner| usize::from(owner.load(Ordering::Relaxed) != NOBODY));
        counts.iter_mut().zip(owned).for_each(|(count, owned)| *count += owned);
        let of = |wrong: fn(usize) -> bool| -> Vec<usize> {
            counts.iter().enumerate().filter(|(_, count)| wrong(**count)).map(|(slot, _)| slot).collect()
        };
        let (lost, doubled) = (of(|count| count == 0), of(|count| count > 1));
        let clean = lost.is_empty() && doubled.is_empty();
        (!clean).then(|| format!("slots lost: {lost:?}; slots free or owned more than once: {doubled:?}"))
    }
}
