//! Keeps the intervals of a trial in bounded memory: a phase that gets too long is kept more coarsely.

use squall_model::{Interval, Phase};

/// How many intervals of one phase are kept at most; beyond, two and two are joined. A minute at ten a second fits.
const INTERVALS_MAX: usize = 1_024;

/// The intervals of each phase.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    phases: [PhaseLine; Phase::ALL.len()],
}

/// The intervals of one phase, each made of `stride` measured ones; the last may be unfinished.
#[derive(Debug)]
struct PhaseLine {
    intervals: Vec<Interval>,
    stride: usize,
    in_last: usize,
}

impl Default for PhaseLine {
    fn default() -> Self {
        Self { intervals: Vec::new(), stride: 1, in_last: 0 }
    }
}

impl Timeline {
    /// Adds the next measured interval.
    pub(super) fn add(&mut self, interval: &Interval) {
        self.phases[interval.phase.index()].add(interval);
    }

    /// All intervals in the order of time.
    pub(super) fn into_intervals(self) -> Vec<Interval> {
        self.phases.into_iter().flat_map(|line| line.intervals).collect()
    }
}

impl PhaseLine {
    fn add(&mut self, interval: &Interval) {
        match self.intervals.last_mut() {
            Some(last) if self.in_last < self.stride => {
                *last = last.joined(interval);
                self.in_last += 1;
            }
            _ => {
                self.make_room();
                self.intervals.push(interval.clone());
                self.in_last = 1;
            }
        }
    }

    fn make_room(&mut self) {
        if self.intervals.len() < INTERVALS_MAX {
            return;
        }
        let joined = self.intervals.chunks(2).map(|pair| match pair {
            [first, second] => first.joined(second),
            other => other[0].clone(),
        });
        self.intervals = joined.collect();
        self.stride *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use squall_model::OutcomeCounts;
    use squall_model::units::TimeSpan;

    fn interval(number: u64, phase: Phase, ok: u64) -> Interval {
        Interval {
            phase,
            start: TimeSpan::from_millis(number * 100),
            length: TimeSpan::from_millis(100),
            outcomes: OutcomeCounts { ok, ..OutcomeCounts::default() },
            p50_nanos: 1,
            p99_nanos: number,
            p999_nanos: 3,
            armed: 0,
            violations: 0,
        }
    }

    proptest! {
        #[test]
        fn coarsening_loses_no_operation_no_time_and_no_peak(counts in proptest::collection::vec(0_u64..1_000, 1..10_000)) {
            let mut timeline = Timeline::default();
            for (number, ok) in counts.iter().enumerate() {
                timeline.add(&interval(number as u64, Phase::Fault, *ok));
            }
            let kept = timeline.into_intervals();
            prop_assert!(kept.len() <= INTERVALS_MAX);
            prop_assert_eq!(kept.iter().map(|interval| interval.outcomes.ok).sum::<u64>(), counts.iter().sum::<u64>());
            let length: u64 = kept.iter().map(|interval| interval.length.nanos()).sum();
            prop_assert_eq!(length, counts.len() as u64 * 100_000_000);
            let peak = kept.iter().map(|interval| interval.p99_nanos).max();
            prop_assert_eq!(peak, Some(counts.len() as u64 - 1));
            prop_assert!(kept.is_sorted_by_key(|interval| interval.start));
        }
    }
}
