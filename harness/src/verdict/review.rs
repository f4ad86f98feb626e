//! Takes one trial, hands on everything that speaks about it: thresholds, oracles, how it ended, and whether there was
//! anything to judge at all.

use super::bounds::{lower_bound, upper_bound};
use super::oracle::judge_oracles;
use super::symptom::{ending_in_words, ending_symptom};
use super::threshold::{judge_threshold, nothing_to_judge};
use squall_model::text::{count, counted};
use squall_model::{
    Ending, MemoryMisuse, Metric, OracleJudgement, Phase, Plan, Threshold, ThresholdJudgement, TrialPlan, TrialRecord,
    TrialRole, Verdict,
};

/// Something that speaks for a verdict, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ground {
    pub(super) verdict: Verdict,
    pub(super) text: String,
}

impl Ground {
    pub(super) fn inconclusive(text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Inconclusive, text: text.into() }
    }
}

/// Everything that speaks about one trial; the grounds stand in order of weight.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Review {
    pub(super) thresholds: Vec<ThresholdJudgement>,
    pub(super) oracles: Vec<OracleJudgement>,
    pub(super) grounds: Vec<Ground>,
}

impl Review {
    /// Reviews a trial. A control is judged like a treatment, but for thresholds on phases that it does not have.
    pub(super) fn of(plan: &Plan, record: &TrialRecord, alpha: f64) -> Self {
        let criteria = &plan.criteria;
        let trial = trial_of(plan, record);
        let planned = |phase| trial.is_none_or(|trial| !trial.phases.get(phase).is_zero());
        let applies = |threshold: &Threshold| record.role != TrialRole::Control || planned(threshold.phase);
        let mut thresholds: Vec<_> = criteria
            .thresholds
            .iter()
            .filter(|threshold| applies(threshold))
            .map(|threshold| judge_threshold(threshold, criteria, record, alpha))
            .collect();
        thresholds.extend(forbidden_panics(plan, record, alpha));
        let oracles = trial.map(|trial| judge_oracles(trial, record)).unwrap_or_default();
        let mut grounds = vec![ending_ground(record)];
        grounds.extend(memory_grounds(record));
        grounds.extend(oracles.iter().map(|line| Ground { verdict: line.verdict, text: line.reason.clone() }));
        grounds.extend(thresholds.iter().map(|line| Ground { verdict: line.verdict, text: line.reason.clone() }));
        grounds.extend(missing_data(trial, record));
        Self { thresholds, oracles, grounds }
    }

    pub(super) fn verdict(&self) -> Verdict {
        Verdict::merge(self.grounds.iter().map(|ground| ground.verdict))
    }
}

/// The plan of a recorded trial.
pub(super) fn trial_of<'a>(plan: &'a Plan, record: &TrialRecord) -> Option<&'a TrialPlan> {
    let with_role = || plan.trials.iter().filter(|trial| trial.role == record.role);
    with_role().find(|trial| trial.number == record.number).or_else(|| with_role().next())
}

/// What the ending says by itself. One that is a symptom fails, whatever the thresholds say; an orderly one passes,
/// which alone carries a run that asks for nothing else.
fn ending_ground(record: &TrialRecord) -> Ground {
    let verdict = match &record.ending {
        Ending::Finished => Verdict::Pass,
        Ending::Interrupted
        | Ending::ProtocolBroken { .. }
        | Ending::Refused { .. }
        | Ending::AllocationRefused { .. } => Verdict::Inconclusive,
        Ending::Aborted { .. } => Verdict::Fail,
        _ if ending_symptom(record).is_some_and(squall_model::Symptom::fails_by_itself) => Verdict::Fail,
        _ => Verdict::Inconclusive,
    };
    Ground { verdict, text: ending_in_words(record) }
}

/// Misused memory fails, whatever came of it.
fn memory_grounds(record: &TrialRecord) -> impl Iterator<Item = Ground> + '_ {
    MemoryMisuse::ALL.into_iter().filter_map(|misuse| {
        let of_kind = record.memory.iter().filter(|incident| incident.misuse == misuse);
        let times = of_kind.map(|incident| incident.count).fold(0, u64::saturating_add);
        let text = match misuse {
            MemoryMisuse::Leak => format!("{} leaked", counted(times, "block")),
            misuse => format!("memory was misused: {misuse}, {}", counted(times, "time")),
        };
        (times > 0).then_some(Ground { verdict: Verdict::Fail, text })
    })
}

/// Without a threshold on panics none is allowed: one panic in fault or recovery phase is one too many.
fn forbidden_panics(plan: &Plan, record: &TrialRecord, alpha: f64) -> Option<ThresholdJudgement> {
    if plan.criteria.thresholds.iter().any(|threshold| threshold.metric == Metric::PanicRate) {
        return None;
    }
    let phase = [Phase::Fault, Phase::Recovery].into_iter().find(|phase| record.outcomes(*phase).panic > 0)?;
    let outcomes = record.outcomes(phase);
    let (panics, judged) = (outcomes.panic, outcomes.judged());
    Some(ThresholdJudgement {
        name: if phase == Phase::Fault { "panic_rate".to_owned() } else { format!("{phase}.panic_rate") },
        phase,
        trial: record.role,
        verdict: Verdict::Fail,
        value: Some(panics as f64 / judged as f64),
        lower: Some(lower_bound(panics, judged, alpha)),
        upper: Some(upper_bound(panics, judged, alpha)),
        limit: 0.0,
        written: "none allowed".to_owned(),
        reason: format!(
            "{} in {} operations of the {phase} phase; no threshold on panics was given, so none is allowed",
            counted(panics, "panic"),
            count(judged)
        ),
    })
}

/// A trial in which nothing was measured passes no verdict, even if nothing was asked of it.
fn missing_data(trial: Option<&TrialPlan>, record: &TrialRecord) -> Option<Ground> {
    let has_fault_phase = trial.is_none_or(|trial| !trial.phases.fault.is_zero());
    if has_fault_phase {
        return nothing_to_judge(record, Phase::Fault).map(Ground::inconclusive);
    }
    let judged: u64 = record.phases.iter().map(|totals| totals.outcomes().judged()).sum();
    (judged == 0).then(|| Ground::inconclusive("no operations ended at all"))
}
