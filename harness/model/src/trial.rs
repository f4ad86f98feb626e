//! All that one trial left behind, as plain data: what verdicts and findings are made from.

use crate::account::HistoryAccount;
use crate::incident::{Ending, ErrorTally, OracleReport, PanicReport, WorkerEvidence};
use crate::measure::{Interval, Meter, PhaseTotals};
use crate::memory::MemoryIncident;
use crate::outcome::OutcomeCounts;
use crate::phase::Phase;
use crate::plan::TrialRole;
use crate::script::ScriptsRecord;
use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};

/// All that one trial left behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialRecord {
    /// The trial's place in the run.
    pub number: u32,
    /// What it was for.
    pub role: TrialRole,
    /// The variant of the target that was tried.
    #[serde(default)]
    pub variant: String,
    /// How it ended.
    pub ending: Ending,
    /// The totals of each phase that was begun.
    pub phases: Vec<PhaseTotals>,
    /// The time series of each judged phase, coarsened to a bounded length.
    pub timeline: Vec<Interval>,
    /// What each fault really did, in the order of the plan.
    pub meters: Vec<Meter>,
    /// The panics, those from one place with one message joined.
    pub panics: Vec<PanicReport>,
    /// The errors that operations returned, by message.
    #[serde(default)]
    pub errors: Vec<ErrorTally>,
    /// How long after the beginning of the load an operation had first panicked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_panic: Option<TimeSpan>,
    /// How long after the beginning of the load an oracle had first been contradicted, if that was while it went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_violation: Option<TimeSpan>,
    /// What each oracle came to.
    pub oracles: Vec<OracleReport>,
    /// What the oracles that look at whole histories looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub histories: Vec<HistoryAccount>,
    /// How memory was misused, by kind and stack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memory: Vec<MemoryIncident>,
    /// What the short scripts came to, if any were run to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scripts: Option<ScriptsRecord>,
    /// What each worker was doing; only if the trial did not finish, or an oracle found something.
    pub workers: Vec<WorkerEvidence>,
    /// The end of what the subject wrote to its standard error.
    pub stderr_tail: String,
    /// What the processes used.
    pub usage: Usage,
}

/// What the processes of a trial used.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// The subject's largest memory, in bytes.
    pub subject_memory_bytes_max: u64,
    /// The subject's processor time.
    pub subject_cpu: TimeSpan,
    /// The orchestrator's largest memory so far, in bytes.
    #[serde(default)]
    pub orchestrator_memory_bytes_max: u64,
    /// The orchestrator's processor time while the trial ran.
    pub orchestrator_cpu: TimeSpan,
    /// How long the trial took.
    pub wall: TimeSpan,
}

impl TrialRecord {
    /// The totals of one phase, if it was begun.
    pub fn phase(&self, phase: Phase) -> Option<&PhaseTotals> {
        self.phases.iter().find(|totals| totals.phase == phase)
    }

    /// The outcomes of one phase; none if it was not begun.
    pub fn outcomes(&self, phase: Phase) -> OutcomeCounts {
        self.phase(phase).map_or_else(OutcomeCounts::default, PhaseTotals::outcomes)
    }

    /// The intervals of one phase.
    pub fn intervals(&self, phase: Phase) -> impl Iterator<Item = &Interval> {
        self.timeline.iter().filter(move |interval| interval.phase == phase)
    }
}
