//! One worker's slot: what it counted, how long operations took, what it is doing, what it did last.

use super::bucket::{BUCKETS, bucket_of};
use super::layout::Layout;
use crate::measure::FlightEntry;
use crate::outcome::{Outcome, OutcomeCounts};
use crate::phase::Phase;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const SLOT_HEADER_WORDS: usize = 16;
const THREAD_ID: usize = 0;
const STARTED_NANOS: usize = 1;
const OPERATION: usize = 2;
const KEY: usize = 3;
/// How many operations ended; the flight ring's next place follows from it.
const FINISHED: usize = 4;
const VIOLATIONS: usize = 6;
const BREADCRUMB_NEXT: usize = 7;
const STALL_REQUEST: usize = 8;
/// How many of the last operations a slot remembers.
pub const FLIGHT_LENGTH: usize = 64;
/// Start, key, and all the rest packed: each store counts in the recorder's cost.
pub(super) const FLIGHT_WORDS: usize = 3;
/// How many of the last breadcrumbs a slot remembers.
pub const BREADCRUMBS: usize = 16;
pub(super) const BREADCRUMB_WORDS: usize = 16;
/// The longest breadcrumb in bytes; longer ones are cut. The first word of a breadcrumb holds its length.
pub const BREADCRUMB_BYTES_MAX: usize = (BREADCRUMB_WORDS - 1) * size_of::<u64>();
/// The bits of a packed flight entry's latency: 2^40 ns are 18 minutes; longer ones are cut to that.
const LATENCY_BITS: u32 = 40;
const LATENCY_MASK: u64 = (1 << LATENCY_BITS) - 1;
const ENTRY_WRITTEN: u64 = 1 << 63;

/// One worker's slot. All words but the stall request have that worker as their only writer.
#[derive(Debug, Clone, Copy)]
pub struct SlotView<'a> {
    header: &'a [AtomicU64; SLOT_HEADER_WORDS],
    counters: &'a [AtomicU64],
    histograms: &'a [AtomicU64],
    flight: &'a [AtomicU64; FLIGHT_LENGTH * FLIGHT_WORDS],
    breadcrumbs: &'a [AtomicU64],
    operations: usize,
}

/// The operation that a worker has begun and not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationUnderWay {
    /// The operation's place in the workload's list.
    pub operation: usize,
    /// The key that it was given.
    pub key: u64,
    /// When it began, on the monotonic clock, in nanoseconds.
    pub started_nanos: u64,
}

#[inline]
fn increment(word: &AtomicU64) {
    add(word, 1);
}

#[inline]
fn add(word: &AtomicU64, count: u64) {
    word.store(word.load(Ordering::Relaxed).wrapping_add(count), Ordering::Relaxed);
}

impl<'a> SlotView<'a> {
    pub(super) fn new(words: &'a [AtomicU64], layout: Layout) -> Self {
        // Arrays of known length: the compiler then leaves out the checks of the recorder's constant places.
        let Some((header, rest)) = words.split_first_chunk() else { unreachable!("a slot has a header") };
        let (counters, rest) = rest.split_at(layout.counter_words());
        let (histograms, rest) = rest.split_at(layout.histogram_words());
        let Some((flight, rest)) = rest.split_first_chunk() else { unreachable!("a slot has a flight ring") };
        let breadcrumbs = &rest[..BREADCRUMBS * BREADCRUMB_WORDS];
        Self { header, counters, histograms, flight, breadcrumbs, operations: layout.operations }
    }

    #[inline]
    fn row(&self, phase: Phase, operation: usize) -> usize {
        phase.index() * self.operations + operation
    }

    /// Notes that an operation begins.
    #[inline]
    pub fn begin(&self, operation: usize, key: u64, started_nanos: u64) {
        self.header[OPERATION].store(operation as u64, Ordering::Relaxed);
        self.header[KEY].store(key, Ordering::Relaxed);
        self.header[STARTED_NANOS].store(started_nanos, Ordering::Relaxed);
    }

    /// Notes how the operation under way ended: counter, histogram and flight ring.
    #[inline]
    pub fn finish(
        &self,
        phase: Phase,
        operation: usize,
        key: u64,
        outcome: Outcome,
        started_nanos: u64,
        latency_nanos: u64,
    ) {
        let row = self.row(phase, operation);
        increment(&self.counters[row * Outcome::ALL.len() + outcome.index()]);
        increment(&self.histograms[row * BUCKETS + bucket_of(latency_nanos)]);
        self.enter_flight(phase, operation, key, outcome, started_nanos, latency_nanos);
        self.header[STARTED_NANOS].store(0, Ordering::Relaxed);
    }

