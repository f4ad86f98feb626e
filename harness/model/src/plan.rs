//! What a run is going to do, fixed before it does anything.

use crate::expectation::Expectation;
use crate::fault::FaultPlan;
use crate::finding::Symptom;
use crate::format::FormatVersion;
use crate::history::{self, HistoryModel};
use crate::load::Load;
use crate::phase::Phase;
use crate::site::Campaign;
use crate::threshold::{AbortCondition, Threshold};
use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};
use std::fmt;

/// All that a run is going to do: a pure function of experiment, target description and seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The version of this form.
    pub format: FormatVersion,
    /// The seed that all decisions follow from.
    pub seed: u64,
    /// The trials, in order.
    pub trials: Vec<TrialPlan>,
    /// What the trials are judged by.
    pub criteria: Criteria,
    /// What squall chooses the sites of trials from, if a fault leaves that to it, and for how long trials go on, if the
    /// experiment says so. A trial's sites are drawn when it begins, by what was learned until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
}

impl Plan {
    /// How many trials are judged, each by all thresholds: those of a campaign, or the one that counts.
    #[must_use]
    pub fn trials_judged(&self) -> usize {
        let is_campaign = self.campaign.as_ref().is_some_and(|campaign| campaign.length.is_some());
        let treatments = self.trials.iter().filter(|trial| trial.role == TrialRole::Treatment).count();
        if is_campaign { treatments.max(1) } else { 1 }
    }

    /// The variants that are tried in a role, each once, in the order of the plan.
    #[must_use]
    pub fn variants(&self, role: TrialRole) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for trial in self.trials.iter().filter(|trial| trial.role == role) {
            if !names.contains(&trial.variant.as_str()) {
                names.push(&trial.variant);
            }
        }
        names
    }
}

/// What the trials of a run are judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Criteria {
    /// The thresholds; an implicit one forbids panics where the experiment names no panic rate.
    pub thresholds: Vec<Threshold>,
    /// The confidence of the whole verdict, such as 0.95.
    pub confidence: f64,
    /// What the control is for.
    pub control: ControlPolicy,
    /// The symptom of the planted bug that must be found, if the experiment is a canary.
    pub canary: Option<Symptom>,
    /// The hazard that the experiment is about, if it names one.
    pub hazard: Option<String>,
    /// The finding that the run has to come to, if the experiment expects one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expectation>,
    /// What must not show, however rarely: what is expected of the target of which this one is a repair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forbid: Option<Expectation>,
    /// When a trial is given up.
    pub abort_when: Option<AbortCondition>,
}

/// What a control trial is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ControlPolicy {
    /// The load without faults has to pass, else the run ends with `control_failed`.
    #[default]
    MustPass,
    /// The load without faults is measured, so that the lift under faults is known; it may fail. For targets that are
    /// known to be broken.
    Observe,
    /// There is no control; findings have no lift.
    Skip,
}

/// What a trial is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialRole {
    /// The same load without faults, to know what the target does undisturbed.
    Control,
    /// The load with the experiment's faults.
    Treatment,
    /// The load with one of the faults alone, to know what it does by itself.
    Alone,
    /// A repair of the target under the same load and faults.
    Repair,
    /// A variant of the target as fast as it goes, without faults, to know what it costs.
    Cost,
}

impl fmt::Display for TrialRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Control => "control",
            Self::Treatment => "treatment",
            Self::Alone => "alone",
            Self::Repair => "repair",
            Self::Cost => "cost",
        })
    }
}

/// What one subject process is going to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialPlan {
    /// The trial's place in the run, from 0.
    pub number: u32,
    /// What the trial is for.
    pub role: TrialRole,
    /// Which attempt at an expected finding it is, or repeats on a repair; from 0.
    #[serde(default)]
    pub attempt: u32,
    /// The variant of the target, which names it in tables: its workload, and the parameters by which it differs.
    #[serde(default)]
    pub variant: String,
    /// The seed of this trial's decisions.
    pub seed: u64,
    /// The workload's name.
    pub workload: String,
    /// The workload's parameters, as given.
    pub params: serde_json::Value,
    /// The names of the workload's operations: the recorder's rows.
    pub operations: Vec<String>,
    /// The oracles that decide whether answers are right.
    pub oracles: Vec<String>,
    /// How the subject is driven.
    pub load: Load,
    /// How long each phase lasts.
    pub phases: PhaseLengths,
    /// The faults; empty for a control.
    pub faults: Vec<FaultPlan>,
    /// The trial's limits.
    pub limits: Limits,
    /// What is recorded of each operation for the oracles that look at whole histories, if one of them is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryPlan>,
}

impl TrialPlan {
    /// The oracles that the subject itself judges by: all but those that look at what it recorded.
    pub fn own_oracles(&self) -> impl Iterator<Item = &String> {
        self.oracles.iter().filter(|name| self.history.is_none() || !history::ORACLES.contains(&name.as_str()))
    }

    /// The oracles that look at what the subject recorded.
    pub fn history_oracles(&self) -> impl Iterator<Item = &String> {
        self.oracles.iter().filter(|name| self.history.is_some() && history::ORACLES.contains(&name.as_str()))
    }
}

/// What is recorded for the oracles that look at whole histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPlan {
    /// What the workload's objects are.
    pub model: HistoryModel,
    /// How many operations of each worker there is room for.
    pub room: u64,
}

/// How long each phase lasts; a phase of no length is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseLengths {
    /// Nothing is judged.
    pub warmup: TimeSpan,
    /// Undisturbed load.
    pub baseline: TimeSpan,
    /// The faults act.
    pub fault: TimeSpan,
    /// The target returns to its baseline.
    pub recovery: TimeSpan,
}

impl PhaseLengths {
    /// The length of one phase.
    pub const fn get(&self, phase: Phase) -> TimeSpan {
        match phase {
            Phase::Warmup => self.warmup,
            Phase::Baseline => self.baseline,
            Phase::Fault => self.fault,
            Phase::Recovery => self.recovery,
        }
    }

    /// The length of all phases together.
    pub fn total(&self) -> TimeSpan {
        Phase::ALL.iter().fold(TimeSpan::ZERO, |sum, phase| sum.plus(self.get(*phase)))
    }
}

/// When a trial that does not go on is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// No operation finished for so long, beyond what the armed faults explain: the subject is stuck.
    pub stuck_after: TimeSpan,
    /// How long the subject may take to build its workload, and to stop and check at the end.
    pub settle: TimeSpan,
    /// The most memory that the subject may use, in bytes; more ends the trial.
    pub memory_bytes_max: Option<u64>,
}
