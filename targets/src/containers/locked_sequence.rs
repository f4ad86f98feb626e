//! A repair of the hazard `iterate-while-mutating`: whoever walks the sequence holds a lock that keeps writers away.

use squall_probe::point;
use std::sync::{PoisonError, RwLock};

/// A sequence behind one reader-writer lock.
///
/// **Guarantees.** Every operation is linearizable, walks included.
///
/// **Cost.** One lock an operation. Readers walk together; a writer waits for the longest walk, and new readers wait for the
/// writer. Nothing is copied.
///
/// **Panics.** A poisoned lock is used on; a change that panics leaves the sequence as far as it had changed it.
///
/// **Source.** The textbook.
#[derive(Debug)]
pub struct LockedSequence {
    elements: RwLock<Vec<u64>>,
}

impl LockedSequence {
    /// A sequence of these elements.
    #[must_use]
    pub fn new(elements: &[u64]) -> Self {
        Self { elements: RwLock::new(elements.to_vec()) }
    }

    /// Changes the sequence.
    pub fn change<R>(&self, change: impl FnOnce(&mut Vec<u64>) -> R) -> R {
        change(&mut self.elements.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows the elements.
    pub fn for_each(&self, mut visit: impl FnMut(u64)) {
        let elements = self.elements.read().unwrap_or_else(PoisonError::into_inner);
        let (first, second) = elements.split_at(elements.len() / 2);
        first.iter().copied().for_each(&mut visit);
        point!("iteration.between");
        second.iter().copied().for_each(visit);
    }
}
