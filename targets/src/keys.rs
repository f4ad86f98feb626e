//! The key that workloads put into maps: a number whose `Hash`, `Eq`, `Clone` and `Drop` carry points.
//!
//! A container calls these in the middle of its own work, often while it holds a lock or moves its table. A fault at
//! `key.hash`, `key.eq`, `key.clone` or `key.drop` therefore reaches the inside of containers that know nothing of squall.
//! Disarmed, each costs one relaxed load more than the plain number would.

use squall_probe::point;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A key of a map under test.
pub struct Key(u64);

impl Key {
    /// The key with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The key's number.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.0
    }
}

impl Hash for Key {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        point!("key.hash");
        state.write_u64(self.0);
    }
}

impl PartialEq for Key {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        point!("key.eq");
        self.0 == other.0
    }
}

impl Eq for Key {}

impl Clone for Key {
    #[inline]
    fn clone(&self) -> Self {
        point!("key.clone");
        Self(self.0)
    }
}

impl Drop for Key {
    #[inline]
    fn drop(&mut self) {
        point!("key.drop");
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "key {}", self.0)
    }
}
