//! The key that workloads put into containers: a number whose `Hash`, `Eq`, `Ord`, `Clone` and `Drop` carry points, and whose
//! life is tracked.
//!
//! A container calls these in the middle of its own work, often while it holds a lock or moves its table. A fault at
//! `key.hash`, `key.eq`, `key.cmp`, `key.clone` or `key.drop` therefore reaches the inside of containers that know nothing of
//! squall.

use super::life::{Kind, Life};
use super::misuse::in_callback;
use squall_probe::point;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A key of a container under test.
pub struct Key {
    number: u64,
    life: Life,
}

impl Key {
    /// The key with this number.
    #[inline]
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self { number, life: Life::begin(Kind::Key, number) }
    }

    /// The key's number.
    #[inline]
    #[must_use]
    pub fn number(&self) -> u64 {
        self.life.used("read");
        self.number
    }
}

impl Hash for Key {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        in_callback(|| point!("key.hash"));
        self.life.used("hashed");
        state.write_u64(self.number);
    }
}

impl PartialEq for Key {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        in_callback(|| point!("key.eq"));
        self.life.used("compared");
        other.life.used("compared");
        self.number == other.number
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        in_callback(|| point!("key.cmp"));
        self.life.used("compared");
        other.life.used("compared");
        self.number.cmp(&other.number)
    }
}

impl Clone for Key {
    #[inline]
    fn clone(&self) -> Self {
        in_callback(|| point!("key.clone"));
        let number = self.number;
        self.life.used("cloned");
        Self::new(number)
    }
}

impl Drop for Key {
    #[inline]
    fn drop(&mut self) {
        self.life.end();
        in_callback(|| point!("key.drop"));
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "key {}", self.number)
    }
}
