//! What one trial came to, before its time series and panics are put in order.

use squall_model::{
    Ending, ErrorTally, MemoryIncident, Meter, OracleReport, PhaseTotals, ScriptsRecord, Usage, WorkerEvidence,
};

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
    /// What the short scripts came to, if any were run to the end.
    pub scripts: Option<ScriptsRecord>,
    /// What each worker was doing, if the trial did not end well.
    pub workers: Vec<WorkerEvidence>,
    /// The end of what the subject wrote to its standard error.
    pub stderr_tail: String,
    /// What the processes used.
    pub usage: Usage,
}
