//! The nouns of squall as plain data: what an experiment plans, what a subject and its orchestrator say to each other,
//! what was measured, decided and found. No input or output, no clock, no randomness: every function here is pure.

pub mod decision;
mod delay;
mod description;
mod event;
mod exit_code;
mod expectation;
pub mod failpoint;
pub mod fault;
mod finding;
mod format;
pub mod function_name;
mod gate;
pub mod history;
mod incident;
mod judgement;
pub mod lanes;
mod load;
mod measure;
mod memory;
mod one_key_map;
mod ordered;
mod outcome;
mod phase;
mod plan;
pub mod protocol;
mod relic;
mod script;
pub mod segment;
mod site;
mod table;
pub mod text;
mod threshold;
mod trial;
pub mod units;
mod verdict;
mod account;

pub use account::{CounterExample, HistoryAccount};
pub use delay::{Delay, LogNormal, Pareto};
pub use description::{
    AtomicDescription, FunctionDescription, ParamDescription, PointDescription, Reach, TargetDescription,
    WorkloadDescription,
};
pub use event::{Event, HostFacts, Manifest, Stamped, shell_word};
pub use exit_code::ExitCode;
pub use expectation::{
    ATTEMPTS_MAX, AloneJudgement, Expectation, ExpectationJudgement, RepairJudgement, Spread, VariantCost, WrongCount,
};
pub use finding::{ControlCount, Finding, Lift, Symptom};
pub use format::{FormatVersion, PROTOCOL, RESULTS_FORMAT};
pub use gate::{GateEntry, GateProblem, GateRun, GateSummary};
pub use incident::{
    Ending, ErrorTally, FRAMES_MAX, OracleReport, PanicReport, SourceLocation, TEXT_BYTES_MAX, Violation,
    WorkerEvidence, failed_allocation_bytes,
};
pub use judgement::{FaultJudgement, Judgement, OracleJudgement, ThresholdJudgement};
pub use load::{Arrivals, HotSet, KEYS_MAX, Keys, Load, OPERATIONS_MAX, WORKERS_MAX};
pub use measure::{BucketRange, FlightEntry, Histogram, Interval, Meter, PhaseTotals};
pub use memory::{BlockLayout, MemoryIncident, MemoryMisuse, WRITTEN_BYTES_MAX};
pub use ordered::Ordered;
pub use outcome::{Outcome, OutcomeCounts};
pub use phase::Phase;
pub use plan::{ControlPolicy, Criteria, HistoryPlan, Limits, PhaseLengths, Plan, TrialPlan, TrialRole};
pub use relic::Relic;
pub use script::{
    OutcomeKind, SCRIPT_OPERATIONS_MAX, SCRIPT_OUTCOMES_MAX, SCRIPT_TABLES_MAX, SCRIPT_THREADS_MAX, ScriptOutcome,
    ScriptTable, Scripts, ScriptsDescription, ScriptsRecord,
};
pub use site::{Campaign, CampaignJudgement, Candidate, Knowledge, Lesson, Site, SiteKind, SiteRank, SiteTally};
pub use table::Table;
pub use threshold::{AbortCondition, Limit, Metric, Side, Threshold, ThresholdError};
pub use trial::{TrialRecord, Usage};
pub use verdict::Verdict;
