//! `squall check`: validates experiments against their targets and says what they will do and need, running nothing.

use super::arguments::{CheckArguments, Format, Output};
use super::output;
use super::problem::Problem;
use super::run::runtime;
use super::target::Workshop;
use crate::experiment::Experiment;
use crate::plan::Extent;
use crate::run::Leash;
use crate::{plan, verdict};
use serde_json::json;
use squall_model::{ExitCode, Metric, Phase, Plan, Table, Threshold, TrialRole, text};

/// The seed of a printed plan, where neither the command nor the experiment gives one: it changes no time and no number.
const SEED_SHOWN: u64 = 0;

/// Validates the experiments.
pub(super) fn check(arguments: &CheckArguments, form: Output) -> Result<ExitCode, Problem> {
    let experiments: Vec<Experiment> =
        arguments.files.iter().map(|file| Experiment::read(file, &arguments.set)).collect::<Result<_, _>>()?;
    runtime()?.block_on(async {
        let leash = Leash::start().map_err(Problem::system("starting the leash"))?;
        let mut workshop = Workshop::default();
        for experiment in &experiments {
            let prepared = workshop.prepare(experiment, &leash, form).await?;
            let seed = arguments.seed.or(experiment.seed).unwrap_or(SEED_SHOWN);
            let plan = plan::make(experiment, prepared.described(), seed, Extent::default());
            match form.format {
                Format::Human => tell(experiment, &plan),
                Format::Json | Format::Ndjson => output::tell(&object(experiment, &plan).to_string()),
            }
        }
        Ok(ExitCode::Passed)
    })
}

fn tell(experiment: &Experiment, plan: &Plan) {
    output::tell(&text::harmless(&format!("{}  {}", experiment.file().display(), experiment.name)));
    output::tell(plan::render(plan).trim_end());
    let mut table = Table::new(&["threshold", "limit", "needs", "at this rate"], str::to_owned);
    for threshold in &plan.criteria.thresholds {
        let words = needs_in_words(plan, threshold);
        table.row([&threshold.name, &threshold.written, &words, &outlook(plan, threshold)]);
    }
    if !table.is_empty() {
        output::tell("");
        table.lines(0).iter().for_each(|line| output::tell(line));
    }
    output::tell(&format!("\nvalid; next: squall run {}", experiment.file().display()));
}

fn needs_in_words(plan: &Plan, threshold: &Threshold) -> String {
    verdict::needs_in_words(threshold, plan.criteria.confidence, judged(plan))
}

/// How many thresholds are judged, over all trials: the confidence is shared among them.
fn judged(plan: &Plan) -> usize {
    plan.criteria.thresholds.len() * plan.trials_judged()
}

fn needed(plan: &Plan, threshold: &Threshold) -> Option<u64> {
    verdict::operations_needed_for(threshold, plan.criteria.confidence, judged(plan))
}

/// Whether an open loop's phase is long enough for the operations that a threshold needs; a closed loop's rate is not
/// known before.
fn outlook(plan: &Plan, threshold: &Threshold) -> String {
    let treatment = plan.trials.iter().find(|trial| trial.role == TrialRole::Treatment);
    let (Some(trial), Some(needed)) = (treatment, needed(plan, threshold)) else { return String::new() };
    let phase = if threshold.metric == Metric::RecoveryTime { Phase::Recovery } else { threshold.phase };
    let seconds = trial.phases.get(phase).nanos() as f64 / 1e9;
    match trial.load.rate {
        None => format!("{} are due each second", text::count((needed as f64 / seconds.max(1e-9)).ceil() as u64)),
        Some(rate) if rate.per_second() * seconds >= needed as f64 => "enough".to_owned(),
        Some(rate) => {
            let seconds_needed = needed as f64 / rate.per_second();
            format!("TOO FEW: the phase needs {}", text::nanos(seconds_needed * 1e9))
        }
    }
}

fn object(experiment: &Experiment, plan: &Plan) -> serde_json::Value {
    let thresholds: Vec<_> = plan
        .criteria
        .thresholds
        .iter()
        .map(|threshold| {
            json!({
                "name": threshold.name,
                "limit": threshold.written,
                "phase": threshold.phase,
                "operations_needed": needed(plan, threshold),
                "needs": needs_in_words(plan, threshold),
            })
        })
        .collect();
    json!({
        "valid": true,
        "file": experiment.file().display().to_string(),
        "experiment": experiment.name,
        "thresholds": thresholds,
        "plan": plan,
    })
}
