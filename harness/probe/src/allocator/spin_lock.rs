//! A lock that may be taken inside an allocator: it neither allocates nor parks.

use crate::thread_state::Exemption;
use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};

/// A value behind a lock that waits by spinning and yielding. The critical sections are a few loads and stores.
pub(super) struct SpinLock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the lock hands out one exclusive reference at a time, so sending the value between threads is all that sharing
// the lock amounts to.
#[expect(unsafe_code, reason = "a lock is what makes its content shareable")]
unsafe impl<T: Send> Sync for SpinLock<T> {}

/// Releases the lock when dropped, and only then ends the exemption: no thread is stalled with the lock in its hands.
#[must_use = "the lock is released when the guard is dropped"]
pub(super) struct SpinGuard<'a, T> {
    lock: &'a SpinLock<T>,
    _exemption: Exemption,
}

impl<T> SpinLock<T> {
    pub(super) const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    pub(super) fn lock(&self) -> SpinGuard<'_, T> {
        let exemption = Exemption::begin();
        let mut tries = 0_u32;
        while self.locked.compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            tries += 1;
            if tries.is_multiple_of(64) {
                std::thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
        SpinGuard { lock: self, _exemption: exemption }
    }
}

impl<T> Deref for SpinGuard<'_, T> {
    type Target = T;

    #[expect(unsafe_code, reason = "the guard is the proof of exclusive access")]
    fn deref(&self) -> &T {
        // SAFETY: the guard holds the lock, so no other reference to the value exists.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for SpinGuard<'_, T> {
    #[expect(unsafe_code, reason = "the guard is the proof of exclusive access")]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the lock, so no other reference to the value exists.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for SpinGuard<'_, T> {
    fn drop(&mut self) {
        self.lock.locked.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_increment_is_lost_under_contention() {
        let counter = SpinLock::new(0_u64);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..10_000).for_each(|_| *counter.lock() += 1));
            }
        });
        assert_eq!(*counter.lock(), 40_000);
    }
}
