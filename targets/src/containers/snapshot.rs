//! A value that is replaced as a whole: readers keep the one that they took, writers publish the next. A repair of the
//! hazards `iterate-while-mutating`, `slice-bounds` and `torn-header`.

use arc_swap::ArcSwap;
use squall_probe::point;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A copy-on-write value behind one pointer.
///
/// **Guarantees.** Loading, publishing and changing are linearizable; a loaded value never changes. A load is wait-free in all
/// but the rarest case, and waits for no writer. Writers wait for each other, so that none is lost.
///
/// **Cost.** A load borrows the pointer by a note of its own thread, reads it twice, and counts one reference up: no lock, and
/// no line that all loads write but the counter. A change copies the whole value, and so costs as much as the value is large;
/// publishing looks through the notes of all threads that ever loaded, for those that borrowed the old pointer. Memory: as many
/// values as are still held.
///
/// **Source.** Read-copy-update; the crate `arc-swap`, whose notes are a kind of hazard pointers with debts (Michael, *Hazard
/// Pointers*, 2004).
///
/// ```
/// use squall_targets::containers::Snapshot;
/// let prices = Snapshot::new(vec![3, 4]);
/// let before = prices.load();
/// prices.change(|prices| prices.push(5));
/// assert_eq!((&before[..], &prices.load()[..]), (&[3, 4][..], &[3, 4, 5][..]));
/// ```
#[derive(Debug)]
pub struct Snapshot<T> {
    current: ArcSwap<T>,
    changing: Mutex<()>,
}

impl<T> Snapshot<T> {
    /// A first value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { current: ArcSwap::from_pointee(value), changing: Mutex::new(()) }
    }

    /// The present value.
    pub fn load(&self) -> Arc<T> {
        self.current.load_full()
    }

    /// Replaces the value, whatever it is; waits for a change that is under way, which would undo it otherwise.
    pub fn publish(&self, value: T) {
        let value = Arc::new(value);
        let changing = self.changing();
        let replaced = self.current.swap(value);
        drop(changing);
        drop(replaced); // outside of the lock: this may free much
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Snapshot<T> {
    /// Changes a copy of the value, and publishes it. If `change` panics, nothing is published.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let changing = self.changing();
        let mut copy = T::clone(&self.load());
        point!("snapshot.copied");
        let result = change(&mut copy);
        let replaced = self.current.swap(Arc::new(copy));
        drop(changing);
        drop(replaced); // outside of the lock: this may free much
        result
    }
}
