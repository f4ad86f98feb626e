//! Takes plan and records of a campaign, hands on which trial is told of, what all of them come to together, whether any
//! drawn site was reached, and what each trial taught.

use super::expectation::{expected_symptom, wrong_of};
use super::judge::judge;
use super::review::trial_of;
use squall_model::fault::Fault;
use squall_model::text::counted;
use squall_model::{ExitCode, Judgement, Lesson, Plan, Site, TrialPlan, TrialRecord, TrialRole, Verdict};

/// The trial with faults that outcomes, thresholds and faults are told of: the last one; of a campaign that expects nothing,
/// the first of those with the gravest verdict.
pub fn telling_treatment<'a>(plan: &Plan, records: &'a [TrialRecord]) -> Option<&'a TrialRecord> {
    let treatments = || records.iter().filter(|record| record.role == TrialRole::Treatment);
    if plan.trials_judged() <= 1 {
        return treatments().next_back();
    }
    let with = |verdict| treatments().find(|record| verdict_of(plan, record) == verdict);
    with(Verdict::Fail).or_else(|| with(Verdict::Inconclusive)).or_else(|| treatments().next_back())
}

/// The verdict of one trial by itself.
fn verdict_of(plan: &Plan, record: &TrialRecord) -> Verdict {
    judge(plan, None, Some(record)).verdict
}

/// Whether a trial shows what is looked for: what is expected; where nothing is, anything that fails it.
pub fn shows_it(plan: &Plan, record: &TrialRecord) -> bool {
    match &plan.criteria.expect {
        Some(expect) => expected_symptom(plan, expect, record).is_some(),
        None => verdict_of(plan, record) == Verdict::Fail,
    }
}

/// The judgement of the telling trial, made that of the whole campaign.
pub(super) fn over_campaign(plan: &Plan, records: &[TrialRecord], told: Judgement) -> Judgement {
    let treatments: Vec<&TrialRecord> = records.iter().filter(|record| record.role == TrialRole::Treatment).collect();
    let told = match never_reached(plan, records) {
        Some(reason) if told.verdict == Verdict::Pass && plan.criteria.expect.is_none() => {
            Judgement { verdict: Verdict::Inconclusive, exit_code: ExitCode::Inconclusive, reason, ..told }
        }
        _ => told,
    };
    if plan.trials_judged() <= 1 || treatments.len() <= 1 {
        return told;
    }
    let alike = treatments.iter().filter(|record| verdict_of(plan, record) == told.verdict).count();
    let trials = counted(treatments.len() as u64, "trial");
    let reason = match told.verdict {
        Verdict::Pass => format!("in {trials}, {}", told.reason),
        // The control, or the campaign as a whole.
        _ if alike == 0 => told.reason,
        _ => format!("in {alike} of {trials}, first: {}", told.reason),
    };
    Judgement { reason, ..told }
}

/// Why a campaign's drawn sites say nothing, if so: no thread was held at any of them, in any trial.
pub(super) fn never_reached(plan: &Plan, records: &[TrialRecord]) -> Option<String> {
    let treatments = records.iter().filter(|record| record.role == TrialRole::Treatment);
    let sites: Vec<(Site, bool)> =
        treatments.filter_map(|record| Some(sites_of(trial_of(plan, record)?, record))).flatten().collect();
    let reached = sites.iter().any(|(_, reached)| *reached);
    let drawn = counted(sites.len() as u64, "drawn site");
    (!sites.is_empty() && !reached).then(|| format!("no thread was held at any of {drawn}"))
}

/// The sites that squall drew for a trial, each with whether a thread was held there.
fn sites_of(trial: &TrialPlan, record: &TrialRecord) -> Vec<(Site, bool)> {
    let planned = trial.faults.iter().enumerate().filter(|(_, planned)| planned.drawn);
    let sites = planned.filter_map(|(number, planned)| match &planned.fault {
        Fault::Stall(stall) => {
            let reached = record.meters.get(number).is_some_and(|meter| meter.fired > 0);
            Some((Site::of(&stall.at)?, reached))
        }
        _ => None,
    });
    sites.collect()
}

