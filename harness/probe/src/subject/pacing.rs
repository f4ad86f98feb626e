//! When the next operation starts: at once in a closed loop, at its intended time in an open one.

use crate::clock::now_nanos;
use crate::hold::{become_punctual, wait_on_word};
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::segment::Header;
use squall_model::{Arrivals, Load};
use std::sync::atomic::AtomicU64;

/// A waiting worker looks this often whether the trial has ended.
const LOOK_NANOS: u64 = 20_000_000;

/// The pace of one worker.
pub(super) enum Pacing {
    /// The next operation starts when the one before has ended.
    Closed,
    /// Operations start at times of their own, whether the target keeps up or not.
    Open(Schedule),
}

/// The intended starts of one worker.
pub(super) struct Schedule {
    random: Xoshiro256PlusPlus,
    arrivals: Arrivals,
    gap_mean_nanos: f64,
    next_nanos: f64,
}

impl Pacing {
    /// The pace of one of the load's workers; an open loop begins at `begin_nanos`. Fixed arrivals of the workers are
    /// spread evenly, so that they do not come all at once.
    pub(super) fn new(load: &Load, number: u32, random: Xoshiro256PlusPlus, begin_nanos: u64) -> Self {
        let Some(rate) = load.rate else { return Self::Closed };
        let workers = f64::from(load.workers.max(1));
        let gap_mean_nanos = 1e9 * workers / rate.per_second();
        let offset = gap_mean_nanos * f64::from(number) / workers;
        become_punctual();
        let next_nanos = begin_nanos as f64 + offset;
        Self::Open(Schedule { random, arrivals: load.arrivals, gap_mean_nanos, next_nanos })
    }
}

impl Schedule {
    /// Waits for the next intended start and hands it on. In arrears it does not wait, and latency counts from the
    /// intended start, so that a stalled target does not hide the operations that it kept waiting. `None` once the trial
    /// is over.
    pub(super) fn wait(&mut self, header: &Header<'_>) -> Option<u64> {
        let start = self.next_nanos as u64;
        self.next_nanos += match self.arrivals {
            Arrivals::Fixed => self.gap_mean_nanos,
            Arrivals::Poisson => -(1.0 - self.random.random::<f64>()).ln() * self.gap_mean_nanos,
        };
        let never = AtomicU64::new(0);
        loop {
            let now = now_nanos();
            if header.stopped() {
                return None;
            }
            if now >= start {
                return Some(start);
            }
            wait_on_word(&never, 0, (start - now).min(LOOK_NANOS));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn intended_starts_keep_the_rate_even_when_nobody_waits() {
        for arrivals in [Arrivals::Fixed, Arrivals::Poisson] {
            let load = Load {
                workers: 4,
                rate: Some("40_000/s".parse().unwrap()),
                arrivals,
                weights: vec![1],
                keys: squall_model::Keys::default(),
                timeout: squall_model::units::TimeSpan::from_millis(1_000),
                scripts: None,
            };
            let Pacing::Open(mut schedule) = Pacing::new(&load, 1, Xoshiro256PlusPlus::seed_from_u64(1), 0) else {
                panic!("a load with a rate is an open loop");
            };
            let words: Vec<AtomicU64> = (0..1_000_000).map(|_| AtomicU64::new(0)).collect();
            let layout = squall_model::segment::Layout::new(1, 1).unwrap();
            let header = squall_model::segment::Segment::new(&words, layout).unwrap().header();
            let starts: Vec<u64> = (0..10_001).filter_map(|_| schedule.wait(&header)).collect();
            let mean_nanos = (starts[10_000] - starts[0]) as f64 / 10_000.0;
            assert!((mean_nanos / 100_000.0 - 1.0).abs() < 0.05, "{arrivals:?}: a gap of {mean_nanos} ns");
        }
    }
}
