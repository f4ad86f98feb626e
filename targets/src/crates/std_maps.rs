//! The standard map behind the standard library's locks: `map.std_mutex` and `map.std_rw_lock`.

use crate::workloads::map::{Table, TableLock};
use std::sync::{Mutex, PoisonError, RwLock};

/// The standard mutex.
pub struct StdMutex(Mutex<Table>);

impl TableLock for StdMutex {
    const NAME: &'static str = "map.std_mutex";
    const SUMMARY: &'static str = "the standard map behind the standard mutex";

    fn new(table: Table) -> Self {
        Self(Mutex::new(table))
    }

    fn read<R>(&self, look: impl FnOnce(&Table) -> R) -> R {
        look(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<R>(&self, change: impl FnOnce(&mut Table) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The standard reader-writer lock.
pub struct StdRwLock(RwLock<Table>);

impl TableLock for StdRwLock {
    const NAME: &'static str = "map.std_rw_lock";
    const SUMMARY: &'static str = "the standard map behind the standard reader-writer lock";

    fn new(table: Table) -> Self {
        Self(RwLock::new(table))
    }

    fn read<R>(&self, look: impl FnOnce(&Table) -> R) -> R {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<R>(&self, change: impl FnOnce(&mut Table) -> R) -> R {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}