    #[inline]
    fn enter_flight(
        &self,
        phase: Phase,
        operation: usize,
        key: u64,
        outcome: Outcome,
        started_nanos: u64,
        latency_nanos: u64,
    ) {
        let finished = self.header[FINISHED].load(Ordering::Relaxed);
        let entry = (finished as usize % FLIGHT_LENGTH) * FLIGHT_WORDS;
        let what =
            (operation as u64) << 40 | (outcome.index() as u64) << 48 | (phase.index() as u64) << 56 | ENTRY_WRITTEN;
        let entry = &self.flight[entry..entry + FLIGHT_WORDS];
        entry[0].store(started_nanos, Ordering::Relaxed);
        entry[1].store(key, Ordering::Relaxed);
        entry[2].store(what | latency_nanos.min(LATENCY_MASK), Ordering::Relaxed);
        self.header[FINISHED].store(finished.wrapping_add(1), Ordering::Relaxed);
    }

    /// Notes that an operation was done `count` times since `started_nanos`, each in `latency_nanos`, with the same outcome. One
    /// entry of the flight ring stands for all, with the count as its key.
    pub fn finish_many(
        &self,
        phase: Phase,
        operation: usize,
        count: u64,
        outcome: Outcome,
        started_nanos: u64,
        latency_nanos: u64,
    ) {
        let row = self.row(phase, operation);
        add(&self.counters[row * Outcome::ALL.len() + outcome.index()], count);
        add(&self.histograms[row * BUCKETS + bucket_of(latency_nanos)], count);
        self.enter_flight(phase, operation, count, outcome, started_nanos, latency_nanos);
        self.header[STARTED_NANOS].store(0, Ordering::Relaxed);
    }

    /// Counts an operation that ran in another process and was told by message: counter and histogram only.
    pub fn count(&self, phase: Phase, operation: usize, outcome: Outcome, latency_nanos: u64) {
        let row = self.row(phase, operation);
        increment(&self.counters[row * Outcome::ALL.len() + outcome.index()]);
        increment(&self.histograms[row * BUCKETS + bucket_of(latency_nanos)]);
        increment(&self.header[FINISHED]);
    }

    /// Notes the operating system's number of the worker's thread.
    pub fn set_thread_id(&self, thread_id: u64) {
        self.header[THREAD_ID].store(thread_id, Ordering::Relaxed);
    }

    /// The operating system's number of the worker's thread; 0 while it does not run.
    pub fn thread_id(&self) -> u64 {
        self.header[THREAD_ID].load(Ordering::Relaxed)
    }

    /// Counts a wrong answer that the worker saw.
    pub fn count_violation(&self) {
        increment(&self.header[VIOLATIONS]);
    }

    /// How many wrong answers the worker saw.
    pub fn violations(&self) -> u64 {
        self.header[VIOLATIONS].load(Ordering::Relaxed)
    }

