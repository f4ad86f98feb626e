//! What went wrong inside a subject, as plain data: panics, wrong answers, and how the process ended.

use crate::measure::FlightEntry;
use crate::phase::Phase;
use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most frames of a backtrace that are kept.
pub const FRAMES_MAX: usize = 64;
/// The most bytes of a panic message, violation detail or other text from a subject that are kept.
pub const TEXT_BYTES_MAX: usize = 4_096;

/// One panic, as the hook saw it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PanicReport {
    /// The panic's message.
    pub message: String,
    /// Where it was raised.
    #[serde(default)]
    pub location: Option<SourceLocation>,
    /// The thread's name.
    #[serde(default)]
    pub thread: String,
    /// The worker's number, if a worker panicked.
    #[serde(default)]
    pub worker: Option<u32>,
    /// The operation under way, if any.
    #[serde(default)]
    pub operation: Option<String>,
    /// The phase, if a trial was running.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// Whether squall's own `panic` fault raised it.
    #[serde(default)]
    pub injected: bool,
    /// Whether the process can go on; it aborts otherwise.
    #[serde(default)]
    pub can_unwind: bool,
    /// The business context that the code set, such as `trace_id`, `user`, `order`.
    #[serde(default)]
    pub context: BTreeMap<String, String>,
    /// The last statements that the code noted, oldest first.
    #[serde(default)]
    pub breadcrumbs: Vec<String>,
    /// The frames of the stack, innermost first; left out in later panics from the same location.
    #[serde(default)]
    pub frames: Vec<String>,
    /// How many panics this report stands for.
    #[serde(default = "one")]
    pub count: u64,
}

const fn one() -> u64 {
    1
}

/// A place in source code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct SourceLocation {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    #[serde(default)]
    pub column: u32,
}

impl std::fmt::Display for SourceLocation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// An answer that an oracle found wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The oracle.
    pub oracle: String,
    /// What was wrong, with the elements or keys concerned.
    pub detail: String,
    /// How many wrong answers this one stands for.
    #[serde(default = "one")]
    pub count: u64,
}

/// How often operations returned one error message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorTally {
    /// The message.
    pub message: String,
    /// How often.
    pub count: u64,
}

/// What one oracle came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OracleReport {
    /// The oracle.
    pub oracle: String,
    /// How many answers or elements it looked at; none prove nothing.
    pub checked: u64,
    /// How many of them were wrong.
    pub wrong: u64,
    /// The first wrong ones.
    #[serde(default)]
    pub violations: Vec<Violation>,
    /// Why it could not decide, if it could not: it panicked, or the subject died first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
    /// What it did not judge, and why, if it left something out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spared: Option<String>,
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// All phases done, the subject checked its answers and ended as told.
    Finished,
    /// The operator interrupted it.
    Interrupted,
    /// The experiment's `abort_when` came true.
    Aborted {
        /// The condition and what was measured.
        reason: String,
    },
    /// The subject ended by itself, midway.
    Exited {
        /// Its exit code.
        code: i32,
    },
    /// A signal killed the subject.
    Signaled {
        /// The signal's number.
        signal: i32,
    },
    /// The subject aborted at an allocation that squall let fail: what Rust documents for code that cannot return an error.
    AllocationRefused {
        /// The size that was asked for.
        bytes: u64,
    },
    /// No worker finished an operation.
    Stuck {
        /// Whether it burns processor time (livelock) or not (deadlock).
        spinning: bool,
        /// Processor time used while stuck, as a share of one core.
        cores_used: f64,
    },
    /// The subject did not end when told to.
    IgnoredStop {
        /// What ended it at last.
        ended_by: String,
    },
    /// The subject used more memory than its limit.
    MemoryLimit {
        /// The memory that it used, in bytes.
        bytes: u64,
    },
    /// The subject said something that is no message.
    ProtocolBroken {
        /// What it said, cut.
        reason: String,
    },
    /// The workload could not be built from its parameters.
    Refused {
        /// The subject's reason.
        reason: String,
    },
}

/// The size of the allocation at whose failure a program aborted, from what it wrote to its standard error. The first one counts:
/// telling of it can fail for want of memory, too.
pub fn failed_allocation_bytes(stderr: &str) -> Option<u64> {
    let of_line = |line: &str| line.split_once("memory allocation of ")?.1.split_once(" bytes failed")?.0.parse().ok();
    stderr.lines().find_map(of_line)
}

/// What a worker was doing when its trial ended badly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkerEvidence {
    /// The worker's number.
    pub worker: u32,
    /// The operation under way, with its key.
    pub operation: Option<String>,
    /// For how long it had been under way.
    pub for_length: Option<TimeSpan>,
    /// The kernel's word for what the thread waited in; empty if it ran.
    #[serde(default)]
    pub waiting_in: String,
    /// Its last operations, oldest first.
    pub flight: Vec<FlightEntry>,
    /// Its last breadcrumbs, oldest first.
    #[serde(default)]
    pub breadcrumbs: Vec<String>,
}
