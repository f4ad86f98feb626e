//! The experiment as it is planned: everything checked, everything that was left out filled in.

use super::build;
use super::error::ExperimentError;
use super::origin::Origin;
use super::{check_expect, check_target, source};
use serde_json::{Map, Value};
use squall_model::fault::Fault;
use squall_model::units::{Rate, TimeSpan};
use squall_model::{
    AbortCondition, Arrivals, ControlPolicy, Expectation, Keys, Limits, Ordered, PhaseLengths, Relic, Scripts, Symptom,
    TargetDescription, Threshold,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A valid experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// What the experiment is about, in one line.
    pub name: String,
    /// The hazard that it looks for.
    pub hazard: Option<String>,
    /// The published bug that the target has.
    pub relic: Option<Relic>,
    /// What it would mean for users or business if it failed.
    pub impact: Option<String>,
    /// Words by which experiments are selected.
    pub tags: Vec<String>,
    /// What is under test.
    pub target: Target,
    /// How the target is driven.
    pub load: ExperimentLoad,
    /// How long each phase lasts.
    pub phases: PhaseLengths,
    /// What disturbs the target.
    pub faults: Vec<Fault>,
    /// What has to hold, in the order of the file.
    pub thresholds: Vec<Threshold>,
    /// The oracles that decide whether answers are right; all that the workload has if `None`.
    pub oracles: Option<Vec<String>>,
    /// When a trial is given up.
    pub abort_when: Option<AbortCondition>,
    /// What the control trial is for.
    pub control: ControlPolicy,
    /// The symptom of the planted bug that must be found.
    pub canary: Option<Symptom>,
    /// The finding that has to come.
    pub expect: Option<Expectation>,
    /// What must not show, however rarely: what is expected of the target that this one repairs.
    pub forbid: Option<Expectation>,
    /// For how long trials with faults are run, if not once.
    pub campaign: Option<TimeSpan>,
    /// Whether further attempts at the expected finding use a random part of the faults each.
    pub swarm: bool,
    /// The variants of the target that have to be clean.
    pub repairs: Vec<Repair>,
    /// The confidence of the whole verdict, such as 0.95.
    pub confidence: f64,
    /// When a trial that does not go on is ended.
    pub limits: Limits,
    /// The seed; drawn by whoever runs the experiment if `None`.
    pub seed: Option<u64>,
    pub(super) origin: Arc<Origin>,
}

/// What is under test.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The program that runs as the subject.
    pub program: Program,
    /// The workload's name; the program's only one if `None`.
    pub workload: Option<String>,
    /// The workload's parameters, as given.
    pub params: Map<String, Value>,
}

/// A variant of the target that has to be clean.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// The workload's name, if it is not the target's.
    pub workload: Option<String>,
    /// The program that has the repaired version, if it is not the target's.
    pub program: Option<Program>,
    /// The parameters by which it differs from the target's, as given.
    pub params: Map<String, Value>,
}

impl Repair {
    /// The variant's name: its workload or the directory of its workspace, and the parameters by which it differs.
    pub fn variant(&self) -> String {
        let directory = self.program.as_ref().and_then(Program::directory_name);
        let names = self.workload.iter().cloned().chain(directory);
        let params = self.params.iter().map(|(name, value)| match value {
            Value::String(text) => format!("{name}={text}"),
            other => format!("{name}={other}"),
        });
        names.chain(params).collect::<Vec<_>>().join(" ")
    }
}

/// A program that runs as the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// A binary of a cargo package, which is built first.
    Package {
        /// The package's name.
        name: String,
        /// The binary's name, if the package has several.
        bin: Option<String>,
        /// The `Cargo.toml` to build with, already joined to the experiment file's directory.
        manifest: Option<PathBuf>,
    },
    /// Any program that speaks the protocol.
    Command {
        /// The program and its arguments; at least one word.
        words: Vec<String>,
        /// Whether the protocol is spoken on standard input and output.
        stdio: bool,
        /// The directory in which it runs, already joined to the experiment file's; that one if left out.
        directory: Option<PathBuf>,
    },
}

impl Program {
    /// The program's name in the knowledge base: the same in every checkout and for every build.
    pub fn key(&self) -> String {
        let words: Vec<String> = match self {
            Self::Package { name, bin, .. } => {
                std::iter::once(name).chain(bin).cloned().chain(self.directory_name()).collect()
            }
            Self::Command { words, .. } => {
                let file = words.first().and_then(|word| Path::new(word).file_name());
                file.map(|name| name.to_string_lossy().into_owned()).into_iter().collect()
            }
        };
        words.join(" ")
    }

    /// The name of the directory that the program's workspace stands in, if the experiment names one.
    fn directory_name(&self) -> Option<String> {
        let Self::Package { manifest: Some(manifest), .. } = self else { return None };
        Some(manifest.parent()?.file_name()?.to_string_lossy().into_owned())
    }
}

