//! Takes the plan and the records of all its trials, hands on the judgement of the whole run: the target, what is expected of
//! it, its repairs, and what each variant costs.

use super::costs::costs;
use super::expectation::judge_expectation;
use super::judge::judge;
use super::seen::{seen, seen_instead};
use squall_model::text::counted;
use squall_model::{
    ControlPolicy, Criteria, Ending, ExitCode, ExpectationJudgement, Judgement, Plan, RepairJudgement, TrialRecord,
    TrialRole, Verdict,
};

/// Judges a run. Trials may be missing at its end.
pub fn judge_run(plan: &Plan, records: &[TrialRecord]) -> Judgement {
    let control = records.iter().find(|record| record.role == TrialRole::Control);
    let treatment = records.iter().rev().find(|record| record.role == TrialRole::Treatment);
    let target = judge(plan, control, treatment);
    let judgement = Judgement {
        expectation: judge_expectation(plan, records),
        repairs: judge_repairs(plan, records),
        costs: costs(plan, records),
        ..target
    };
    let outcome = decide(&judgement, plan, records, treatment);
    Judgement { verdict: outcome.0, exit_code: outcome.1, reason: outcome.2, ..judgement }
}

/// The judgement of a repair by itself: as of any target, of which nothing is expected.
pub fn judge_repair(plan: &Plan, record: &TrialRecord) -> Judgement {
    let criteria = Criteria { control: ControlPolicy::Skip, expect: None, canary: None, ..plan.criteria.clone() };
    judge(&Plan { criteria, ..plan.clone() }, None, Some(record))
}

fn judge_repairs(plan: &Plan, records: &[TrialRecord]) -> Vec<RepairJudgement> {
    let planned = plan.trials.iter().filter(|trial| trial.role == TrialRole::Repair);
    let judged = planned.map(|trial| {
        let record = records.iter().find(|record| record.number == trial.number);
        let (verdict, reason) = record.map_or_else(
            || (Verdict::Inconclusive, "it was not run".to_owned()),
            |record| verdict_on_repair(plan, record),
        );
        RepairJudgement { variant: trial.variant.clone(), verdict, reason }
    });
    judged.collect()
}

/// A repair is clean if its verdict is, and nothing shows that the hazard may show as, however rarely.
fn verdict_on_repair(plan: &Plan, record: &TrialRecord) -> (Verdict, String) {
    let judgement = judge_repair(plan, record);
    if judgement.verdict == Verdict::Pass
        && let Some(expect) = &plan.criteria.expect
        && let Some(symptom) = seen(plan, record).into_iter().find(|symptom| expect.may_show_as(*symptom))
    {
        return (Verdict::Fail, format!("{symptom} was seen, though no threshold is broken"));
    }
    (judgement.verdict, judgement.reason)
}

type Outcome = (Verdict, ExitCode, String);

/// The run's own troubles first, then whether what is expected came, then the repairs.
fn decide(judgement: &Judgement, plan: &Plan, records: &[TrialRecord], treatment: Option<&TrialRecord>) -> Outcome {
    let target = (judgement.verdict, judgement.exit_code, judgement.reason.clone());
    if let Some(record) = records.iter().find(|record| record.ending == Ending::Interrupted) {
        return match judgement.exit_code {
            ExitCode::Interrupted => target,
            _ => (Verdict::Inconclusive, ExitCode::Interrupted, format!("the {} trial was interrupted", record.role)),
        };
    }
    if matches!(judgement.exit_code, ExitCode::CannotRun | ExitCode::ControlFailed) {
        return target;
    }
    let (verdict, exit_code, reason) = match &judgement.expectation {
        Some(expectation) => expected(expectation, judgement, plan, treatment),
        None => target,
    };
    let repairs = || judgement.repairs.iter();
    let failed = |wanted: Verdict| repairs().find(|repair| repair.verdict == wanted);
    let graver =
        |repair: &RepairJudgement, word: &str| format!("the repair {} {word}: {}", repair.variant, repair.reason);
    match (failed(Verdict::Fail), failed(Verdict::Inconclusive)) {
        (Some(repair), _) if exit_code != ExitCode::CanaryMissed => {
            (Verdict::Fail, ExitCode::Failed, graver(repair, "failed"))
        }
        (None, Some(repair)) if verdict == Verdict::Pass => {
            (Verdict::Inconclusive, ExitCode::Inconclusive, graver(repair, "proved nothing"))
        }
        _ if verdict == Verdict::Pass && !judgement.repairs.is_empty() => {
            let clean = match judgement.repairs.len() {
                1 => "the repair is clean".to_owned(),
                clean => format!("{} are clean", counted(clean as u64, "repair")),
            };
            (verdict, exit_code, format!("{reason}; {clean}"))
        }
        _ => (verdict, exit_code, reason),
    }
}

/// What is to be said of the target where a finding is expected: found is a pass. A miss is inconclusive if a fault was not
/// delivered, and otherwise means that squall has lost its power.
fn expected(
    expectation: &ExpectationJudgement,
    judgement: &Judgement,
    plan: &Plan,
    treatment: Option<&TrialRecord>,
) -> Outcome {
    let finding = &expectation.finding;
    if let (Some(symptom), Some(found_in)) = (expectation.seen, expectation.found_in) {
        let reason = format!("{finding} was found as {symptom} after {found_in} by {}", expectation.by);
        return (Verdict::Pass, ExitCode::Passed, reason);
    }
    let Some(treatment) = treatment else {
        return (Verdict::Inconclusive, ExitCode::Inconclusive, format!("{finding}: no trial with faults was run"));
    };
    let undelivered = judgement.faults.iter().find(|fault| fault.verdict != Verdict::Pass);
    if let Some(fault) = undelivered {
        let reason = format!("{finding} was not found, but {} was not delivered: {}", fault.name, fault.reason);
        return (Verdict::Inconclusive, ExitCode::Inconclusive, reason);
    }
    let instead = seen_instead(&seen(plan, treatment));
    let attempts = counted(u64::from(expectation.attempts), "attempt");
    let reason = format!("{finding} was missed within {}, in {attempts}; {instead}", expectation.within);
    (Verdict::Fail, ExitCode::CanaryMissed, reason)
}
