//! One fault's row: whether it is armed, and what it really did.

use super::bucket::{BUCKETS, bucket_of};
use crate::load::OPERATIONS_MAX;
use std::sync::atomic::{AtomicU64, Ordering};

const ARMED: usize = 0;
const OFFERED: usize = 1;
const FIRED: usize = 2;
const ASKED_NANOS: usize = 3;
const DELIVERED_NANOS: usize = 4;
const CUT_SHORT: usize = 5;
const HELD: usize = 6;
const LANES_START: usize = 8;
/// How many counters of its own a kind of fault has, beside the common ones: as many as a mix has operations.
pub const LANES: usize = OPERATIONS_MAX;
const DELIVERED_HISTOGRAM: usize = LANES_START + LANES;
const LATENESS_HISTOGRAM: usize = DELIVERED_HISTOGRAM + BUCKETS;
pub(super) const METER_WORDS: usize = LATENESS_HISTOGRAM + BUCKETS;

/// One fault's row. The orchestrator writes the armed word; any thread of the subject counts, by atomic addition, since
/// a fault that fires is rare and costs far more than that.
#[derive(Debug, Clone, Copy)]
pub struct MeterView<'a> {
    words: &'a [AtomicU64],
}

impl<'a> MeterView<'a> {
    pub(super) const fn new(words: &'a [AtomicU64]) -> Self {
        Self { words }
    }

    /// The word that holds 1 while the fault is armed. Sleeping threads wait on it, so that healing wakes them.
    pub fn armed_word(&self) -> &'a AtomicU64 {
        &self.words[ARMED]
    }

    /// Whether the fault is armed.
    #[inline]
    pub fn armed(&self) -> bool {
        self.words[ARMED].load(Ordering::Acquire) != 0
    }

    /// Arms or heals the fault. From a heal on it does not act, whatever the subject has heard of it; only a `return` of the
    /// `fail` crate goes on until the subject hears of it, because that crate knows no armed word.
    pub fn set_armed(&self, armed: bool) {
        self.words[ARMED].store(u64::from(armed), Ordering::Release);
    }

    /// Counts an occasion at which the armed fault might have acted.
    #[inline]
    pub fn count_offered(&self) {
        self.words[OFFERED].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an occasion at which it acted.
    pub fn count_fired(&self) {
        self.words[FIRED].fetch_add(1, Ordering::Relaxed);
    }

    /// Adds occasions that were counted elsewhere, and how many of them it acted at.
    pub fn add(&self, offered: u64, fired: u64) {
        self.words[OFFERED].fetch_add(offered, Ordering::Relaxed);
        self.words[FIRED].fetch_add(fired, Ordering::Relaxed);
    }

    /// Sets how often it acted, for a fault whose acts are counted elsewhere.
    pub fn set_fired(&self, offered: u64, fired: u64) {
        self.words[OFFERED].store(offered, Ordering::Relaxed);
        self.words[FIRED].store(fired, Ordering::Relaxed);
    }

    /// Counts a delay that it caused, asked against delivered. A delay that healing cut short is counted as such and
    /// left out of the distributions.
    pub fn count_delay(&self, asked_nanos: u64, delivered_nanos: u64) {
        self.count_fired();
        if delivered_nanos < asked_nanos {
            self.words[CUT_SHORT].fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.words[ASKED_NANOS].fetch_add(asked_nanos, Ordering::Relaxed);
        self.words[DELIVERED_NANOS].fetch_add(delivered_nanos, Ordering::Relaxed);
        self.words[DELIVERED_HISTOGRAM + bucket_of(delivered_nanos)].fetch_add(1, Ordering::Relaxed);
        self.words[LATENESS_HISTOGRAM + bucket_of(delivered_nanos - asked_nanos)].fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a thread or task is being held from now on.
    pub fn begin_hold(&self) {
        self.words[HELD].fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a hold ended.
    pub fn end_hold(&self) {
        self.words[HELD].fetch_sub(1, Ordering::Relaxed);
    }

    /// How many threads or tasks are being held. A subject that died in a hold leaves it counted.
    pub fn held(&self) -> u64 {
        self.words[HELD].load(Ordering::Relaxed)
    }

    /// Adds to one of the kind's own counters.
    #[inline]
    pub fn add_to_lane(&self, lane: usize, amount: u64) {
        self.words[LANES_START + lane].fetch_add(amount, Ordering::Relaxed);
    }

    /// How often the armed fault might have acted.
    pub fn offered(&self) -> u64 {
        self.words[OFFERED].load(Ordering::Relaxed)
    }

    /// How often it acted.
    pub fn fired(&self) -> u64 {
        self.words[FIRED].load(Ordering::Relaxed)
    }

    /// How many delays were cut short by healing.
    pub fn cut_short(&self) -> u64 {
        self.words[CUT_SHORT].load(Ordering::Relaxed)
    }

    /// The sum of all delays asked for, in nanoseconds.
    pub fn asked_nanos(&self) -> u64 {
        self.words[ASKED_NANOS].load(Ordering::Relaxed)
    }

    /// The sum of all delays really caused, in nanoseconds.
    pub fn delivered_nanos(&self) -> u64 {
        self.words[DELIVERED_NANOS].load(Ordering::Relaxed)
    }

    /// One of the kind's own counters.
    pub fn lane(&self, lane: usize) -> u64 {
        self.words[LANES_START + lane].load(Ordering::Relaxed)
    }

    /// The distribution of the delays really caused.
    pub fn delivered_histogram(&self) -> &'a [AtomicU64] {
        &self.words[DELIVERED_HISTOGRAM..LATENESS_HISTOGRAM]
    }

    /// The distribution of how much longer than asked they were.
    pub fn lateness_histogram(&self) -> &'a [AtomicU64] {
        &self.words[LATENESS_HISTOGRAM..METER_WORDS]
    }
}