    /// The word by which a stall asks the worker's signal handler to hold its thread. It has two writers, which swap it.
    pub fn stall_request(&self) -> &'a AtomicU64 {
        &self.header[STALL_REQUEST]
    }

    /// How many operations the worker finished.
    pub fn finished(&self) -> u64 {
        self.header[FINISHED].load(Ordering::Relaxed)
    }

    /// The operation under way, if there is one.
    pub fn under_way(&self) -> Option<OperationUnderWay> {
        let started_nanos = self.header[STARTED_NANOS].load(Ordering::Relaxed);
        let operation = self.header[OPERATION].load(Ordering::Relaxed) as usize;
        let key = self.header[KEY].load(Ordering::Relaxed);
        (started_nanos != 0).then_some(OperationUnderWay { operation, key, started_nanos })
    }

    /// The outcomes of one operation in one phase.
    pub fn outcomes(&self, phase: Phase, operation: usize) -> OutcomeCounts {
        let start = self.row(phase, operation) * Outcome::ALL.len();
        let mut counts = OutcomeCounts::default();
        for outcome in Outcome::ALL {
            counts.add(outcome, self.counters[start + outcome.index()].load(Ordering::Relaxed));
        }
        counts
    }

    /// The latency histogram of one operation in one phase.
    pub fn histogram(&self, phase: Phase, operation: usize) -> &'a [AtomicU64] {
        let start = self.row(phase, operation) * BUCKETS;
        &self.histograms[start..start + BUCKETS]
    }

    /// The last operations, oldest first. An entry that is being written may be torn; it is evidence, not a count.
    pub fn flight(&self) -> Vec<FlightEntry> {
        let next = self.header[FINISHED].load(Ordering::Relaxed) as usize;
        let places = (0..FLIGHT_LENGTH).map(|age| next.wrapping_add(age) % FLIGHT_LENGTH * FLIGHT_WORDS);
        places.filter_map(|place| self.flight_entry(place)).collect()
    }

    fn flight_entry(&self, place: usize) -> Option<FlightEntry> {
        let [started, key, what] = [0, 1, 2].map(|word| self.flight[place + word].load(Ordering::Relaxed));
        if what & ENTRY_WRITTEN == 0 {
            return None;
        }
        Some(FlightEntry {
            operation: (what >> 40 & 0xFF) as usize,
            outcome: Outcome::from_index((what >> 48 & 0xFF) as usize)?,
            phase: Phase::from_index((what >> 56 & 0x7F) as usize)?,
            key,
            started_nanos: started,
            latency_nanos: what & LATENCY_MASK,
        })
    }

    /// Adds a breadcrumb; it is cut at [`BREADCRUMB_BYTES_MAX`] bytes.
    pub fn leave_breadcrumb(&self, text: &str) {
        let bytes = &text.as_bytes()[..text.len().min(BREADCRUMB_BYTES_MAX)];
        let next = self.header[BREADCRUMB_NEXT].load(Ordering::Relaxed);
        let start = (next as usize % BREADCRUMBS) * BREADCRUMB_WORDS;
        let entry = &self.breadcrumbs[start..start + BREADCRUMB_WORDS];
        entry[0].store(bytes.len() as u64, Ordering::Relaxed);
        for (word, chunk) in entry[1..].iter().zip(bytes.chunks(size_of::<u64>())) {
            let mut packed = [0_u8; size_of::<u64>()];
            packed[..chunk.len()].copy_from_slice(chunk);
            word.store(u64::from_le_bytes(packed), Ordering::Relaxed);
        }
        self.header[BREADCRUMB_NEXT].store(next.wrapping_add(1), Ordering::Relaxed);
    }

    /// The last breadcrumbs, oldest first.
    pub fn breadcrumbs(&self) -> Vec<String> {
        let next = self.header[BREADCRUMB_NEXT].load(Ordering::Relaxed) as usize;
        let places = (0..BREADCRUMBS).map(|age| next.wrapping_add(age) % BREADCRUMBS * BREADCRUMB_WORDS);
        places.map(|place| self.breadcrumb(place)).filter(|text| !text.is_empty()).collect()
    }

    fn breadcrumb(&self, place: usize) -> String {
        let length = (self.breadcrumbs[place].load(Ordering::Relaxed) as usize).min(BREADCRUMB_BYTES_MAX);
        let words = self.breadcrumbs[place + 1..place + BREADCRUMB_WORDS].iter();
        let bytes: Vec<u8> = words.flat_map(|word| word.load(Ordering::Relaxed).to_le_bytes()).take(length).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::Segment;
    use super::*;

    fn words(layout: Layout) -> Vec<AtomicU64> {
        (0..layout.bytes() / size_of::<u64>()).map(|_| AtomicU64::new(0)).collect()
    }

    #[test]
    fn slots_do_not_share_a_word() {
        let layout = Layout::new(3, 2).unwrap();
        let words = words(layout);
        let segment = Segment::new(&words, layout).unwrap();
        for worker in 0..3 {
            for _ in 0..=worker {
                segment.slot(worker).finish(Phase::Recovery, 1, 7, Outcome::Panic, 1, u64::MAX);
            }
        }
        for (worker, slot) in segment.slots().enumerate() {
            assert_eq!(slot.outcomes(Phase::Recovery, 1).panic, worker as u64 + 1);
            assert_eq!(slot.outcomes(Phase::Recovery, 0).total(), 0);
            assert_eq!(slot.histogram(Phase::Recovery, 1)[BUCKETS - 1].load(Ordering::Relaxed), worker as u64 + 1);
            assert_eq!(slot.flight().len(), worker + 1);
        }
    }

    #[test]
    fn operations_that_were_done_together_are_counted_one_by_one_and_remembered_as_one() {
        let layout = Layout::new(1, 1).unwrap();
        let words = words(layout);
        let slot = Segment::new(&words, layout).unwrap().slot(0);
        slot.begin(0, 0, 5);
        slot.finish_many(Phase::Fault, 0, 4_096, Outcome::Ok, 5, 80);
        assert_eq!(slot.outcomes(Phase::Fault, 0).ok, 4_096);
        assert_eq!(slot.histogram(Phase::Fault, 0)[bucket_of(80)].load(Ordering::Relaxed), 4_096);
        assert_eq!(slot.flight().iter().map(|entry| entry.key).collect::<Vec<_>>(), [4_096]);
        assert_eq!(slot.under_way(), None);
    }

    #[test]
    fn rings_keep_the_last_entries_in_order() {
        let layout = Layout::new(1, 1).unwrap();
        let words = words(layout);
        let slot = Segment::new(&words, layout).unwrap().slot(0);
        for number in 0..FLIGHT_LENGTH as u64 + 5 {
            slot.finish(Phase::Fault, 0, number, Outcome::Ok, number, 1);
            slot.leave_breadcrumb(&format!("statement {number} äöü {}", "x".repeat(200)));
        }
        let keys: Vec<_> = slot.flight().iter().map(|entry| entry.key).collect();
        assert_eq!(keys, (5..FLIGHT_LENGTH as u64 + 5).collect::<Vec<_>>());
        let breadcrumbs = slot.breadcrumbs();
        assert_eq!(breadcrumbs.len(), BREADCRUMBS);
        assert!(breadcrumbs[BREADCRUMBS - 1].starts_with("statement 68 äöü x"));
    }
}