/// What a trial taught.
pub fn lesson(plan: &Plan, record: &TrialRecord) -> Lesson {
    let wrong = wrong_of(record);
    Lesson {
        sites: trial_of(plan, record).map(|trial| sites_of(trial, record)).unwrap_or_default(),
        found: shows_it(plan, record),
        wrong: wrong.wrong.min(wrong.out_of),
        operations: wrong.out_of,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{fixture, judge_run};
    use squall_model::fault::FaultPlan;
    use squall_model::units::TimeSpan;
    use squall_model::{Campaign, Meter, TrialPlan};

    /// A campaign of three trials, each with a stall at a drawn point.
    fn plan(thresholds: &[(&str, &str)]) -> Plan {
        let mut plan = fixture::plan(thresholds);
        plan.campaign = Some(Campaign { length: Some(TimeSpan::from_millis(60_000)), ..Campaign::default() });
        plan.trials.remove(0);
        let length = TimeSpan::from_millis(4_000);
        plan.trials[0].faults = vec![FaultPlan {
            number: 0,
            decision_key: 1,
            fault: serde_yaml::from_str("{stall: {at: {point: map.locked}, for: 1ms}}").unwrap(),
            start: TimeSpan::ZERO,
            length,
            functions: Vec::new(),
            drawn: true,
        }];
        let first = plan.trials[0].clone();
        plan.trials.extend((2..4).map(|number| TrialPlan { number, attempt: number - 1, ..first.clone() }));
        plan
    }

    fn trial(number: u32, panics: u64, holds: u64) -> TrialRecord {
        let meter = Meter { armed: TimeSpan::from_millis(4_000), fired: holds, ..Meter::default() };
        let record = fixture::record_with(|interval| interval.outcomes.panic = panics, 40);
        TrialRecord { number, meters: vec![meter], ..record }
    }

    #[test]
    fn one_failing_trial_fails_the_campaign_and_is_the_one_that_is_told_of() {
        let (plan, records) = (plan(&[]), [trial(1, 0, 3), trial(2, 7, 0), trial(3, 0, 1)]);
        let judgement = judge_run(&plan, &records);
        assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Fail, ExitCode::Failed));
        assert!(judgement.reason.starts_with("in 1 of 3 trials, first: 280 panics"), "{}", judgement.reason);
        assert_eq!(telling_treatment(&plan, &records).unwrap().number, 2);
    }

    #[test]
    fn a_site_that_was_not_reached_leaves_no_doubt_as_long_as_another_one_was() {
        let judgement = judge_run(&plan(&[]), &[trial(1, 0, 0), trial(2, 0, 4)]);
        assert_eq!(judgement.exit_code, ExitCode::Passed, "{}", judgement.reason);
        assert!(judgement.reason.starts_with("in 2 trials, nothing went wrong"), "{}", judgement.reason);
        let judgement = judge_run(&plan(&[]), &[trial(1, 0, 0), trial(2, 0, 0)]);
        assert_eq!(judgement.exit_code, ExitCode::Inconclusive);
        assert_eq!(judgement.reason, "no thread was held at any of 2 drawn sites");
    }

    #[test]
    fn the_confidence_is_shared_among_all_trials() {
        let judgement = judge_run(&plan(&[("panic_rate", "< 1%"), ("error_rate", "< 1%")]), &[trial(1, 0, 1)]);
        assert_eq!(judgement.confidence, "95 % over 2 thresholds in 3 trials, 99.166667 % each (Bonferroni)");
    }

    #[test]
    fn a_lesson_says_which_sites_were_reached_and_what_went_wrong() {
        let plan = plan(&[]);
        let lesson = lesson(&plan, &trial(2, 7, 0));
        assert_eq!((lesson.found, lesson.wrong, lesson.sites.len()), (true, 280, 1));
        assert!(!lesson.sites[0].1 && super::lesson(&plan, &trial(1, 0, 2)).sites[0].1);
    }
}
