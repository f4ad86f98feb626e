//! What one trial came to, before its time series and panics are put in order.

use squall_model::segment::{HistoryRecord, HistoryStart};
use squall_model::{
    Ending, ErrorTally, MemoryIncident, Meter, OracleReport, PhaseTotals, ScriptsRecord, Usage, WorkerEvidence,
};

/// What the workers of a trial recorded of what they asked and were told.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedHistory {
    /// What is known of every object.
    pub start: HistoryStart,
    /// The operations of each worker on the objects that were kept whole, in the order of their questions.
    pub workers: Vec<Vec<HistoryRecord>>,
    /// From when on not every worker recorded, because a single object did not fit; what was asked later is left out.
    pub ended: Option<u64>,
    /// Whether every object was kept.
    pub is_whole: bool,
}

/// What one trial came to. The intervals and panics went out as events while it ran.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialOutcome {
    /// How it ended.
    pub ending: Ending,
    /// The totals of each phase that was begun.
    pub phases: Vec<PhaseTotals>,
    /// What each fault really did.
    pub meters: Vec<Meter>,
    /// The errors that operations returned, by message.
    pub errors: Vec<ErrorTally>,
    /// What each oracle came to.
    pub oracles: Vec<OracleReport>,
    /// How memory was misused.
    pub memory: Vec<MemoryIncident>,
    /// What the workers recorded of what they asked and were told, if they did.
    pub history: Option<RecordedHistory>,
    /// What the short scripts came to, if any were run to the end.
    pub scripts: Option<ScriptsRecord>,
    /// What each worker was doing, if the trial did not end well.
    pub workers: Vec<WorkerEvidence>,
    /// The end of what the subject wrote to its standard error.
    pub stderr_tail: String,
    /// What the processes used.
    pub usage: Usage,
}
