//! The keys that a worker brings into a map and takes out again, each of which is new: nobody ever used it before.

use squall_probe::write_back;
use std::collections::VecDeque;

/// New keys lie above all keys that an experiment can draw, which are at most 2^32.
const FIRST: u64 = 1 << 40;
/// So many new keys of one worker are in the map before the oldest has to go.
const WINDOW: usize = 1_024;

/// The new keys of one worker, oldest first.
#[derive(Debug, Default)]
pub struct NewKeys {
    next: u64,
    present: VecDeque<u64>,
}

impl NewKeys {
    /// A key that no worker has used before. It counts as present once [`settle`](Self::settle) says so, and is given out only
    /// once, whatever becomes of it.
    pub fn begin(&mut self, worker: u32, workers: u32) -> u64 {
        let key = FIRST + self.next * workers as u64 + worker as u64;
        self.next += 1;
        write_back(self);
        key
    }

    /// The key is in the map from now on, with itself as its value.
    pub fn settle(&mut self, key: u64) {
        self.present.push_back(key);
    }

    /// The key that has to leave the map, if there are enough of them. From now on nothing is known about it.
    pub fn expire(&mut self) -> Option<u64> {
        let oldest = if self.present.len() < WINDOW { None } else { self.present.pop_front() };
        write_back(self);
        oldest
    }

    /// All keys that have to be in the map.
    pub fn all(&self) -> impl Iterator<Item = u64> {
        self.present.iter().copied()
    }
}
