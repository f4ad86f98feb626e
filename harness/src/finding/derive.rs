//! Takes plan, records and judgement, hands on the findings of a trial: gravest first, then most frequent.

use super::context::Context;
use super::{broken, dying, memory, panics, violations};
use crate::verdict::gravity;
use squall_model::{Finding, Judgement, Plan, TrialRecord};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The findings of one trial, each symptom and cause once. If the control failed and there is no treatment, the control
/// is given in its place, and none as `control`. `replay` is the command that runs the same plan again.
pub fn derive(
    plan: &Plan,
    control: Option<&TrialRecord>,
    treatment: &TrialRecord,
    judgement: &Judgement,
    replay: &str,
) -> Vec<Finding> {
    let context = Context { plan, control, record: treatment, judgement, replay };
    let mut findings: Vec<Finding> = dying::finding(&context).into_iter().collect();
    findings.extend(memory::findings(&context));
    findings.extend(violations::findings(&context));
    findings.extend(panics::findings(&context));
    findings.extend(broken::findings(&context));
    let mut known = BTreeSet::new();
    findings.retain(|finding| known.insert(finding.fingerprint.clone()));
    findings
        .sort_by_cached_key(|finding| (gravity(finding.symptom), Reverse(finding.count), finding.fingerprint.clone()));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{fixture, judge};
    use proptest::prelude::*;
    use squall_model::{
        ControlPolicy, Ending, OracleReport, PanicReport, Phase, SourceLocation, Symptom, TrialRole, Violation,
    };

    const REPLAY: &str = "squall run x.yaml --seed 42";

    fn derived(plan: &Plan, control: Option<&TrialRecord>, treatment: &TrialRecord) -> Vec<Finding> {
        derive(plan, control, treatment, &judge(plan, control, Some(treatment)), REPLAY)
    }

    fn panic(message: &str, line: u32, frames: &[&str], count: u64) -> PanicReport {
        PanicReport {
            message: message.to_owned(),
            location: Some(SourceLocation { file: "targets/src/x.rs".to_owned(), line, column: 5 }),
            worker: Some(1),
            phase: Some(Phase::Fault),
            can_unwind: true,
            frames: frames.iter().map(|frame| (*frame).to_owned()).collect(),
            count,
            ..PanicReport::default()
        }
    }

    fn oracle(details: &[&str], wrong: u64) -> OracleReport {
        let violation =
            |detail: &&str| Violation { oracle: "own_elements".to_owned(), detail: (*detail).to_owned(), count: 1 };
        let violations = details.iter().map(violation).collect();
        OracleReport {
            oracle: "own_elements".to_owned(),
            checked: 10_000,
            wrong,
            violations,
            undecided: None,
            spared: None,
        }
    }

    #[test]
    fn panics_of_one_cause_are_one_finding_even_if_later_reports_have_no_stack() {
        let mut record = fixture::record_with(|interval| interval.outcomes.panic = 1, 40);
        record.panics = vec![
            panic("index out of bounds: the len is 3 but the index is 7", 12, &["core::f", "squall_targets::get"], 30),
            panic("index out of bounds: the len is 4 but the index is 4", 12, &[], 9),
            panic("concurrent map writes", 50, &["squall_targets::put"], 1),
            PanicReport { injected: true, ..panic("squall", 1, &[], 500) },
        ];
        let mut control = fixture::record_with(|_| {}, 40);
        control.role = TrialRole::Control;
        control.panics = vec![panic("index out of bounds: the len is 9 but the index is 9", 99, &["other"], 2)];
        let mut plan = fixture::plan(&[("panic_rate", "< 0.01%")]);
        plan.criteria.control = ControlPolicy::Observe;
        let findings = derived(&plan, Some(&control), &record);
        let titles: Vec<_> = findings.iter().map(|finding| finding.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "worker panicked: index out of bounds (targets/src/x.rs)",
                "worker panicked: concurrent map writes (targets/src/x.rs)"
            ]
        );
        let first = &findings[0];
        assert_eq!((first.count, first.control.unwrap().count), (39, 2));
        assert!(first.lift.unwrap().lower > 1.0 && first.lift.unwrap().value.is_some());
        assert_eq!(findings[1].lift.unwrap().value, None);
        assert!(first.details[0].ends_with("index is 7 at targets/src/x.rs:12"), "{:?}", first.details);
        assert_eq!(first.replay, REPLAY);
    }

    #[test]
    fn lost_elements_are_named() {
        let mut record = fixture::record_with(|_| {}, 40);
        record.oracles = vec![oracle(&["elements lost: 17, 23", "elements lost: 31, 40, 41, 77"], 12)];
        let findings = derived(&fixture::plan(&[]), None, &record);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].title, "own_elements: 12 elements lost: 17, 23, 31, 40, 41, …");
        assert_eq!((findings[0].count, findings[0].out_of), (12, Some(10_000)));
        assert_eq!(findings[0].details.len(), 2);
        record.oracles = vec![oracle(&["element 17 lost", "element 9 found twice, at 3", "element 23 lost"], 3)];
        let titles: Vec<_> =
            derived(&fixture::plan(&[]), None, &record).into_iter().map(|finding| finding.title).collect();
        assert_eq!(
            titles,
            [
                "own_elements: 2 times `element # lost`: 17, 23",
                "own_elements: 1 wrong, such as: element 9 found twice, at 3"
            ]
        );
    }

    #[test]
    fn a_death_brings_its_last_words_and_the_panic_that_caused_it() {
        let mut record = fixture::record_with(|_| {}, 40);
        record.ending = Ending::Signaled { signal: 6 };
        record.stderr_tail =
            "noise\npanic in a destructor during cleanup\nthread caused non-unwinding panic. aborting.".to_owned();
        let remark =
            PanicReport { can_unwind: false, ..panic("panic in a destructor during cleanup", 1, &["core::x"], 1) };
        record.panics = vec![
            panic("first", 10, &["squall_targets::first"], 1),
            panic("drop boom", 20, &["<squall_targets::Guard as core::ops::drop::Drop>::drop"], 1),
            remark,
        ];
        let findings = derived(&fixture::plan(&[]), None, &record);
        let symptoms: Vec<_> = findings.iter().map(|finding| finding.symptom).collect();
        assert_eq!(symptoms, [Symptom::PanicInDrop, Symptom::Panic, Symptom::Panic]);
        assert_eq!(findings[0].stack, ["<squall_targets::Guard as core::ops::drop::Drop>::drop"]);
        assert_eq!(findings[0].details[0], "drop boom at targets/src/x.rs:20");
        assert!(findings[0].details.iter().any(|line| line.contains("non-unwinding")));
    }

    #[test]
    fn errors_are_a_finding_only_if_they_are_too_many() {
        let record = fixture::record_with(|interval| interval.outcomes.error = 30, 40);
        assert_eq!(derived(&fixture::plan(&[("error_rate", "< 50%")]), None, &record), []);
        let mut control = fixture::record_with(|_| {}, 40);
        control.role = TrialRole::Control;
        let findings = derived(&fixture::plan(&[("error_rate", "< 1%")]), Some(&control), &record);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].symptom, Symptom::Error);
        assert!(findings[0].title.starts_with("error_rate is 2.91 %"), "{}", findings[0].title);
        assert_eq!((findings[0].count, findings[0].out_of), (1_200, Some(41_200)));
        assert!(findings[0].lift.unwrap().lower > 100.0);
        let mut canary = fixture::plan(&[]);
        canary.criteria.canary = Some(Symptom::Error);
        assert_eq!(
            derived(&canary, None, &record)[0].title,
            "1,200 of 41,200 operations ended in error in the fault phase"
        );
    }

    #[test]
    fn what_the_control_broke_is_no_finding_of_the_treatment() {
        let mut plan = fixture::plan(&[("error_rate", "< 1%")]);
        plan.criteria.control = ControlPolicy::MustPass;
        let mut control = fixture::record_with(|interval| interval.outcomes.error = 30, 40);
        control.role = TrialRole::Control;
        let clean = fixture::record_with(|_| {}, 40);
        assert_eq!(derived(&plan, Some(&control), &clean), []);
        let judgement = judge(&plan, Some(&control), None);
        assert_eq!(derive(&plan, None, &control, &judgement, REPLAY)[0].symptom, Symptom::Error);
    }

    #[test]
    fn a_panic_that_was_survived_is_not_blamed_for_a_later_signal() {
        let mut record = fixture::record_with(|_| {}, 40);
        record.ending = Ending::Signaled { signal: 11 };
        record.panics = vec![panic("caught", 10, &["squall_targets::first"], 1)];
        let findings = derived(&fixture::plan(&[("panic_rate", "< 1%")]), None, &record);
        assert_eq!((findings[0].symptom, findings[0].stack.len()), (Symptom::Signal, 0));
        assert_eq!(findings[1].symptom, Symptom::Panic);
    }

    #[test]
    fn broken_limits_that_no_symptom_explains_are_findings_of_their_own() {
        let mut record = fixture::record_with(|interval| interval.outcomes.timeout = 30, 40);
        for interval in record.timeline.iter_mut().filter(|interval| interval.phase == Phase::Recovery) {
            interval.p99_nanos = 1_000_000_000;
        }
        let thresholds = [
            ("timeout_rate", "< 1%"),
            ("latency.p50", "< 1us"),
            ("recovery.time", "< 1s"),
            ("throughput", "> 99_999/s"),
        ];
        let symptoms: Vec<_> =
            derived(&fixture::plan(&thresholds), None, &record).into_iter().map(|finding| finding.symptom).collect();
        let expected = [Symptom::Timeout, Symptom::ThresholdBroken, Symptom::ThresholdBroken, Symptom::SlowRecovery];
        assert_eq!(symptoms, expected);
    }

    #[test]
    fn panics_that_nobody_reported_are_found_by_their_count() {
        let record = fixture::record_with(|interval| interval.outcomes.panic = 1, 40);
        let findings = derived(&fixture::plan(&[]), None, &record);
        assert_eq!(findings[0].title, "40 panics of map.sharded without a report");
    }

    #[test]
    fn a_trial_that_was_given_up_for_its_errors_has_them_as_a_finding() {
        let mut plan = fixture::plan(&[]);
        plan.criteria.abort_when = Some("error_rate > 50% for 2s".parse().unwrap());
        let mut record = fixture::record_with(|interval| interval.outcomes.error = 5_000, 40);
        fixture::cut_after(&mut record, Phase::Fault);
        record.ending = Ending::Aborted { reason: "error_rate was 83 % for 2 s".to_owned() };
        let findings = derived(&plan, None, &record);
        assert_eq!(findings[0].symptom, Symptom::Error);
        assert!(findings[0].title.contains("given up in the fault phase"), "{}", findings[0].title);
    }

    #[test]
    fn a_clean_trial_has_no_findings() {
        let record = fixture::record_with(|_| {}, 40);
        assert_eq!(derived(&fixture::plan(&[("panic_rate", "< 1%")]), None, &record), []);
    }

    proptest! {
        #[test]
        fn findings_do_not_depend_on_the_order_of_reports(
            order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let reports: Vec<_> = (0..6_u32)
                .map(|kind| (["a", "b", "c"][kind as usize % 3], kind))
                .map(|(cause, kind)| panic(&format!("cause {cause}"), 1, &["squall_targets::f"], u64::from(kind) + 1))
                .collect();
            let mut record = fixture::record_with(|_| {}, 40);
            record.panics = order.iter().map(|index| reports[*index].clone()).collect();
            let found: Vec<_> = derived(&fixture::plan(&[]), None, &record)
                .into_iter()
                .map(|finding| (finding.title, finding.count))
                .collect();
            let expected = [("c", 9), ("b", 7), ("a", 5)]
                .map(|(cause, count)| (format!("worker panicked: cause {cause} (targets/src/x.rs)"), count));
            prop_assert_eq!(found, expected);
        }
    }
}
