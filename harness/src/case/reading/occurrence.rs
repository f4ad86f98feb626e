//! What is read from a log: one occurrence for each time that a program broke, as plain data with stable field names.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most bytes of a message that are kept.
pub(super) const MESSAGE_BYTES_MAX: usize = squall_model::TEXT_BYTES_MAX;
/// The most frames of a stack that are kept.
pub(super) const FRAMES_MAX: usize = squall_model::FRAMES_MAX;

/// The language whose runtime wrote the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Rust's standard library, a panic hook of one of its crates, or its compiler.
    Rust,
    /// Go's runtime, or a program that recovered and logged.
    Go,
    /// The system or a sanitizer; the program may be in any language.
    Native,
}

/// What kind of break it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A panic, caught or not.
    Panic,
    /// An error that a program ended with or logged, with its stack.
    Error,
    /// The runtime ended the process because going on was impossible.
    Abort,
    /// A thread used up its stack.
    StackOverflow,
    /// Memory could not be had.
    AllocationFailure,
    /// Go's runtime found a state that it cannot recover from.
    FatalError,
    /// A signal ended the process.
    Signal,
    /// A sanitizer, an interpreter or the allocator found memory misused.
    MemoryError,
    /// A race detector saw two accesses without order.
    DataRace,
    /// Everything waits for everything.
    Deadlock,
    /// A dump of goroutines without a break.
    GoroutineDump,
}

impl Language {
    /// The language's name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Go => "go",
            Self::Native => "native",
        }
    }
}

impl Kind {
    /// The kind's name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Error => "error",
            Self::Abort => "abort",
            Self::StackOverflow => "stack_overflow",
            Self::AllocationFailure => "allocation_failure",
            Self::FatalError => "fatal_error",
            Self::Signal => "signal",
            Self::MemoryError => "memory_error",
            Self::DataRace => "data_race",
            Self::Deadlock => "deadlock",
            Self::GoroutineDump => "goroutine_dump",
        }
    }
}

/// A place in source code, as far as the text names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Place {
    /// The file, as it is written.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

/// One frame of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Frame {
    /// The function, demangled but otherwise as it is written.
    pub function: String,
    /// The file, if the text names one.
    pub file: Option<String>,
    /// The line, if the text names one.
    pub line: Option<u32>,
}

/// Why an occurrence only follows from another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// A lock was poisoned by a panic of another thread.
    PoisonedLock,
    /// A panic while another one unwound, or where unwinding is not possible.
    DoublePanic,
    /// A panic that was caught or joined is raised again.
    RaisedAgain,
    /// The process ended because of what came before.
    Aftermath,
    /// The other end of a channel had gone with its thread.
    ChannelClosed,
}

/// One time that a program broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Whose runtime wrote the text.
    pub language: Language,
    /// What kind of break it was.
    pub kind: Kind,
    /// The thread or goroutine, if the text names one.
    pub thread: Option<String>,
    /// The message; it may have several lines.
    pub message: String,
    /// Where it was raised, if the text says so.
    pub place: Option<Place>,
    /// The frames of the stack, innermost first.
    pub frames: Vec<Frame>,
    /// What else the text tells, such as a signal or the other access of a race.
    pub context: BTreeMap<String, String>,
    /// Why it only follows from another occurrence; `None` if it stands for itself.
    pub consequence: Option<Consequence>,
    /// The line of the log that it begins in, from 1.
    pub line: u64,
    /// For how many equal occurrences it stands, as far as its report tells.
    pub count: u64,
}

impl Occurrence {
    pub(super) fn new(language: Language, kind: Kind, message: impl Into<String>, line: u64) -> Self {
        Self {
            language,
            kind,
            thread: None,
            message: message.into(),
            place: None,
            frames: Vec::new(),
            context: BTreeMap::new(),
            consequence: None,
            line,
            count: 1,
        }
    }

    /// Adds a frame while there is room.
    pub(super) fn add_frame(&mut self, frame: Frame) {
        if self.frames.len() < FRAMES_MAX {
            self.frames.push(frame);
        }
    }
}
