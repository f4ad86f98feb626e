//! What a gate came to: every experiment with its runs, as plain data.

use crate::exit_code::ExitCode;
use crate::expectation::VariantCost;
use crate::judgement::Judgement;
use crate::relic::Relic;
use crate::units::TimeSpan;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// What a gate came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateSummary {
    /// The verdict over all experiments.
    pub verdict: Verdict,
    /// The exit code that follows from it.
    pub exit_code: ExitCode,
    /// The decisive reason, in one line.
    pub reason: String,
    /// The time that the runs were allowed to take.
    pub budget: TimeSpan,
    /// The time that they took.
    pub spent: TimeSpan,
    /// The experiments, in the order of their files.
    pub entries: Vec<GateEntry>,
}

/// One experiment of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateEntry {
    /// The experiment's file.
    pub file: String,
    /// The experiment's name.
    pub experiment: String,
    /// The published bug that its target has, if the experiment names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relic: Option<Relic>,
    /// How many runs were asked for, each with a seed of its own.
    pub asked: u32,
    /// Its runs.
    pub runs: Vec<GateRun>,
    /// Why it was not run to its end, if it could not be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<GateProblem>,
}

/// Why an experiment could not be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateProblem {
    /// The reason, in one line.
    pub reason: String,
    /// The exit code that it stands for.
    pub exit_code: ExitCode,
}

/// One run of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateRun {
    /// The run's seed.
    pub seed: u64,
    /// The run directory.
    pub run_dir: String,
    /// The command that runs the same plan again.
    pub replay: String,
    /// How many findings it came to.
    pub findings: u64,
    /// What was decided about it.
    pub judgement: Judgement,
}

impl GateEntry {
    /// The hazard that it expects to find, if it expects one.
    #[must_use]
    pub fn hazard(&self) -> Option<&str> {
        let expectation = self.runs.iter().find_map(|run| run.judgement.expectation.as_ref())?;
        Some(&expectation.finding)
    }

    /// In how many of its runs the expected finding came, and after how long, in ascending order.
    #[must_use]
    pub fn found_in(&self) -> Vec<TimeSpan> {
        let mut times: Vec<TimeSpan> =
            self.runs.iter().filter_map(|run| run.judgement.expectation.as_ref()?.found_in).collect();
        times.sort();
        times
    }

    /// The fewest and the most trials with faults that it took to find what is expected, over the runs that found it.
    #[must_use]
    pub fn trials_to_find(&self) -> Option<(u32, u32)> {
        let expectations = self.runs.iter().filter_map(|run| run.judgement.expectation.as_ref());
        let attempts = || expectations.clone().filter(|found| found.found_in.is_some()).map(|found| found.attempts);
        attempts().min().zip(attempts().max())
    }

    /// How many runs of repairs came out clean, and how many there were.
    #[must_use]
    pub fn clean_repairs(&self) -> (usize, usize) {
        let repairs = || self.runs.iter().flat_map(|run| &run.judgement.repairs);
        (repairs().filter(|repair| repair.verdict == Verdict::Pass).count(), repairs().count())
    }

    /// The clean repair with the highest throughput beside the hazard's, with its cost in the first run that has it.
    #[must_use]
    pub fn cheapest_repair(&self) -> Option<&VariantCost> {
        let is_clean = |variant: &str| {
            let mut verdicts = self.runs.iter().flat_map(|run| &run.judgement.repairs);
            verdicts.all(|repair| repair.variant != variant || repair.verdict == Verdict::Pass)
        };
        let judgement = self.runs.iter().map(|run| &run.judgement).find(|judgement| !judgement.costs.is_empty())?;
        let is_repair = |variant: &str| judgement.repairs.iter().any(|repair| repair.variant == variant);
        let repairs = judgement.costs.iter().filter(|cost| is_repair(&cost.variant) && is_clean(&cost.variant));
        let factor = |cost: &VariantCost| cost.relative.map_or(0.0, |relative| relative.median);
        repairs.filter(|cost| cost.relative.is_some()).max_by(|left, right| factor(left).total_cmp(&factor(right)))
    }

    /// The run that decides about the experiment: the gravest, and the first of those.
    #[must_use]
    pub fn decisive(&self) -> Option<&GateRun> {
        let merged = ExitCode::merge(self.runs.iter().map(|run| run.judgement.exit_code));
        self.runs.iter().find(|run| run.judgement.exit_code == merged)
    }
}
