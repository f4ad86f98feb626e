//! Where the threads of a script wait for each other. They spin at first, because the others come within a microsecond; then they yield,
//! because there may be fewer cores than threads; and if nobody comes for long, they sleep, so that a deadlock of
//! what is under test looks like one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// So often a thread looks before it yields its core: a few microseconds.
const SPINS_MAX: u32 = 400;
/// So often it yields before it sleeps: some milliseconds.
const YIELDS_MAX: u32 = 4_000;
const SLEEP: Duration = Duration::from_micros(100);

/// How long a thread has waited.
#[derive(Debug, Default)]
pub(super) struct Patience {
    looked: u32,
}

impl Patience {
    /// Waits for a moment.
    #[inline]
    pub(super) fn wait(&mut self) {
        self.looked = self.looked.saturating_add(1);
        if self.looked <= SPINS_MAX {
            std::hint::spin_loop();
        } else {
            self.wait_longer();
        }
    }

    #[cold]
    fn wait_longer(&self) {
        if self.looked <= SPINS_MAX + YIELDS_MAX {
            std::thread::yield_now();
        } else {
            std::thread::sleep(SLEEP);
        }
    }
}

/// Where a fixed number of threads meet again and again.
#[derive(Debug)]
pub(super) struct Meeting {
    threads: usize,
    arrived: AtomicUsize,
    round: AtomicUsize,
}

impl Meeting {
    pub(super) const fn of(threads: usize) -> Self {
        Self { threads, arrived: AtomicUsize::new(0), round: AtomicUsize::new(0) }
    }

    /// Waits until all have come. What each did before is seen by all afterwards.
    pub(super) fn meet(&self) {
        let round = self.round.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.threads {
            self.arrived.store(0, Ordering::Relaxed);
            self.round.store(round.wrapping_add(1), Ordering::Release);
            return;
        }
        let mut patience = Patience::default();
        while self.round.load(Ordering::Acquire) == round {
            patience.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn nobody_leaves_a_meeting_before_all_have_come() {
        const THREADS: usize = 4;
        let (meeting, sum) = (Meeting::of(THREADS), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for round in 1..=500 {
                        sum.fetch_add(1, Ordering::Relaxed);
                        meeting.meet();
                        assert_eq!(sum.load(Ordering::Relaxed), round * THREADS as u64);
                        meeting.meet();
                    }
                });
            }
        });
    }
}