/// What the programs of an experiment can be used for: the target, and each repair's, which mostly is the same.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// The target's program.
    pub target: &'a TargetDescription,
    /// The program of each repair that has one of its own, at the repair's place.
    pub repairs: &'a [Option<TargetDescription>],
}

impl<'a> Described<'a> {
    /// The program of the repair at this place.
    pub fn repair(&self, place: usize) -> &'a TargetDescription {
        self.repairs.get(place).and_then(Option::as_ref).unwrap_or(self.target)
    }
}

impl<'a> From<&'a TargetDescription> for Described<'a> {
    fn from(target: &'a TargetDescription) -> Self {
        Self { target, repairs: &[] }
    }
}

/// How the target is driven, before the workload's operations are known.
#[derive(Debug, Clone, PartialEq)]
pub struct ExperimentLoad {
    /// How many threads do operations, if that is written.
    pub workers: Option<u32>,
    /// All workers' operations per second; a closed loop if `None`.
    pub rate: Option<Rate>,
    /// How the operations of an open loop are spaced.
    pub arrivals: Arrivals,
    /// The relative weight of each operation; all alike if `None`.
    pub mix: Option<Ordered<u32>>,
    /// Which keys operations are given.
    pub keys: Keys,
    /// An operation that takes longer counts as a timeout.
    pub timeout: TimeSpan,
    /// The short scripts, if they are asked for.
    pub scripts: Option<Scripts>,
}

impl Experiment {
    /// Reads an experiment file and applies the texts of `--set path=value`.
    ///
    /// # Errors
    /// If the file cannot be read, or the experiment in it is not valid.
    pub fn read(file: &Path, overrides: &[String]) -> Result<Self, ExperimentError> {
        Self::parse(file, &source::read(file)?, overrides)
    }

    /// Reads an experiment from its bytes; `file` names it in errors, and is what relative paths in it start from.
    ///
    /// # Errors
    /// If the bytes are no text, or the experiment in it is not valid.
    pub fn parse_bytes(file: &Path, bytes: &[u8], overrides: &[String]) -> Result<Self, ExperimentError> {
        Self::parse(file, &source::to_text(file, bytes)?, overrides)
    }

    /// Reads an experiment from its text; `file` names it in errors, and is what relative paths in it start from.
    ///
    /// # Errors
    /// If the experiment is not valid.
    pub fn parse(file: &Path, text: &str, overrides: &[String]) -> Result<Self, ExperimentError> {
        let origin = Arc::new(Origin::new(file, text, overrides)?);
        origin.attempt(|tree| build::build(tree, &origin))
    }

    /// Checks that the target has what the experiment asks for: workload, operations, parameters, points, oracles, and
    /// the means for each fault.
    ///
    /// # Errors
    /// If the target lacks something, with the place in the file that asks for it.
    pub fn check_against<'a>(&self, described: impl Into<Described<'a>>) -> Result<(), ExperimentError> {
        let described = described.into();
        self.origin.attempt(|tree| {
            let experiment = build::build(tree, &self.origin)?;
            check_target::check(&experiment, described)
        })
    }

    /// The workload that the experiment is about, as the target describes it: the named one, or the only one.
    pub fn workload_of<'a>(&self, target: &'a TargetDescription) -> Option<&'a squall_model::WorkloadDescription> {
        match (&self.target.workload, target.workloads.as_slice()) {
            (Some(name), workloads) => workloads.iter().find(|workload| workload.name == *name),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// Whether a control trial is run before the treatment: not for a canary, not without faults, not if it is skipped.
    pub fn has_control(&self) -> bool {
        self.control != ControlPolicy::Skip && !self.faults.is_empty() && self.canary.is_none()
    }

    /// The experiment on one of its repairs alone, as on any target: its control has to pass, and nothing is expected.
    ///
    /// # Errors
    /// If there is no such repair, with the place of the repairs and the names that there are.
    pub fn only(&self, variant: &str) -> Result<Self, ExperimentError> {
        let Some(repair) = self.repairs.iter().find(|repair| repair.variant() == variant) else {
            return self.origin.attempt(|_| Err(check_expect::unknown_variant(variant, &self.repairs)));
        };
        let mut params = self.target.params.clone();
        params.extend(repair.params.clone());
        let workload = repair.workload.clone().or_else(|| self.target.workload.clone());
        let program = repair.program.clone().unwrap_or_else(|| self.target.program.clone());
        let target = Target { program, workload, params };
        let control = ControlPolicy::default();
        let forbid = self.expect.clone();
        Ok(Self { target, control, expect: None, forbid, swarm: false, repairs: Vec::new(), ..self.clone() })
    }

    /// Whether squall draws the sites of a fault.
    pub fn draws_sites(&self) -> bool {
        self.faults.iter().any(Fault::is_auto)
    }

    /// The file that the experiment was read from.
    pub fn file(&self) -> &Path {
        self.origin.file()
    }

    /// The text that the experiment was read from, without overrides.
    pub fn text(&self) -> &str {
        self.origin.text()
    }
}
