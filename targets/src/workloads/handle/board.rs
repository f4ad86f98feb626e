//! The board on which workers lay handles for each other, so that a handle is dropped, written or asked by another thread than the
//! one that made it.

use std::sync::{Mutex, PoisonError};

/// How many handles can lie on it.
const PLACES: usize = 16;

/// A board.
#[derive(Debug)]
pub(super) struct Board<H>([Mutex<Option<H>>; PLACES]);

impl<H> Board<H> {
    pub(super) const fn new() -> Self {
        Self([const { Mutex::new(None) }; PLACES])
    }

    /// Lays a handle down, and takes what lies there.
    pub(super) fn exchange(&self, place: usize, given: Option<H>) -> Option<H> {
        let mut place = self.0[place % PLACES].lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, given)
    }

    /// Takes all that lies there.
    pub(super) fn clear(&self) -> impl Iterator<Item = H> {
        (0..PLACES).filter_map(|place| self.exchange(place, None))
    }
}
