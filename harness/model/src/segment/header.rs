//! The words that concern the whole trial: the current phase and the stop sign, both written by the orchestrator.

use crate::phase::Phase;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const HEADER_WORDS: usize = 16;

const PHASE: usize = 0;
const STOP: usize = 1;
/// The phase word before the first phase: workers wait.
pub const NO_PHASE: u64 = 0;

/// The words that concern the whole trial.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    words: &'a [AtomicU64],
}

impl<'a> Header<'a> {
    pub(super) const fn new(words: &'a [AtomicU64]) -> Self {
        Self { words }
    }

    /// The current phase; `None` before the first.
    #[inline]
    pub fn phase(&self) -> Option<Phase> {
        let word = self.words[PHASE].load(Ordering::Relaxed);
        Phase::from_index(word.wrapping_sub(1) as usize)
    }

    /// Begins a phase: operations that start from now on count for it.
    pub fn set_phase(&self, phase: Phase) {
        self.words[PHASE].store(phase.index() as u64 + 1, Ordering::Release);
    }

    /// Whether workers are to end.
    #[inline]
    pub fn stopped(&self) -> bool {
        self.words[STOP].load(Ordering::Relaxed) != 0
    }

    /// Tells workers to end after the operation under way.
    pub fn stop(&self) {
        self.words[STOP].store(1, Ordering::Release);
    }
}
