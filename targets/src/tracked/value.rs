//! The value that workloads put into containers: it says for which key it was written, by whom and when, and how often it was
//! updated, so that an oracle can tell a foreign, stale or torn value from the right one. Its `Clone`, `Eq` and `Drop` carry the
//! points `value.clone`, `value.eq` and `value.drop`, and its life is tracked.

use super::life::{Kind, Life};
use super::misuse::in_callback;
use squall_probe::point;

/// The worker that a value names which was there before the load.
pub const PREFILL_WORKER: u32 = u32::MAX;
/// In a history, a value is its writer, counted from 1, times this, and the number under which it was written: people can read both.
const SEQUENCES: u64 = 1_000_000_000_000;

/// A value with its stamp. `key` stands for whatever place in a container it belongs to.
#[derive(Debug)]
pub struct Value {
    key: u64,
    sequence: u64,
    updates: u64,
    worker: u32,
    seal: u32,
    life: Life,
}

impl Value {
    /// The value that `worker` writes for `key` as its `sequence`-th.
    #[must_use]
    #[inline]
    pub fn new(key: u64, worker: u32, sequence: u64) -> Self {
        let life = Life::begin(Kind::Value, key);
        Self { key, sequence, updates: 0, worker, seal: seal(key, worker, sequence, 0), life }
    }

    /// Updates the value: the read-modify-write whose loss the oracle `no_lost_update` looks for.
    #[inline]
    pub fn update(&mut self, worker: u32, sequence: u64) {
        self.life.used("updated");
        self.updates += 1;
        self.worker = worker;
        self.sequence = sequence;
        self.seal = seal(self.key, worker, sequence, self.updates);
    }

    /// How often the value was updated since it was inserted.
    #[must_use]
    pub fn updates(&self) -> u64 {
        self.life.used("read");
        self.updates
    }

    /// The number under which its writer wrote it or updated it last.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.life.used("read");
        self.sequence
    }

    /// Who wrote it or updated it last.
    #[must_use]
    pub fn writer(&self) -> u32 {
        self.life.used("read");
        self.worker
    }

    /// The value as a number in a history.
    #[must_use]
    pub fn number(&self) -> u64 {
        Self::number_of(self.writer(), self.sequence())
    }

    /// The number, in a history, of the value that `worker` writes as its `sequence`-th. A worker's sequences are all different.
    #[must_use]
    pub const fn number_of(worker: u32, sequence: u64) -> u64 {
        if worker == PREFILL_WORKER { sequence } else { (worker as u64 + 1) * SEQUENCES + sequence }
    }

    /// Which instance it is: no two that live at the same time are the same.
    #[must_use]
    pub const fn instance(&self) -> u64 {
        self.life.bits()
    }

    /// Whether the value was written for `key`, and is whole.
    #[inline]
    #[must_use]
    pub fn belongs_to(&self, key: u64) -> bool {
        let belongs = self.key == key && self.is_whole();
        self.life.used("read");
        belongs
    }

    const fn is_whole(&self) -> bool {
        self.seal == seal(self.key, self.worker, self.sequence, self.updates)
    }

    /// The value in words, as the answer to a question for `key`.
    #[must_use]
    pub fn describe(&self, key: u64) -> String {
        let writer = match self.worker {
            PREFILL_WORKER => "before the load".to_owned(),
            worker => format!("by worker {worker} #{}", self.sequence),
        };
        let state = if self.is_whole() { "written" } else { "torn: written" };
        format!("key {key} held a value {state} for key {} {writer}", self.key)
    }
}

impl Clone for Value {
    #[inline]
    fn clone(&self) -> Self {
        in_callback(|| point!("value.clone"));
        let Self { key, sequence, updates, worker, seal, .. } = *self;
        // Looked at after the parts were read: whoever drops the value meanwhile is seen.
        self.life.used("cloned");
        Self { key, sequence, updates, worker, seal, life: Life::begin(Kind::Value, key) }
    }
}

/// Values are equal if the same worker wrote them for the same key as its same one: a clone equals what it was made of.
impl PartialEq for Value {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        in_callback(|| point!("value.eq"));
        self.life.used("compared");
        other.life.used("compared");
        (self.key, self.worker, self.sequence) == (other.key, other.worker, other.sequence)
    }
}

impl Eq for Value {}

impl Drop for Value {
    #[inline]
    fn drop(&mut self) {
        self.life.end();
        in_callback(|| point!("value.drop"));
    }
}

/// Mixes the parts of a value, so that a value put together from two others does not fit its seal.
const fn seal(key: u64, worker: u32, sequence: u64, updates: u64) -> u32 {
    let mixed = key ^ sequence.rotate_left(20) ^ updates.rotate_left(40) ^ (worker as u64) << 24;
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_belongs_to_its_key_only_also_after_updates() {
        let mut value = Value::new(7, 3, 41);
        value.update(2, 9);
        assert!(value.belongs_to(7) && !value.belongs_to(8));
        assert_eq!(value.updates(), 1);
        assert_eq!(value.describe(8), "key 8 held a value written for key 7 by worker 2 #9");
    }

    #[test]
    fn a_value_put_together_from_two_others_is_torn() {
        let (ours, mut theirs) = (Value::new(7, 3, 41), Value::new(7, 5, 77));
        theirs.sequence = ours.sequence;
        assert!(!theirs.belongs_to(7));
        assert!(theirs.describe(7).contains("torn"));
    }
}
