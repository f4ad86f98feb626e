//! A recorder of histories outside of any trial, for the benchmark of what it costs; hands its calls on to a worker's own.

use super::recording::{Question, Recording};
use squall_model::history::Verb;
use squall_model::segment::{Layout, LayoutError, Segment, Told, history_room};
use std::sync::atomic::AtomicU64;

/// How many workers share the room, of which one records.
const WORKERS: u32 = 8;

/// One worker's recorder.
#[derive(Debug)]
pub struct Recorder {
    recording: Recording,
    segment: Option<Segment<'static>>,
    seed: u64,
}

impl Recorder {
    /// A recorder as one of eight workers has it. Its segment is not given back.
    ///
    /// # Errors
    /// If no segment can be laid out.
    pub fn new(seed: u64) -> Result<Self, LayoutError> {
        let layout = Layout::new(1, 1)?.with_history(history_room(WORKERS));
        let words = (0..layout.bytes() / size_of::<u64>()).map(|_| AtomicU64::new(0)).collect();
        let segment = Segment::new(Vec::leak(words), layout)?;
        Ok(Self { recording: Recording::new(segment.history(0, seed)), segment: Some(segment), seed })
    }

    /// A recorder of a worker whose history nobody asked for.
    #[must_use]
    pub const fn without() -> Self {
        Self { recording: Recording::new(None), segment: None, seed: 0 }
    }

    /// Whether an object's operations are recorded.
    #[must_use]
    pub fn keeps(&self, object: u64) -> bool {
        self.segment.and_then(|segment| segment.history(0, self.seed)).is_some_and(|view| view.records(object))
    }

    /// As [`Worker::ask`](crate::Worker::ask).
    #[inline]
    pub fn ask(&self, object: u64, verb: Verb, argument: Option<u64>) -> Question {
        self.recording.ask(object, verb, argument)
    }

    /// As [`Worker::answer`](crate::Worker::answer).
    #[inline]
    pub fn answer(&self, question: Question, told: Told) {
        self.recording.answer(question, told);
    }
}
