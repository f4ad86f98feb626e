//! How the threads of a script walk along the objects: each from a place of its own on, or in step.

use super::meeting::Patience;
use squall_model::decision::mix;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far apart threads begin at most, in places: as far as one of them gets before the other has left the meeting.
const HEAD_STARTS: u64 = 24;
/// A thread in step begins less than two to this power turns of an empty loop late, about a quarter of a microsecond; operations of
/// containers take as long.
pub(super) const LATE_BITS_IN_STEP: u64 = 10;
/// A thread that walks freely goes on so many places' time late at most: more would only keep the others waiting.
pub(super) const LATE_BITS_FREE: u64 = 8;

/// One walk of all threads along the objects.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Walk {
    /// How many objects there are.
    pub(super) length: usize,
    /// How many steps were taken before this walk.
    pub(super) base: u64,
    /// What the places and times are drawn from.
    pub(super) seed: u64,
}

/// What a walk came to, beside its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Walked {
    pub(super) panics: u64,
    pub(super) injected: u64,
}

impl Walked {
    pub(super) const fn count_panic(&mut self, injected: bool) {
        if injected {
            self.injected += 1;
        } else {
            self.panics += 1;
        }
    }
}

impl Walk {
    /// How many places a thread is ahead of its steps.
    pub(super) fn ahead(&self, thread: usize) -> usize {
        ((self.seed >> (16 * (thread as u64 % 4))) % HEAD_STARTS.min(self.length as u64)) as usize
    }

    /// At which place a thread takes a step that is so many places ahead. All walk the same way; a drawn one of them has a head
    /// start.
    #[inline]
    pub(super) const fn place(&self, ahead: usize, step: usize) -> usize {
        let place = step + ahead;
        if place < self.length { place } else { place - self.length }
    }

    pub(super) const fn stagger(&self, thread: usize, step: usize) -> Stagger {
        Stagger { state: mix(self.seed ^ (thread as u64) << 32 ^ step as u64) | 1 }
    }
}

/// Lets a little drawn time pass before each object.
#[derive(Debug)]
pub(super) struct Stagger {
    state: u64,
}

impl Stagger {
    /// Lets time pass, less than two to this power turns: as often very little as rather much.
    #[inline]
    pub(super) fn pass_time(&mut self, bits_max: u64) {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let bits = (self.state >> 56) % bits_max;
        let turns = (self.state >> 20) & ((1 << bits) - 1);
        for turn in 0..turns {
            black_box(turn);
        }
    }
}

/// How far each thread has come.
#[derive(Debug)]
pub(super) struct Steps {
    threads: Vec<Step>,
}

/// In a cache line of its own.
#[derive(Debug)]
#[repr(align(128))]
struct Step(AtomicU64);

impl Steps {
    pub(super) fn of(threads: usize) -> Self {
        Self { threads: (0..threads).map(|_| Step(AtomicU64::new(0))).collect() }
    }

    /// Waits until all threads have come to a step; steps are numbered over all walks.
    #[inline]
    pub(super) fn wait_for_all(&self, thread: usize, step: u64) {
        self.threads[thread].0.store(step + 1, Ordering::Release);
        for other in &self.threads {
            let mut patience = Patience::default();
            while other.0.load(Ordering::Acquire) <= step {
                patience.wait();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_thread_comes_to_each_place_once(length in 1_usize..200, seed in any::<u64>(), thread in 0_usize..4) {
            let walk = Walk { length, base: 0, seed };
            let mut places: Vec<_> = (0..length).map(|step| walk.place(walk.ahead(thread), step)).collect();
            places.sort_unstable();
            prop_assert!(places.into_iter().eq(0..length));
        }
    }
}
