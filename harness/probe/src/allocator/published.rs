//! A value that an allocator can look at without a lock: published once, then only read.
//!
//! A lock here would order the target's threads one after the other, and hide the very races that faults are to show.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A place for a value that comes and goes. Each published value stays in memory for ever, since a reader may still look at
/// it; there is one for each time that a fault is armed.
pub(super) struct Published<T: 'static> {
    current: AtomicPtr<T>,
}

impl<T: Send + Sync + 'static> Published<T> {
    pub(super) const fn nothing() -> Self {
        Self { current: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Shows this value from now on.
    pub(super) fn publish(&self, value: T) {
        self.current.store(ptr::from_mut(Box::leak(Box::new(value))), Ordering::Release);
    }

    /// Shows nothing from now on.
    pub(super) fn withdraw(&self) {
        self.current.store(ptr::null_mut(), Ordering::Release);
    }

    /// The value that is shown now.
    #[inline]
    pub(super) fn get(&self) -> Option<&'static T> {
        // SAFETY: the pointer is null or comes from `publish`, which leaked the value: it lives for ever, and nobody writes
        // to it any more.
        #[expect(unsafe_code, reason = "a published value is reached by its address")]
        unsafe {
            self.current.load(Ordering::Acquire).as_ref()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_see_a_whole_value_or_none_while_it_comes_and_goes() {
        let place = Published::<[u64; 4]>::nothing();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..100_000 {
                        if let Some(value) = place.get() {
                            assert!(value.iter().all(|part| *part == value[0]));
                        }
                    }
                });
            }
            for number in 0..1_000 {
                place.publish([number; 4]);
                place.withdraw();
            }
        });
        assert!(place.get().is_none());
    }
}
