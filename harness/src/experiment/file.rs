//! The experiment exactly as a human writes it: what is read from the file before anything is checked or filled in.
//! The descriptions here become those of the JSON Schema.

use super::schema;
use schemars::JsonSchema;
use serde::Deserialize;
use squall_model::fault::Fault;
use squall_model::units::{ByteSize, Percent, Rate, TimeSpan};
use squall_model::{
    Arrivals, ControlPolicy, Expectation, Keys, Limits, Ordered, PhaseLengths, Relic, Scripts, Symptom,
};

/// One experiment: a target, a load, faults that disturb it, and what has to hold nevertheless.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExperimentFile {
    /// What the experiment is about, in one line.
    #[schemars(length(min = 1, max = 120))]
    pub name: String,
    /// The hazard that it looks for, such as `concurrent-map-write`.
    pub hazard: Option<String>,
    /// The published bug that the target has, if it has one; the gate tells such experiments in a table of their own.
    pub relic: Option<Relic>,
    /// What it would mean for users or business if it failed.
    pub impact: Option<String>,
    /// Words by which experiments are selected.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What is under test.
    pub target: TargetFile,
    /// How the target is driven.
    #[serde(default)]
    pub load: LoadFile,
    /// How long each phase lasts; a phase of `0s` is left out.
    #[serde(default)]
    pub phases: PhasesFile,
    /// What disturbs the target in the fault phase.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What has to hold, such as `panic_rate: < 0.01%`.
    #[serde(default)]
    #[schemars(schema_with = "schema::thresholds")]
    pub thresholds: Ordered<String>,
    /// The oracles that decide whether answers are right; all that the workload has if left out.
    pub oracles: Option<Vec<String>>,
    /// When the trial is given up, such as `error_rate > 50% for 2s`.
    pub abort_when: Option<String>,
    /// What the trial without faults is for: `must_pass` if left out, `observe` where a finding is expected; a canary has
    /// none.
    pub control: Option<ControlPolicy>,
    /// The target is known to be broken: this finding has to come, else the run ends with 98.
    pub expect: Option<Expectation>,
    /// For so long trials with faults are run, each with another seed; one if left out. A failure in any of them fails the
    /// run. What is expected has its own time.
    pub campaign: Option<TimeSpan>,
    /// Of further attempts at an expected finding, or further trials of a campaign, every other one uses a random part of the faults, and
    /// the second none at all, because some failures show only where others do not disturb; half of them leave the rate out, too.
    #[serde(default)]
    pub swarm: bool,
    /// Variants of the target that have to be clean under the same load and faults; what they cost is measured, too.
    #[serde(default)]
    pub repairs: Vec<RepairFile>,
    /// This experiment plants a bug, which must be found with this symptom.
    pub canary: Option<Symptom>,
    /// How sure the verdict has to be; 50% to 99.999%.
    #[serde(default = "default_confidence")]
    pub confidence: Percent,
    /// When a trial that does not go on is ended.
    #[serde(default)]
    pub limits: LimitsFile,
    /// The number that all decisions follow from; drawn and printed if left out.
    pub seed: Option<u64>,
}

/// What is under test: a workload of a cargo package, or of any program that speaks the protocol.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetFile {
    /// The cargo package that is built and run.
    pub package: Option<String>,
    /// The package's binary, if it has several.
    pub bin: Option<String>,
    /// The `Cargo.toml` of the package's workspace, relative to the experiment file.
    pub manifest: Option<String>,
    /// A program with its arguments, run as it is.
    pub command: Option<Vec<String>>,
    /// The program speaks the protocol on its standard input and output, because it has no probe.
    pub stdio: Option<bool>,
    /// The directory in which the command runs, relative to the experiment file; the file's own if left out.
    pub directory: Option<String>,
    /// The workload that the program runs; a command with only one workload needs no name.
    pub workload: Option<String>,
    /// The workload's parameters.
    #[serde(default)]
    #[schemars(schema_with = "schema::params")]
    pub params: serde_json::Map<String, serde_json::Value>,
}

/// A variant of the target: another workload, other parameters, or the same package as another workspace pins it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairFile {
    /// The workload; the target's if left out.
    pub workload: Option<String>,
    /// The `Cargo.toml` of another workspace with the target's package, relative to the experiment file: the repaired version
    /// of what is under test.
    pub manifest: Option<String>,
    /// The parameters by which it differs from the target's.
    #[serde(default)]
    #[schemars(schema_with = "schema::params")]
    pub params: serde_json::Map<String, serde_json::Value>,
}

/// How the target is driven.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LoadFile {
    /// How many threads do operations; 4 if left out, 2 for scripts.
    #[schemars(range(min = 1, max = 256))]
    pub workers: Option<u32>,
    /// All workers' operations per second (open loop, latency counts from the intended start); as fast as they come
    /// if left out (closed loop).
    pub rate: Option<Rate>,
    /// How the operations of an open loop are spaced; `poisson` if left out.
    pub arrivals: Option<Arrivals>,
    /// The relative weight of each operation; all alike if left out.
    pub mix: Option<Ordered<u32>>,
    /// Which keys operations are given.
    pub keys: Keys,
    /// An operation that takes longer counts as a timeout.
    pub timeout: TimeSpan,
    /// Short scripts, drawn from the operations of the mix and run over and over on fresh objects, instead of a long load on one.
    pub scripts: Option<Scripts>,
}

impl Default for LoadFile {
    fn default() -> Self {
        Self {
            workers: None,
            rate: None,
            arrivals: None,
            mix: None,
            keys: Keys::default(),
            timeout: TimeSpan::from_millis(1_000),
            scripts: None,
        }
    }
}

/// How long each phase lasts; a phase of `0s` is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PhasesFile {
    /// Nothing is judged.
    pub warmup: TimeSpan,
    /// Undisturbed load, with which the fault phase is compared.
    pub baseline: TimeSpan,
    /// The faults act.
    pub fault: TimeSpan,
    /// The faults are healed; the target has to return to its baseline.
    pub recovery: TimeSpan,
}

impl Default for PhasesFile {
    fn default() -> Self {
        Self {
            warmup: TimeSpan::from_millis(500),
            baseline: TimeSpan::from_millis(2_000),
            fault: TimeSpan::from_millis(5_000),
            recovery: TimeSpan::from_millis(2_000),
        }
    }
}

impl From<PhasesFile> for PhaseLengths {
    fn from(file: PhasesFile) -> Self {
        Self { warmup: file.warmup, baseline: file.baseline, fault: file.fault, recovery: file.recovery }
    }
}

/// When a trial that does not go on is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsFile {
    /// No operation finished for so long, beyond what the faults explain: the subject is stuck.
    pub stuck_after: TimeSpan,
    /// How long the subject may take to build its workload, and to stop and check at the end.
    pub settle: TimeSpan,
    /// The most memory that the subject may use.
    pub memory: ByteSize,
}

impl Default for LimitsFile {
    fn default() -> Self {
        Self {
            stuck_after: TimeSpan::from_millis(2_000),
            settle: TimeSpan::from_millis(10_000),
            memory: ByteSize::from_bytes(4 << 30),
        }
    }
}

impl From<LimitsFile> for Limits {
    fn from(file: LimitsFile) -> Self {
        Self { stuck_after: file.stuck_after, settle: file.settle, memory_bytes_max: Some(file.memory.bytes()) }
    }
}

const fn default_confidence() -> Percent {
    Percent::new(95.0)
}
