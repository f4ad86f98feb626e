//! Counts what each worker of a round has begun and finished, so that a queue which says that it is full or empty can be
//! proved wrong.
//!
//! At any moment of a call, the queue holds at most what had been begun to be put in by the call's end less what had been
//! taken out for good before it began, and at least what had been put in for good before less what had been begun to be
//! taken out by the end. An operation that is under way, was stalled or ended with a panic only widens these bounds, so a
//! queue that answers outside of them is wrong, however the threads were scheduled.
//!
//! Each worker writes counts of its own, which costs an operation no line that others write; they are summed up only
//! around a call that is judged.

use crate::containers::Padded;
use std::sync::atomic::{AtomicU64, Ordering, fence};

/// The counts of all workers of one round.
#[derive(Debug)]
pub struct Counts {
    workers: Box<[Padded<WorkerCounts>]>,
}

/// The counts of one worker. Only this worker writes them.
#[derive(Debug, Default)]
pub struct WorkerCounts {
    /// What the worker began to put in, less what was refused.
    puts_begun: AtomicU64,
    puts_finished: AtomicU64,
    /// How often the worker began to take something out, less how often it got nothing.
    takes_begun: AtomicU64,
    takes_finished: AtomicU64,
}

/// What had been finished before a call.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    puts: u64,
    takes: u64,
}

/// How many elements the queue can have held during a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// At least so many, at every moment.
    pub least: u64,
    /// At most so many, at every moment.
    pub most: u64,
}

impl WorkerCounts {
    /// What this worker changes is its own, so a load and a store make no race.
    fn add(count: &AtomicU64, change: i64) {
        count.store(count.load(Ordering::Relaxed).wrapping_add_signed(change), Ordering::Release);
    }

    /// Begins to put an element in. The fence keeps the count ahead of what the queue is seen to do.
    pub fn begin_put(&self) {
        Self::add(&self.puts_begun, 1);
        fence(Ordering::Release);
    }

    /// The element is in.
    pub fn finish_put(&self) {
        Self::add(&self.puts_finished, 1);
    }

    /// The element was refused.
    pub fn refuse_put(&self) {
        Self::add(&self.puts_begun, -1);
    }

    /// Begins to take an element out.
    pub fn begin_take(&self) {
        Self::add(&self.takes_begun, 1);
        fence(Ordering::Release);
    }

    /// An element was taken out.
    pub fn finish_take(&self) {
        Self::add(&self.takes_finished, 1);
    }

    /// Nothing was taken out.
    pub fn refuse_take(&self) {
        Self::add(&self.takes_begun, -1);
    }
}

impl Counts {
    /// The counts of so many workers.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        Self { workers: (0..workers).map(|_| Padded::default()).collect() }
    }

    /// The counts of one worker.
    pub fn of(&self, worker: u32) -> &WorkerCounts {
        &self.workers[worker as usize].0
    }

    fn sum(&self, count: impl Fn(&WorkerCounts) -> &AtomicU64) -> u64 {
        self.workers.iter().map(|worker| count(&worker.0).load(Ordering::Acquire)).sum()
    }

    /// To be asked before the call that is judged begins.
    #[must_use]
    pub fn before(&self) -> Before {
        Before { puts: self.sum(|worker| &worker.puts_finished), takes: self.sum(|worker| &worker.takes_finished) }
    }

    /// To be asked once the call has ended, and was counted as refused.
    #[must_use]
    pub fn during(&self, before: Before) -> Bounds {
        fence(Ordering::Acquire);
        let puts = self.sum(|worker| &worker.puts_begun);
        let takes = self.sum(|worker| &worker.takes_begun);
        Bounds { least: before.puts.saturating_sub(takes), most: puts.saturating_sub(before.takes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_widens_the_bounds_and_what_is_finished_narrows_them() {
        let counts = Counts::new(2);
        for _ in 0..3 {
            counts.of(0).begin_put();
            counts.of(0).finish_put();
        }
        counts.of(1).begin_take();
        let before = counts.before();
        assert_eq!(counts.during(before), Bounds { least: 2, most: 3 });
        counts.of(1).finish_take();
        counts.of(0).begin_put();
        assert_eq!(counts.during(before), Bounds { least: 2, most: 4 }, "what came after may have come in between");
        assert_eq!(counts.during(counts.before()), Bounds { least: 2, most: 3 });
        counts.of(0).refuse_put();
        assert_eq!(counts.during(counts.before()), Bounds { least: 2, most: 2 });
    }
}
