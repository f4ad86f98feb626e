//! Keeps a container's rounds apart: a load works in rounds so that a long one needs no more memory than a short one, and
//! so that what happens once in a container's life happens many times in a trial.
//!
//! Workers pass the gate together, which hinders them from nothing among each other; whoever ends a round passes it alone,
//! and so sees the container at rest.

use std::ops::Deref;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// A container in its present round.
#[derive(Debug)]
pub struct Gate<C> {
    round: RwLock<Round<C>>,
}

/// One round: its number, from 1, and the container.
#[derive(Debug)]
pub struct Round<C> {
    number: u64,
    container: C,
}

impl<C> Round<C> {
    /// The round's number.
    pub const fn number(&self) -> u64 {
        self.number
    }
}

impl<C> Deref for Round<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.container
    }
}

impl<C> Gate<C> {
    /// The first round of a container.
    #[must_use]
    pub const fn new(container: C) -> Self {
        Self { round: RwLock::new(Round { number: 1, container }) }
    }

    /// Takes part in the round under way, which does not end before the guard is dropped.
    pub fn pass(&self) -> RwLockReadGuard<'_, Round<C>> {
        self.round.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the round of this number: `renew` looks at the container and makes it ready for the next one. Nothing happens
    /// if another worker has ended it.
    pub fn end<R>(&self, number: u64, renew: impl FnOnce(&mut C) -> R) -> Option<R> {
        let mut round = self.round.write().unwrap_or_else(PoisonError::into_inner);
        (round.number == number).then(|| {
            round.number += 1;
            renew(&mut round.container)
        })
    }
}
