//! One deduplicated symptom of a run.

use crate::incident::WorkerEvidence;
use crate::phase::Phase;
use crate::site::SiteRank;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What one sees of a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Symptom {
    /// An operation unwound.
    Panic,
    /// An operation returned an error more often than allowed.
    Error,
    /// Operations took longer than the load's timeout.
    Timeout,
    /// An oracle found an answer wrong.
    WrongResult,
    /// Memory was freed twice, freed where no block begins, freed with another layout, or written to after its free.
    MemoryError,
    /// Memory that nobody can reach any more was never freed.
    Leak,
    /// No worker finishes an operation, and none uses processor time.
    Deadlock,
    /// No worker finishes an operation, while processor time is used.
    Livelock,
    /// The process aborted.
    Abort,
    /// A panic while another one unwound ended the process.
    DoublePanic,
    /// A destructor panicked while it ran for an unwinding panic, and ended the process.
    PanicInDrop,
    /// A thread used up its stack.
    StackOverflow,
    /// Memory ran out.
    OutOfMemory,
    /// A signal killed the process.
    Signal,
    /// The process ended by itself, midway.
    EarlyExit,
    /// The process did not end when told to.
    IgnoredStop,
    /// A threshold is broken that no other symptom explains.
    ThresholdBroken,
    /// The target did not return to its baseline in time.
    SlowRecovery,
}

impl Symptom {
    /// All symptoms.
    pub const ALL: [Self; 18] = [
        Self::Panic,
        Self::Error,
        Self::Timeout,
        Self::WrongResult,
        Self::MemoryError,
        Self::Leak,
        Self::Deadlock,
        Self::Livelock,
        Self::Abort,
        Self::DoublePanic,
        Self::PanicInDrop,
        Self::StackOverflow,
        Self::OutOfMemory,
        Self::Signal,
        Self::EarlyExit,
        Self::IgnoredStop,
        Self::ThresholdBroken,
        Self::SlowRecovery,
    ];

    /// The symptom's name in experiments and results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::WrongResult => "wrong_result",
            Self::MemoryError => "memory_error",
            Self::Leak => "leak",
            Self::Deadlock => "deadlock",
            Self::Livelock => "livelock",
            Self::Abort => "abort",
            Self::DoublePanic => "double_panic",
            Self::PanicInDrop => "panic_in_drop",
            Self::StackOverflow => "stack_overflow",
            Self::OutOfMemory => "out_of_memory",
            Self::Signal => "signal",
            Self::EarlyExit => "early_exit",
            Self::IgnoredStop => "ignored_stop",
            Self::ThresholdBroken => "threshold_broken",
            Self::SlowRecovery => "slow_recovery",
        }
    }

    /// Whether the symptom fails a run by itself, whatever the thresholds say. A rate of panics, errors or timeouts is
    /// left to its threshold.
    pub const fn fails_by_itself(self) -> bool {
        !matches!(self, Self::Panic | Self::Error | Self::Timeout | Self::ThresholdBroken | Self::SlowRecovery)
    }
}

impl fmt::Display for Symptom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// One deduplicated symptom of a run, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Equal for equal symptoms, in every run: `v1-` and 16 hexadecimal digits.
    pub fingerprint: String,
    /// What one sees.
    pub symptom: Symptom,
    /// The finding in one line.
    pub title: String,
    /// The hazard of the experiment, if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hazard: Option<String>,
    /// The variant of the target that it was found in, if the run tried several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// How often it was seen in the treatment.
    pub count: u64,
    /// Out of how many operations or answers, if that can be said.
    #[serde(default)]
    pub out_of: Option<u64>,
    /// The same in the control: how often it shows without faults.
    #[serde(default)]
    pub control: Option<ControlCount>,
    /// How many times as often as in the control, with a 95 % interval.
    #[serde(default)]
    pub lift: Option<Lift>,
    /// The phase in which it was first seen, if known.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// The faults of the trial.
    pub faults: Vec<String>,
    /// The sites that squall drew for its trial, with what each was worth, the most telling first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteRank>,
    /// Details, such as the elements that were lost, first ones first.
    #[serde(default)]
    pub details: Vec<String>,
    /// The frames of the stack, innermost first.
    #[serde(default)]
    pub stack: Vec<String>,
    /// The business context that the code had set.
    #[serde(default)]
    pub context: BTreeMap<String, String>,
    /// The last statements that the code had noted.
    #[serde(default)]
    pub breadcrumbs: Vec<String>,
    /// What the workers did last.
    #[serde(default)]
    pub workers: Vec<WorkerEvidence>,
    /// The command that runs the same plan again.
    pub replay: String,
}

/// How often a symptom showed in the control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlCount {
    /// How often it was seen.
    pub count: u64,
    /// Out of how many operations or answers.
    pub out_of: u64,
}

/// A ratio of two rates, with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lift {
    /// The lower end of the interval.
    pub lower: f64,
    /// The ratio; `None` if the control saw nothing.
    pub value: Option<f64>,
    /// The upper end of the interval; `None` if it has none.
    pub upper: Option<f64>,
}
