//! Where each part of the segment lies, computed alike on both sides from the numbers of workers and operations.

use super::bucket::BUCKETS;
use super::header::{HEADER_WORDS, Header};
use super::history::{HistoryView, SHARED_WORDS, area_words};
use super::memory::{MEMORY_WORDS, MemoryView};
use super::meter::{METER_WORDS, MeterView};
use super::slot::{BREADCRUMB_WORDS, BREADCRUMBS, FLIGHT_LENGTH, FLIGHT_WORDS, SLOT_HEADER_WORDS, SlotView};
use crate::fault::FAULTS_MAX;
use crate::load::{OPERATIONS_MAX, WORKERS_MAX};
use crate::outcome::Outcome;
use crate::phase::Phase;
use crate::plan::TrialPlan;
use std::sync::atomic::AtomicU64;

/// The words of one cache line; rows start on one, so that no two writers share a line.
const LINE_WORDS: usize = 8;
/// Where the rows of memory misuse begin: behind the meters.
const MEMORY_START: usize = HEADER_WORDS + FAULTS_MAX * METER_WORDS;
/// The numbers from which every offset follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How many worker slots there are.
    pub workers: usize,
    /// How many kinds of operation there are.
    pub operations: usize,
    /// How many operations of its history each worker has room for; 0 if no history is recorded.
    pub history_room: u64,
}

/// Why no segment can be laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The number of workers is out of range.
    #[error("{0} workers; a subject has 1 to {WORKERS_MAX}")]
    Workers(usize),
    /// The number of operations is out of range.
    #[error("{0} kinds of operation; a workload has 1 to {OPERATIONS_MAX}")]
    Operations(usize),
    /// The mapped memory is shorter than the layout.
    #[error("the segment has {actual} words, the layout needs {needed}")]
    Short {
        /// The words that are there.
        actual: usize,
        /// The words that the layout needs.
        needed: usize,
    },
}

impl Layout {
    /// The layout for so many workers and operations.
    ///
    /// # Errors
    /// If either is zero or above its limit.
    pub const fn new(workers: usize, operations: usize) -> Result<Self, LayoutError> {
        if workers == 0 || workers > WORKERS_MAX as usize {
            return Err(LayoutError::Workers(workers));
        }
        if operations == 0 || operations > OPERATIONS_MAX {
            return Err(LayoutError::Operations(operations));
        }
        Ok(Self { workers, operations, history_room: 0 })
    }

    /// The layout of a trial.
    ///
    /// # Errors
    /// As those of [`Layout::new`].
    pub fn of(plan: &TrialPlan) -> Result<Self, LayoutError> {
        let layout = Self::new(plan.load.workers as usize, plan.operations.len())?;
        Ok(plan.history.map_or(layout, |history| layout.with_history(history.room)))
    }

    /// The same with room for so many operations of each worker's history.
    #[must_use]
    pub const fn with_history(self, room: u64) -> Self {
        Self { history_room: room, ..self }
    }

    /// The size of the segment in bytes.
    pub const fn bytes(&self) -> usize {
        self.words() * size_of::<u64>()
    }

    const fn words(&self) -> usize {
        let histories = if self.history_room == 0 { 0 } else { SHARED_WORDS + self.workers * self.area_words() };
        self.histories_start() + histories
    }

    /// Where the histories begin: behind the slots.
    const fn histories_start(&self) -> usize {
        self.slots_start() + self.workers * self.slot_words()
    }

    const fn area_words(&self) -> usize {
        to_line(area_words(self.history_room))
    }

    const fn slots_start(&self) -> usize {
        MEMORY_START + MEMORY_WORDS
    }

    /// The words of the outcome counters of one slot: phase by operation by outcome.
    pub(super) const fn counter_words(&self) -> usize {
        to_line(Phase::ALL.len() * self.operations * Outcome::ALL.len())
    }

    /// The words of the latency histograms of one slot: phase by operation by bucket.
    pub(super) const fn histogram_words(&self) -> usize {
        Phase::ALL.len() * self.operations * BUCKETS
    }

    const fn slot_words(&self) -> usize {
        let tail = FLIGHT_LENGTH * FLIGHT_WORDS + BREADCRUMBS * BREADCRUMB_WORDS;
        to_line(SLOT_HEADER_WORDS + self.counter_words() + self.histogram_words() + tail)
    }
}

const fn to_line(words: usize) -> usize {
    words.next_multiple_of(LINE_WORDS)
}

/// The whole segment, seen through its layout.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    words: &'a [AtomicU64],
    layout: Layout,
}

impl<'a> Segment<'a> {
    /// Sees `words` through `layout`.
    ///
    /// # Errors
    /// If there are fewer words than the layout needs.
    pub const fn new(words: &'a [AtomicU64], layout: Layout) -> Result<Self, LayoutError> {
        if words.len() < layout.words() {
            return Err(LayoutError::Short { actual: words.len(), needed: layout.words() });
        }
        Ok(Self { words, layout })
    }

    /// The layout.
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The words that concern the whole trial.
    pub fn header(&self) -> Header<'a> {
        Header::new(&self.words[..HEADER_WORDS])
    }

    /// The row of one fault.
    ///
    /// # Panics
    /// If `fault` is not below [`FAULTS_MAX`].
    pub fn meter(&self, fault: usize) -> MeterView<'a> {
        assert!(fault < FAULTS_MAX, "fault {fault} has no row");
        let start = HEADER_WORDS + fault * METER_WORDS;
        MeterView::new(&self.words[start..start + METER_WORDS])
    }

    /// The rows in which misuse of memory is noted.
    pub fn memory(&self) -> MemoryView<'a> {
        MemoryView::new(&self.words[MEMORY_START..MEMORY_START + MEMORY_WORDS])
    }

    /// The slot of one worker.
    ///
    /// # Panics
    /// If there is no such worker.
    pub fn slot(&self, worker: usize) -> SlotView<'a> {
        assert!(worker < self.layout.workers, "worker {worker} has no slot");
        let start = self.layout.slots_start() + worker * self.layout.slot_words();
        SlotView::new(&self.words[start..start + self.layout.slot_words()], self.layout)
    }

    /// The history area of one worker; `None` if no history is recorded. The seed decides which objects are.
    ///
    /// # Panics
    /// If there is no such worker.
    pub fn history(&self, worker: usize, seed: u64) -> Option<HistoryView<'a>> {
        assert!(worker < self.layout.workers, "worker {worker} has no history");
        if self.layout.history_room == 0 {
            return None;
        }
        let start = self.layout.histories_start();
        let area = start + SHARED_WORDS + worker * self.layout.area_words();
        let shared = &self.words[start..start + SHARED_WORDS];
        let area = &self.words[area..area + area_words(self.layout.history_room)];
        Some(HistoryView::new(shared, area, seed))
    }

    /// All slots in the order of the workers.
    pub fn slots(&self) -> impl Iterator<Item = SlotView<'a>> + use<'a> {
        let segment = *self;
        (0..self.layout.workers).map(move |worker| segment.slot(worker))
    }
}
