//! What happens in a run, as it happens: the only thing that records and reports are made from.

use crate::fault::FaultPlan;
use crate::finding::Finding;
use crate::format::FormatVersion;
use crate::incident::PanicReport;
use crate::judgement::Judgement;
use crate::measure::Interval;
use crate::phase::Phase;
use crate::plan::TrialRole;
use crate::trial::TrialRecord;
use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};

/// An event with its time since the run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamped {
    /// How long after the run's beginning.
    pub at: TimeSpan,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run began.
    RunStarted(Box<Manifest>),
    /// A trial's subject is ready.
    TrialStarted {
        /// The trial's place in the run.
        trial: u32,
        /// What it is for.
        role: TrialRole,
        /// The variant of the target.
        #[serde(default)]
        variant: String,
        /// How long its phases are planned to last.
        planned: TimeSpan,
    },
    /// The sites of a trial were drawn. The trial is run with these faults, whatever the plan still says.
    Drawn {
        /// The trial's place in the run.
        trial: u32,
        /// All faults of the trial, those at drawn sites among them.
        faults: Vec<FaultPlan>,
    },
    /// A phase began.
    PhaseStarted {
        /// The trial's place in the run.
        trial: u32,
        /// The phase.
        phase: Phase,
    },
    /// A fault was armed.
    FaultArmed {
        /// The trial's place in the run.
        trial: u32,
        /// The fault's number.
        fault: u32,
        /// The fault's kind and place.
        name: String,
    },
    /// A fault was healed.
    FaultHealed {
        /// The trial's place in the run.
        trial: u32,
        /// The fault's number.
        fault: u32,
        /// The fault's kind and place.
        name: String,
    },
    /// A stretch of the time series was measured. It is stored in the series, not among the events.
    Measured {
        /// The trial's place in the run.
        trial: u32,
        /// What was measured.
        interval: Interval,
    },
    /// A thread of the subject panicked.
    Panicked {
        /// The trial's place in the run.
        trial: u32,
        /// The hook's report.
        report: Box<PanicReport>,
    },
    /// Something that the operator should know.
    Noted {
        /// In one line.
        text: String,
    },
    /// An experiment was made that runs one trial of the run again.
    ReplayMade {
        /// Its file's name, in the run directory's `repro`.
        file: String,
        /// Its text.
        text: String,
    },
    /// Something was kept of a history that no order explains: its operations, or their picture.
    HistoryKept {
        /// Its file's name, in the run directory.
        file: String,
        /// Its text.
        text: String,
    },
    /// A trial ended.
    TrialEnded(Box<TrialRecord>),
    /// A symptom was found.
    Found(Box<Finding>),
    /// The run was judged.
    Judged(Box<Judgement>),
    /// The run ended; nothing follows.
    RunEnded {
        /// The process's exit code.
        exit_code: crate::exit_code::ExitCode,
    },
}

/// What was run, with what, where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the run directory's form.
    pub format: FormatVersion,
    /// The experiment's name.
    pub experiment: String,
    /// The experiment's file as given.
    pub file: String,
    /// The experiment's settings that the command line changed, as `path=value`.
    #[serde(default)]
    pub set: Vec<String>,
    /// The run's own name: time and random part.
    pub run: String,
    /// The run directory.
    pub run_dir: String,
    /// When the run began, in UTC.
    pub started: String,
    /// The seed.
    pub seed: u64,
    /// The target, as one line.
    pub target: String,
    /// The workload.
    pub workload: String,
    /// The variant that was picked of the experiment, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The experiment's hazard, if it names one.
    #[serde(default)]
    pub hazard: Option<String>,
    /// What the machine is.
    pub host: HostFacts,
    /// The version of squall.
    pub squall_version: String,
    /// The commit of the experiment's repository, if it is in one.
    #[serde(default)]
    pub commit: Option<String>,
}

impl Manifest {
    /// The command that runs the same plan again.
    #[must_use]
    pub fn replay_command(&self) -> String {
        let set: String = self.set.iter().map(|change| format!(" --set {}", shell_word(change))).collect();
        let variant = self.variant.as_ref().map_or(String::new(), |name| format!(" --variant {}", shell_word(name)));
        format!("squall run {} --seed {}{variant}{set}", shell_word(&self.file), self.seed)
    }
}

/// The text as one word of a shell.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let harmless = |character: char| character.is_ascii_alphanumeric() || "-_./=:,%+@".contains(character);
    if !text.is_empty() && text.chars().all(harmless) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// What the machine is that a run was made on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HostFacts {
    /// How many cores the process may use.
    pub cores: usize,
    /// The processor's name.
    pub processor: String,
    /// The memory, in bytes.
    pub memory_bytes: u64,
    /// The kernel's release.
    pub kernel: String,
    /// The load average over one minute when the run began.
    pub load_average: String,
}
