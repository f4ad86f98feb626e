//! A value that is replaced as a whole: readers keep the one that they took, writers publish the next. A repair of the
//! hazards `iterate-while-mutating`, `slice-bounds` and `torn-header`.

use squall_probe::point;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A copy-on-write value behind one pointer.
///
/// **Guarantees.** Loading and publishing are linearizable; a loaded value never changes. Changes made by
/// [`change`](Self::change) wait for each other, so that none is lost.
///
/// **Cost.** Loading is a lock held for the increment of one counter. A change copies the whole value, and so costs as much
/// as the value is large; readers never wait for the copying. Memory: as many values as are still held.
///
/// **Source.** Read-copy-update; the crate `arc-swap`, which does without the lock and is the better choice where many cores
/// load the same value.
#[derive(Debug)]
pub struct Snapshot<T> {
    current: RwLock<Arc<T>>,
    changing: Mutex<()>,
}

impl<T> Snapshot<T> {
    /// A first value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { current: RwLock::new(Arc::new(value)), changing: Mutex::new(()) }
    }

    /// The present value.
    pub fn load(&self) -> Arc<T> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the value, whatever it is.
    pub fn publish(&self, value: T) {
        let value = Arc::new(value);
        let replaced = std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), value);
        drop(replaced); // outside of the lock: this may free much
    }
}

impl<T: Clone> Snapshot<T> {
    /// Changes a copy of the value, and publishes it. If `change` panics, nothing is published.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut copy = T::clone(&self.load());
        point!("snapshot.copied");
        let result = change(&mut copy);
        self.publish(copy);
        result
    }
}
