//! Takes the plan and the records of all its trials, hands on the judgement of the whole run: the target, what is expected of
//! it, its repairs, and what each variant costs.

use super::costs::costs;
use super::expectation::judge_expectation;
use super::judge::judge;
use super::seen::{seen, seen_instead};
use squall_model::text::{counted, nanos};
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
        let reason =
            format!("{finding} was found as {symptom} after {} by {}", nanos(found_in.nanos() as f64), expectation.by);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use squall_model::units::TimeSpan;
    use squall_model::{Expectation, OracleReport, Phase, Symptom, TrialPlan};

    /// A plan that expects a wrong result within 30 s: a control, two attempts, one repair and two rounds of costs.
    fn plan() -> Plan {
        let mut plan = fixture::plan(&[]);
        plan.criteria.control = ControlPolicy::Observe;
        plan.criteria.expect = Some(Expectation {
            finding: "shared-backing".to_owned(),
            shows_as: vec![Symptom::WrongResult],
            within: TimeSpan::from_millis(30_000),
            plain: None,
        });
        let treatment = plan.trials[1].clone();
        let more = [
            (TrialRole::Treatment, "map.sharded"),
            (TrialRole::Repair, "map.locked"),
            (TrialRole::Cost, "map.sharded"),
            (TrialRole::Cost, "map.locked"),
        ];
        for (number, (role, variant)) in (2..).zip(more) {
            plan.trials.push(TrialPlan { number, role, variant: variant.to_owned(), ..treatment.clone() });
        }
        plan
    }

    fn clean(number: u32, role: TrialRole, variant: &str) -> TrialRecord {
        TrialRecord { number, role, variant: variant.to_owned(), ..fixture::record_with(|_| {}, 40) }
    }

    fn wrong(number: u32, role: TrialRole, variant: &str, wrong: u64) -> TrialRecord {
        let report = OracleReport {
            oracle: "own_elements".to_owned(),
            checked: 1_000,
            wrong,
            violations: Vec::new(),
            undecided: None,
        };
        let first_wrong = Some(TimeSpan::from_millis(4_200));
        TrialRecord { oracles: vec![report], first_wrong, ..clean(number, role, variant) }
    }

    fn control() -> TrialRecord {
        clean(0, TrialRole::Control, "map.sharded")
    }

    fn repair() -> TrialRecord {
        clean(3, TrialRole::Repair, "map.locked")
    }

    #[test]
    fn a_finding_that_comes_and_a_clean_repair_pass() {
        let found = wrong(1, TrialRole::Treatment, "map.sharded", 12);
        let judgement = judge_run(&plan(), &[control(), found, repair()]);
        assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Pass, ExitCode::Passed), "{}", judgement.reason);
        let expectation = judgement.expectation.unwrap();
        assert_eq!((expectation.seen, expectation.attempts), (Some(Symptom::WrongResult), 1));
        assert_eq!(expectation.found_in, Some(TimeSpan::from_millis(4_200)));
        assert!(judgement.reason.contains("after 4.2 s") && judgement.reason.ends_with("the repair is clean"));
    }

    #[test]
    fn the_time_of_an_earlier_attempt_counts() {
        let attempts =
            [clean(1, TrialRole::Treatment, "map.sharded"), wrong(2, TrialRole::Treatment, "map.sharded", 12)];
        let [first, second] = attempts;
        let judgement = judge_run(&plan(), &[control(), first, second, repair()]);
        let expectation = judgement.expectation.unwrap();
        // The first attempt took 1 + 3 + 4 + 3 s.
        assert_eq!((expectation.found_in, expectation.attempts), (Some(TimeSpan::from_millis(15_200)), 2));
        assert_eq!(judgement.exit_code, ExitCode::Passed);
    }

    #[test]
    fn a_finding_that_does_not_come_or_comes_too_late_is_missed() {
        let missed = clean(1, TrialRole::Treatment, "map.sharded");
        let judgement = judge_run(&plan(), &[control(), missed, repair()]);
        assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Fail, ExitCode::CanaryMissed));
        assert!(judgement.reason.contains("missed within 30s, in 1 attempt; nothing was seen"), "{}", judgement.reason);
        let mut hurried = plan();
        hurried.criteria.expect.as_mut().unwrap().within = TimeSpan::from_millis(4_000);
        let late = wrong(1, TrialRole::Treatment, "map.sharded", 12);
        assert_eq!(judge_run(&hurried, &[control(), late, repair()]).exit_code, ExitCode::CanaryMissed);
    }

    #[test]
    fn another_symptom_than_the_expected_one_does_not_count() {
        let panicking = TrialRecord {
            number: 1,
            role: TrialRole::Treatment,
            ..fixture::record_with(|interval| interval.outcomes.panic = 3, 40)
        };
        let judgement = judge_run(&plan(), &[control(), panicking, repair()]);
        assert_eq!(judgement.exit_code, ExitCode::CanaryMissed);
        assert!(judgement.reason.contains("seen instead: panic"), "{}", judgement.reason);
    }

    #[test]
    fn a_repair_that_fails_or_was_not_run_decides() {
        let found = || wrong(1, TrialRole::Treatment, "map.sharded", 12);
        let broken = wrong(3, TrialRole::Repair, "map.locked", 1);
        let judgement = judge_run(&plan(), &[control(), found(), broken]);
        assert_eq!(judgement.exit_code, ExitCode::Failed);
        assert!(judgement.reason.starts_with("the repair map.locked failed"), "{}", judgement.reason);
        let judgement = judge_run(&plan(), &[control(), found()]);
        assert_eq!(judgement.exit_code, ExitCode::Inconclusive);
        assert_eq!(judgement.repairs[0].reason, "it was not run");
    }

    #[test]
    fn a_repair_that_shows_the_symptom_below_every_threshold_is_not_clean() {
        let mut plan = plan();
        plan.criteria.thresholds.push(squall_model::Threshold::parse("panic_rate", "< 10%").unwrap());
        plan.criteria.expect.as_mut().unwrap().shows_as.push(Symptom::Panic);
        let rare = TrialRecord {
            number: 3,
            role: TrialRole::Repair,
            variant: "map.locked".to_owned(),
            ..fixture::record_with(
                |interval| interval.outcomes.panic = u64::from(interval.start.nanos() == 4_000_000_000),
                40,
            )
        };
        let found = wrong(1, TrialRole::Treatment, "map.sharded", 12);
        let judgement = judge_run(&plan, &[control(), found, rare]);
        assert_eq!(judgement.repairs[0].verdict, Verdict::Fail, "{}", judgement.repairs[0].reason);
    }

    #[test]
    fn a_load_that_shows_it_as_often_without_faults_is_what_finds_it() {
        let control = wrong(0, TrialRole::Control, "map.sharded", 11);
        let found = wrong(1, TrialRole::Treatment, "map.sharded", 12);
        let judgement = judge_run(&plan(), &[control, found, repair()]);
        assert_eq!(judgement.expectation.unwrap().by, "the load alone");
    }

    #[test]
    fn costs_are_set_beside_the_targets_round_by_round() {
        let half = |number, variant: &str, operations| TrialRecord {
            number,
            role: TrialRole::Cost,
            variant: variant.to_owned(),
            ..cost_record(operations)
        };
        let records = [half(4, "map.sharded", 1_000), half(5, "map.locked", 500)];
        let costs = judge_run(&plan(), &records).costs;
        let names: Vec<_> = costs.iter().map(|cost| cost.variant.as_str()).collect();
        assert_eq!(names, ["map.sharded", "map.locked"]);
        assert!((costs[1].relative.unwrap().median - 0.5).abs() < 1e-9);
        assert!((costs[0].throughput - 10_000.0).abs() < 1e-6, "{}", costs[0].throughput);
    }

    /// A record of one second of baseline alone.
    fn cost_record(operations: u64) -> TrialRecord {
        let mut record = fixture::empty_record();
        fixture::append_phase(&mut record, Phase::Baseline, 10, operations, |_| {});
        record
    }
}
