//! What was decided about a run, line by line.

use crate::exit_code::ExitCode;
use crate::expectation::{ExpectationJudgement, RepairJudgement, VariantCost};
use crate::phase::Phase;
use crate::plan::TrialRole;
use crate::site::CampaignJudgement;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// What was decided about one threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThresholdJudgement {
    /// The threshold's name, such as `panic_rate`.
    pub name: String,
    /// The phase that it was judged in.
    pub phase: Phase,
    /// The trial that it was judged in.
    pub trial: TrialRole,
    /// What was decided.
    pub verdict: Verdict,
    /// The measured value, in the unit of `limit`; `None` without data.
    pub value: Option<f64>,
    /// The lower end of its interval.
    pub lower: Option<f64>,
    /// The upper end of its interval; `None` if it has none.
    pub upper: Option<f64>,
    /// The limit, as a number: rates as fractions, latencies and times in nanoseconds, throughput per second.
    pub limit: f64,
    /// The threshold as written, such as `< 3x baseline`.
    pub written: String,
    /// Why, in one line.
    pub reason: String,
}

/// What was decided about one fault's delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultJudgement {
    /// The fault's kind and place.
    pub name: String,
    /// The dose asked for, in words.
    pub asked: String,
    /// The dose delivered, in words.
    pub delivered: String,
    /// How often it acted.
    pub fired: u64,
    /// Pass if the dose was delivered, inconclusive otherwise; never fail.
    pub verdict: Verdict,
    /// Why, in one line; empty if it passed.
    pub reason: String,
    /// Whether squall drew its site; then the run needs no more than that some site was reached.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drawn: bool,
}

/// What was decided about one oracle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OracleJudgement {
    /// The oracle's name.
    pub name: String,
    /// The trial that it judged.
    pub trial: TrialRole,
    /// What was decided.
    pub verdict: Verdict,
    /// How many answers or elements it looked at.
    pub checked: u64,
    /// How many were wrong.
    pub wrong: u64,
    /// What it did not judge, and why, if it left something out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spared: Option<String>,
    /// Why, in one line.
    pub reason: String,
}

/// What was decided about a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict over everything.
    pub verdict: Verdict,
    /// The exit code that follows from it.
    pub exit_code: ExitCode,
    /// The decisive reason, in one line.
    pub reason: String,
    /// The verdict of the control, if there was one that had to pass.
    pub control: Option<Verdict>,
    /// Each threshold.
    pub thresholds: Vec<ThresholdJudgement>,
    /// Each fault's delivery.
    pub faults: Vec<FaultJudgement>,
    /// Each oracle.
    pub oracles: Vec<OracleJudgement>,
    /// What became of the expected finding, if the experiment expects one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectation: Option<ExpectationJudgement>,
    /// What the campaign came to, if sites were drawn or the experiment has a time for trials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignJudgement>,
    /// Each repair.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<RepairJudgement>,
    /// What each variant costs, that of the hazard first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<VariantCost>,
    /// The confidence of the whole, and how it is shared among the thresholds.
    pub confidence: String,
}
