//! What a workload's step is given: the call, and the worker that makes it.

use super::oracle::{Oracle, Tally};
use crate::aim::WatchedWord;
use crate::history::{Question, Recording};
use crate::point::InjectedError;
use crate::thread_state::Exemption;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::history::Verb;
use squall_model::segment::{SlotView, Told};
use std::fmt;

/// One operation to do.
#[derive(Debug, Clone, Copy)]
pub struct Call<O> {
    /// Which operation.
    pub operation: O,
    /// On which key, drawn from the experiment's key distribution.
    pub key: u64,
}

/// What a workload is built for.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// How many workers will work on it.
    pub workers: u32,
    /// How many different keys they will use.
    pub keys: u64,
    /// The trial's seed, for anything random in the building.
    pub seed: u64,
}

/// The worker that does an operation.
#[derive(Debug)]
pub struct Worker {
    number: u32,
    /// The worker's own random numbers: the same for the same experiment and seed.
    pub random: Xoshiro256PlusPlus,
    pub(crate) slot: SlotView<'static>,
    pub(crate) tally: Tally,
    pub(crate) recording: Recording,
}

impl Worker {
    /// A worker that records no history.
    pub(crate) fn new(number: u32, random: Xoshiro256PlusPlus, slot: SlotView<'static>, tally: Tally) -> Self {
        Self { number, random, slot, tally, recording: Recording::default() }
    }

    /// The same worker, with its part of the history.
    pub(crate) fn with_recording(self, recording: Recording) -> Self {
        Self { recording, ..self }
    }

    /// The worker's number, from 0.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// A number below `bound`, or 0 if there is none, from the worker's own random numbers.
    pub fn number_below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.random.random_range(0..bound) }
    }

    /// Lets a `stall` aim at a word for as long as the guard lives: for words that come and go. Those of the workload
    /// itself are exported by [`Workload::export`](crate::Workload::export).
    pub fn watch<'a, T>(&self, name: &'static str, word: &'a T) -> WatchedWord<'a> {
        WatchedWord::new(name, word)
    }

    /// Records that an operation on an object begins, right before it does: only for workloads that say what their objects are
    /// ([`Workload::HISTORY`](crate::Workload::HISTORY)). Everything that may change an object has to be recorded, or
    /// nothing about it. Values are numbers of at most 62 bits; where each is used once only, deciding is quickest.
    #[inline]
    pub fn ask(&self, object: u64, verb: Verb, argument: Option<u64>) -> Question {
        self.recording.ask(object, verb, argument)
    }

    /// Records an answer, right after it came.
    #[inline]
    pub fn answer(&self, question: Question, told: Told) {
        self.recording.answer(question, told);
    }

    /// Records that an operation had no effect, and told nothing of its object.
    #[inline]
    pub fn withdraw(&self, question: Question) {
        self.recording.withdraw(question);
    }

    /// States whether an answer is right; `detail` is made only if not.
    #[inline]
    pub fn expect(&mut self, oracle: Oracle, holds: bool, detail: impl FnOnce() -> String) {
        self.tally.count(oracle, 1);
        if !holds {
            self.note_wrong(oracle, detail);
        }
    }

    /// Counts answers that an oracle has looked at.
    pub(crate) fn count_checked(&mut self, oracle: Oracle, checked: u64) {
        self.tally.count(oracle, checked);
    }

    /// Counts wrong answers that were noted in the segment when they were seen.
    pub(crate) fn count_wrong(&mut self, oracle: Oracle, wrong: u64, detail: impl FnOnce() -> String) {
        let _exemption = Exemption::begin();
        let _ = self.tally.wrong(oracle, wrong, detail);
    }

    /// Notes in the segment that a wrong answer was seen, which is counted later.
    pub(crate) fn note_seen(&self, oracle: Oracle, detail: impl FnOnce() -> String) {
        let _exemption = Exemption::begin();
        self.slot.count_violation();
        self.slot.leave_breadcrumb(&format!("{}: {}", oracle.name(), detail()));
    }

    /// Counts the wrong answer also in the segment, where it survives the death of the subject.
    #[cold]
    fn note_wrong(&mut self, oracle: Oracle, detail: impl FnOnce() -> String) {
        let _exemption = Exemption::begin();
        self.slot.count_violation();
        if let Some(text) = self.tally.wrong(oracle, 1, detail) {
            self.slot.leave_breadcrumb(&format!("{}: {text}", oracle.name()));
        }
    }
}

/// An operation that could not do what was asked, and said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationError {
    /// What the operation said.
    pub message: String,
}

impl OperationError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for OperationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<InjectedError> for OperationError {
    fn from(error: InjectedError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<String> for OperationError {
    fn from(message: String) -> Self {
        Self { message }
    }
}

impl From<&str> for OperationError {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}
