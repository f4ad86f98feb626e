//! What one worker has written in the round under way: the places that only it writes to, and what it wrote there last.

use squall_probe::write_back;

/// The places of one worker.
#[derive(Debug, Default)]
pub struct Written {
    round: u64,
    sequence: u64,
    places: Vec<(usize, u64)>,
}

const OWNER_SHIFT: u32 = 48;

impl Written {
    /// Forgets what was written in earlier rounds.
    pub fn enter(&mut self, round: u64) {
        if self.round != round {
            self.round = round;
            self.places.clear();
            write_back(self);
        }
    }

    /// The round in which all this was written.
    #[must_use]
    pub const fn round(&self) -> u64 {
        self.round
    }

    /// An element that nobody has written before, and that is not 0. If a panic ends its writing, it is not made again.
    pub fn next_element(&mut self, worker: u32) -> u64 {
        self.sequence += 1;
        write_back(self);
        (worker as u64 + 1) << OWNER_SHIFT | self.sequence
    }

    /// Notes a new place.
    pub fn appended(&mut self, place: usize, element: u64) {
        self.places.push((place, element));
    }

    /// One of the worker's places, with what it wrote there last; different keys choose different ones.
    pub fn choose(&mut self, key: u64) -> Option<&mut (usize, u64)> {
        let choice = (key as usize).checked_rem(self.places.len())?;
        self.places.get_mut(choice)
    }

    /// All of the worker's places.
    pub fn places(&self) -> impl Iterator<Item = (usize, u64)> {
        self.places.iter().copied()
    }
}

/// An element in words.
#[must_use]
pub(super) fn describe(element: u64) -> String {
    let sequence = element & ((1 << OWNER_SHIFT) - 1);
    format!("write #{sequence} of worker {}", (element >> OWNER_SHIFT).wrapping_sub(1))
}
