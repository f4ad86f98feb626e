//! What was measured, as plain data: histograms, intervals of the time series, phase totals, meters.

use crate::outcome::{Outcome, OutcomeCounts};
use crate::phase::Phase;
use crate::segment::{BUCKETS, bucket_high, bucket_low};
use crate::units::TimeSpan;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A latency distribution: counts by bucket. Stored sparsely, as pairs of bucket and count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

/// A percentile, known up to the width of its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketRange {
    /// The bucket's smallest value, in nanoseconds.
    pub low_nanos: u64,
    /// The bucket's largest value, in nanoseconds.
    pub high_nanos: u64,
}

impl Histogram {
    /// Adds to one bucket; buckets beyond the last are ignored.
    pub fn add(&mut self, bucket: usize, count: u64) {
        if count == 0 || bucket >= BUCKETS {
            return;
        }
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] = self.counts[bucket].saturating_add(count);
        self.total = self.total.saturating_add(count);
    }

    /// Adds all of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in other.filled() {
            self.add(bucket, count);
        }
    }

    /// What was added since an earlier reading of the same histogram.
    pub fn since(&self, earlier: &Self) -> Self {
        let mut difference = Self::default();
        for (bucket, count) in self.filled() {
            let before = earlier.counts.get(bucket).copied().unwrap_or(0);
            difference.add(bucket, count.saturating_sub(before));
        }
        difference
    }

    /// How many values were added.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The filled buckets in ascending order, with their counts.
    pub fn filled(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.counts.iter().copied().enumerate().filter(|(_, count)| *count > 0)
    }

    /// The value of rank `rank` (from 1) in ascending order; `None` if there are fewer values.
    pub fn at_rank(&self, rank: u64) -> Option<BucketRange> {
        let mut seen = 0;
        for (bucket, count) in self.filled() {
            seen = count.saturating_add(seen);
            if seen >= rank.max(1) {
                return Some(BucketRange { low_nanos: bucket_low(bucket), high_nanos: bucket_high(bucket) });
            }
        }
        None
    }

    /// The quantile (0 to 1) by nearest rank, as its bucket's middle, in nanoseconds; `None` without values.
    pub fn quantile_nanos(&self, quantile: f64) -> Option<u64> {
        let rank = (quantile * self.total as f64).ceil() as u64;
        let range = self.at_rank(rank.clamp(1, self.total.max(1)))?;
        Some(range.low_nanos + (range.high_nanos.min(range.low_nanos * 2) - range.low_nanos) / 2)
    }

    /// The largest value's bucket.
    pub fn largest(&self) -> Option<BucketRange> {
        self.at_rank(self.total.max(1))
    }
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.filled())
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut histogram = Self::default();
        for (bucket, count) in Vec::<(usize, u64)>::deserialize(deserializer)? {
            histogram.add(bucket, count);
        }
        Ok(histogram)
    }
}

/// One operation of a worker's flight ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlightEntry {
    /// The operation's place in the workload's list.
    pub operation: usize,
    /// How it ended.
    pub outcome: Outcome,
    /// The phase in which it began.
    pub phase: Phase,
    /// The key that it was given.
    pub key: u64,
    /// When it began, on the monotonic clock, in nanoseconds.
    pub started_nanos: u64,
    /// How long it took, in nanoseconds.
    pub latency_nanos: u64,
}

/// A short stretch of the time series, all workers together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The phase that it belongs to.
    pub phase: Phase,
    /// Its beginning, counted from the beginning of the trial's first phase.
    pub start: TimeSpan,
    /// How long it lasted.
    pub length: TimeSpan,
    /// The operations that ended in it.
    pub outcomes: OutcomeCounts,
    /// Half of its operations took at most so long, in nanoseconds; 0 without operations.
    pub p50_nanos: u64,
    /// 99 % of its operations took at most so long.
    pub p99_nanos: u64,
    /// 99.9 % of its operations took at most so long.
    pub p999_nanos: u64,
    /// The faults that were armed at its end, as bits by their number.
    pub armed: u32,
    /// Answers that an oracle found wrong in it.
    #[serde(default)]
    pub violations: u64,
}

impl Interval {
    /// Operations that ended per second.
    pub fn rate_per_second(&self) -> f64 {
        let seconds = self.length.nanos() as f64 / 1e9;
        if seconds > 0.0 { self.outcomes.total() as f64 / seconds } else { 0.0 }
    }

    /// The interval that both make together, for a coarser series. Percentiles take the worse of the two.
    pub fn joined(&self, next: &Self) -> Self {
        Self {
            phase: self.phase,
            start: self.start,
            length: self.length.plus(next.length),
            outcomes: self.outcomes + next.outcomes,
            p50_nanos: self.p50_nanos.max(next.p50_nanos),
            p99_nanos: self.p99_nanos.max(next.p99_nanos),
            p999_nanos: self.p999_nanos.max(next.p999_nanos),
            armed: self.armed | next.armed,
            violations: self.violations + next.violations,
        }
    }
}

/// Everything measured in one phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseTotals {
    /// The phase.
    pub phase: Phase,
    /// How long it really lasted.
    pub length: TimeSpan,
    /// The outcomes of each operation, in the order of the plan's operations.
    pub by_operation: Vec<OutcomeCounts>,
    /// The latencies of all operations.
    pub latency: Histogram,
}

impl PhaseTotals {
    /// The outcomes of all operations together.
    pub fn outcomes(&self) -> OutcomeCounts {
        self.by_operation.iter().fold(OutcomeCounts::default(), |sum, counts| sum + *counts)
    }
}

/// What one fault really did.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Meter {
    /// For how long it was armed.
    pub armed: TimeSpan,
    /// How often it might have acted while armed.
    pub offered: u64,
    /// How often it acted.
    pub fired: u64,
    /// How many of its delays healing cut short; they are in no distribution.
    pub cut_short: u64,
    /// The mean of the delays asked for, in nanoseconds.
    pub asked_mean_nanos: u64,
    /// The mean of the delays really caused, in nanoseconds.
    #[serde(default)]
    pub delivered_mean_nanos: u64,
    /// The delays really caused.
    pub delivered: Histogram,
    /// How much longer than asked they were.
    pub lateness: Histogram,
    /// The counters of the fault's kind, by [`crate::lanes`].
    pub lanes: Vec<u64>,
    /// Why the subject could not do what the fault asks, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// What the subject noted about it, such as the words that it chose by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
