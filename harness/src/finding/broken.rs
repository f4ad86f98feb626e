//! Takes the failed thresholds, hands on the findings that they are where no other symptom says it better: rates of
//! errors and timeouts, latency and throughput, recovery.

use super::context::Context;
use super::fingerprint::named;
use crate::verdict::ending_in_words;
use squall_model::{
    ControlCount, Ending, Finding, Metric, Outcome, Phase, Symptom, ThresholdJudgement, TrialRecord, Verdict, text,
};

/// So many different error messages are kept in one finding.
const MESSAGES_MAX: usize = 8;

/// The findings of failed thresholds, of a condition that gave the trial up, and of a canary that errs on purpose.
pub(super) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let lines = context.judgement.thresholds.iter();
    let failed = lines.filter(|line| line.verdict == Verdict::Fail && line.trial == context.record.role);
    let mut findings: Vec<_> = failed.filter_map(|line| of_threshold(context, line)).collect();
    findings.extend(given_up(context));
    findings.extend(planted(context));
    findings
}

fn of_threshold(context: &Context<'_>, line: &ThresholdJudgement) -> Option<Finding> {
    let threshold = context.plan.criteria.thresholds.iter().find(|threshold| threshold.name == line.name)?;
    match threshold.metric {
        // Panics have findings of their own, one for each cause.
        Metric::PanicRate => None,
        Metric::ErrorRate | Metric::TimeoutRate => of_rate(context, threshold.metric, line.phase, line.reason.clone()),
        Metric::Latency { .. } | Metric::Throughput => Some(of_line(context, Symptom::ThresholdBroken, line)),
        Metric::RecoveryTime => Some(of_line(context, Symptom::SlowRecovery, line)),
    }
}

fn of_line(context: &Context<'_>, symptom: Symptom, line: &ThresholdJudgement) -> Finding {
    let name = named(symptom, &format!("{}\0{}", context.workload(), line.name));
    let finding = context.finding(symptom, line.reason.clone(), name);
    Finding { phase: Some(line.phase), ..finding }
}

/// The finding of a rate of errors or timeouts. One workload has one of each, whichever phase showed it.
fn of_rate(context: &Context<'_>, metric: Metric, phase: Phase, title: String) -> Option<Finding> {
    let (symptom, outcome) = match metric {
        Metric::ErrorRate => (Symptom::Error, Outcome::Error),
        Metric::TimeoutRate => (Symptom::Timeout, Outcome::Timeout),
        _ => return None,
    };
    let seen = |record: &TrialRecord| (record.outcomes(phase).get(outcome), record.outcomes(phase).judged());
    let (count, out_of) = seen(context.record);
    let control = context.control.map(|control| {
        let (count, out_of) = seen(control);
        ControlCount { count, out_of }
    });
    let finding = context.finding(symptom, title, named(symptom, context.workload()));
    let details = if symptom == Symptom::Error { messages(context.record) } else { Vec::new() };
    Some(Finding { phase: Some(phase), details, ..context.counted(finding, count, out_of, control) })
}

/// What the errors said, the most frequent first. Their counts are over all phases.
fn messages(record: &TrialRecord) -> Vec<String> {
    let mut errors: Vec<_> = record.errors.iter().collect();
    errors.sort_by_key(|error| std::cmp::Reverse(error.count));
    errors
        .iter()
        .take(MESSAGES_MAX)
        .map(|error| format!("{} times: {}", text::count(error.count), error.message))
        .collect()
}

/// A trial that was given up for a rate has that rate as a finding, whether or not a threshold names it too.
fn given_up(context: &Context<'_>) -> Option<Finding> {
    let Ending::Aborted { .. } = context.record.ending else { return None };
    let condition = context.plan.criteria.abort_when.as_ref()?;
    of_rate(context, condition.metric, context.last_phase()?, ending_in_words(context.record))
}

/// A canary that returns errors or takes too long on purpose is caught by that alone, without a threshold.
fn planted(context: &Context<'_>) -> Option<Finding> {
    let (metric, outcome) = match context.plan.criteria.canary? {
        Symptom::Error => (Metric::ErrorRate, Outcome::Error),
        Symptom::Timeout => (Metric::TimeoutRate, Outcome::Timeout),
        _ => return None,
    };
    let count = |phase: &Phase| context.record.outcomes(*phase).get(outcome);
    let phase = Phase::ALL.into_iter().max_by_key(count).filter(|phase| count(phase) > 0)?;
    let title = format!(
        "{} of {} operations ended in {} in the {phase} phase",
        text::count(count(&phase)),
        text::count(context.record.outcomes(phase).judged()),
        outcome.name()
    );
    of_rate(context, metric, phase, title)
}
