//! A repair of the hazard `value-copy-aliasing`: one lock is held from the reading of a value to its writing back.

use super::shared_buffer::Full;
use squall_probe::point;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A map of lists behind one lock, which are changed in place.
///
/// **Guarantees.** Every operation is linearizable. No list can be taken out, only copied.
///
/// **Cost.** One lock an append; appends wait for each other, whatever their keys. Whoever is held in one holds everyone.
///
/// **Source.** The `entry` of Rust's `HashMap`; in Go, one mutex around all three lines.
#[derive(Debug)]
pub struct EntryMap {
    lists: Mutex<HashMap<u64, Vec<u64>>>,
    capacity: usize,
}

impl EntryMap {
    /// An empty map, whose lists have room for so many elements each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { lists: Mutex::default(), capacity }
    }

    /// Appends an element to a key's list.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append(&self, key: u64, element: u64) -> Result<(), Full> {
        let mut lists = self.lock();
        let list = lists.entry(key).or_default();
        point!("alias.copied");
        if list.len() >= self.capacity {
            return Err(Full);
        }
        list.push(element);
        Ok(())
    }

    /// A copy of a key's list.
    pub fn get(&self, key: u64) -> Vec<u64> {
        self.lock().get(&key).cloned().unwrap_or_default()
    }

    /// Shows the elements of all lists under the lock.
    pub fn for_each(&self, visit: impl FnMut(u64)) {
        self.lock().values().flatten().copied().for_each(visit);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Vec<u64>>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
