//! What one worker knows of its own keys: nobody else writes them, so that each has to hold what the worker left there.

use squall_probe::write_back;
use std::collections::HashMap;

/// The keys of one worker.
#[derive(Debug, Default)]
pub struct WrittenKeys {
    sequence: u64,
    /// What each key has to hold. A key that is not here was never written, or by an operation that a panic ended.
    known: HashMap<u64, Option<u64>>,
}

impl WrittenKeys {
    /// The worker's key next to a drawn one: keys are dealt out to the workers in turn.
    #[must_use]
    pub const fn own(key: u64, worker: u32, workers: u32) -> u64 {
        key - key % workers as u64 + worker as u64
    }

    /// A value that was never written before. If a panic ends its writing, it is not made again.
    pub fn next_value(&mut self) -> u64 {
        self.sequence += 1;
        write_back(self);
        self.sequence
    }

    /// The worker is about to change a key: until it says what came of it, nothing is known. Hands on what was.
    pub fn begin(&mut self, key: u64) -> Option<Option<u64>> {
        let known = self.known.remove(&key);
        write_back(self);
        known
    }

    /// A key holds this now.
    pub fn left(&mut self, key: u64, value: Option<u64>) {
        self.known.insert(key, value);
    }

    /// What a key has to hold, if that is known.
    #[must_use]
    pub fn expected(&self, key: u64) -> Option<Option<u64>> {
        self.known.get(&key).copied()
    }

    /// All keys of which it is known what they have to hold.
    pub fn all(&self) -> impl Iterator<Item = (u64, Option<u64>)> {
        self.known.iter().map(|(key, value)| (*key, *value))
    }
}
