//! Takes the plan and the records of all its trials, hands on the judgement of the whole run: the target, what is expected of
//! it, its repairs, and what each variant costs.

use super::campaign::{never_reached, over_campaign, telling_treatment};
use super::costs::costs;
use super::expectation::judge_expectation;
use super::judge::judge;
use super::seen::{seen, seen_instead};
use super::symptom::symptoms;
use squall_model::text::{counted, nanos};
use squall_model::{
    ControlPolicy, Criteria, Ending, ExitCode, ExpectationJudgement, Judgement, Plan, RepairJudgement, Symptom,
    TrialRecord, TrialRole, Verdict,
};

/// Judges a run. Trials may be missing at its end.
pub fn judge_run(plan: &Plan, records: &[TrialRecord]) -> Judgement {
    let control = records.iter().find(|record| record.role == TrialRole::Control);
    let treatment = telling_treatment(plan, records);
    let target = over_campaign(plan, records, judge(plan, control, treatment));
    let judgement = Judgement {
        expectation: judge_expectation(plan, records),
        repairs: judge_repairs(plan, records),
        costs: costs(plan, records),
        ..target
    };
    let outcome = decide(&judgement, plan, records);
    Judgement { verdict: outcome.0, exit_code: outcome.1, reason: outcome.2, ..judgement }
}

/// The judgement of a repair by itself: as of any target, but nothing that the hazard shows as may be seen, however rarely.
pub fn judge_repair(plan: &Plan, record: &TrialRecord) -> Judgement {
    let forbid = plan.criteria.expect.clone();
    let criteria =
        Criteria { control: ControlPolicy::Skip, expect: None, forbid, canary: None, ..plan.criteria.clone() };
    judge(&Plan { criteria, ..plan.clone() }, None, Some(record))
}

/// Whether a trial tried a repair: under faults, or as fast as it goes.
pub fn is_of_repair(plan: &Plan, record: &TrialRecord) -> bool {
    let target = plan.trials.iter().find(|trial| trial.role == TrialRole::Treatment);
    let differs = target.is_none_or(|trial| trial.variant != record.variant);
    record.role == TrialRole::Repair || record.role == TrialRole::Cost && differs
}

/// Each planned repair, once: under faults, and in the rounds without them.
fn judge_repairs(plan: &Plan, records: &[TrialRecord]) -> Vec<RepairJudgement> {
    let variants = plan.variants(TrialRole::Repair);
    let judged = variants.iter().map(|variant| {
        let of = |role| records.iter().filter(move |record| record.role == role && record.variant == **variant);
        let (verdict, reason) = match (of(TrialRole::Repair).next(), of(TrialRole::Cost).find_map(wrong_without_faults))
        {
            (None, _) => (Verdict::Inconclusive, "it was not run".to_owned()),
            (Some(_), Some(reason)) => (Verdict::Fail, reason),
            (Some(record), None) => {
                let judgement = judge_repair(plan, record);
                (judgement.verdict, judgement.reason)
            }
        };
        RepairJudgement { variant: (*variant).to_owned(), verdict, reason }
    });
    judged.collect()
}

/// What a variant may not do as fast as it goes either, though no threshold is judged there.
fn wrong_without_faults(record: &TrialRecord) -> Option<String> {
    let wrong = symptoms(record).into_iter().find(|seen| *seen == Symptom::Panic || seen.fails_by_itself())?;
    Some(format!("as fast as it goes and without faults, {wrong} was seen"))
}

type Outcome = (Verdict, ExitCode, String);

/// The run's own troubles first, then whether what is expected came, then the repairs.
fn decide(judgement: &Judgement, plan: &Plan, records: &[TrialRecord]) -> Outcome {
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
        Some(expectation) => expected(expectation, judgement, plan, records),
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

/// A symptom that fails a run by itself, and is not what the hazard is expected to show as.
fn unexpected_symptom(plan: &Plan, record: &TrialRecord) -> Option<Symptom> {
    let expect = plan.criteria.expect.as_ref()?;
    seen(plan, record).into_iter().find(|symptom| symptom.fails_by_itself() && !expect.may_show_as(*symptom))
}

/// What is to be said of the target where a finding is expected: found is a pass. A miss is inconclusive if a fault was not
/// delivered, and otherwise means that squall has lost its power.
fn expected(
    expectation: &ExpectationJudgement,
    judgement: &Judgement,
    plan: &Plan,
    records: &[TrialRecord],
) -> Outcome {
    let finding = &expectation.finding;
    let treatment = telling_treatment(plan, records);
    let unexpected = treatment.and_then(|record| unexpected_symptom(plan, record));
    if let (Some(symptom), Some(found_in)) = (expectation.seen, expectation.found_in) {
        let found = format!("{finding} was found as {symptom} after {}", nanos(found_in.nanos() as f64));
        return match unexpected {
            None => (Verdict::Pass, ExitCode::Passed, format!("{found} by {}", expectation.by)),
            Some(other) => (Verdict::Fail, ExitCode::Failed, format!("{found}, but {other} was seen, too")),
        };
    }
    let Some(treatment) = treatment else {
        return (Verdict::Inconclusive, ExitCode::Inconclusive, format!("{finding}: no trial with faults was run"));
    };
    let undelivered = judgement.faults.iter().find(|fault| !fault.drawn && fault.verdict != Verdict::Pass);
    if let Some(fault) = undelivered {
        let reason = format!("{finding} was not found, but {} was not delivered: {}", fault.name, fault.reason);
        return (Verdict::Inconclusive, ExitCode::Inconclusive, reason);
    }
    if let Some(reason) = never_reached(plan, records) {
        return (Verdict::Inconclusive, ExitCode::Inconclusive, format!("{finding} was not found, but {reason}"));
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
            spared: None,
        };
        let first_violation = Some(TimeSpan::from_millis(4_200));
        TrialRecord { oracles: vec![report], first_violation, ..clean(number, role, variant) }
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
    fn a_repair_that_goes_wrong_only_as_fast_as_it_goes_fails() {
        let found = wrong(1, TrialRole::Treatment, "map.sharded", 12);
        let hurried = wrong(5, TrialRole::Cost, "map.locked", 1);
        let judgement = judge_run(&plan(), &[control(), found, repair(), hurried]);
        assert_eq!(judgement.exit_code, ExitCode::Failed, "{}", judgement.reason);
        assert!(judgement.reason.ends_with("without faults, wrong_result was seen"), "{}", judgement.reason);
    }

    #[test]
    fn a_death_beside_the_expected_symptom_fails() {
        let mut found = wrong(1, TrialRole::Treatment, "map.sharded", 12);
        found.ending = Ending::Signaled { signal: 11 };
        let judgement = judge_run(&plan(), &[control(), found, repair()]);
        assert_eq!(judgement.exit_code, ExitCode::Failed, "{}", judgement.reason);
        assert!(judgement.reason.contains("but signal was seen, too"), "{}", judgement.reason);
    }

    #[test]
    fn what_is_seen_before_any_fault_is_the_loads() {
        let mut found = wrong(1, TrialRole::Treatment, "map.sharded", 12);
        found.first_violation = Some(TimeSpan::from_millis(3_900));
        let judgement = judge_run(&plan(), &[control(), found, repair()]);
        assert_eq!(judgement.expectation.unwrap().by, "the load alone, before any fault");
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
