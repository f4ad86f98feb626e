//! Keeps a value away from its neighbours' cache lines, so that two threads that write neighbouring values do not slow
//! each other down.

use std::ops::{Deref, DerefMut};

/// A value alone on its cache lines: two of 64 bytes, because processors fetch the neighbouring line along.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Padded<T>(pub T);

impl<T> Deref for Padded<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Padded<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
