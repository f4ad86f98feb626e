//! Takes the plan and the records of its trials, hands on the judgement of the run: every line, the merged verdict, the
//! exit code that follows, and the one reason that decided.

use super::delivery::judge_delivery;
use super::review::{Ground, Review, trial_of};
use super::seen::{seen, seen_instead};
use super::threshold::{alpha_of, confidence_in_words};
use squall_model::text::counted;
use squall_model::{ControlPolicy, Ending, ExitCode, FaultJudgement, Judgement, Plan, Symptom, TrialRecord, Verdict};

/// Judges a run. The treatment may be missing if the control failed or the run was interrupted.
///
/// The confidence of the plan is shared among its thresholds (Bonferroni). A control that has to pass is judged at the
/// same alphas, by itself: what it decides is whether the treatment may be believed.
pub fn judge(plan: &Plan, control: Option<&TrialRecord>, treatment: Option<&TrialRecord>) -> Judgement {
    let criteria = &plan.criteria;
    let alpha = alpha_of(plan);
    let must_pass = criteria.control == ControlPolicy::MustPass;
    let case = Case {
        plan,
        control,
        treatment,
        control_review: control.filter(|_| must_pass).map(|record| Review::of(plan, record, alpha)),
        treatment_review: treatment.map(|record| Review::of(plan, record, alpha)),
        faults: treatment.and_then(|record| Some(judge_delivery(trial_of(plan, record)?, record))).unwrap_or_default(),
    };
    let outcome = case.decide();
    let reviews = || case.treatment_review.iter().chain(&case.control_review);
    Judgement {
        verdict: outcome.verdict,
        exit_code: outcome.exit_code,
        reason: outcome.reason,
        control: case.control_review.as_ref().map(Review::verdict),
        thresholds: reviews().flat_map(|review| review.thresholds.clone()).collect(),
        oracles: reviews().flat_map(|review| review.oracles.clone()).collect(),
        confidence: confidence_in_words(criteria.confidence, criteria.thresholds.len(), plan.trials_judged()),
        faults: case.faults,
        expectation: None,
        campaign: None,
        repairs: Vec::new(),
        costs: Vec::new(),
    }
}

/// All that a decision is made from.
struct Case<'a> {
    plan: &'a Plan,
    control: Option<&'a TrialRecord>,
    treatment: Option<&'a TrialRecord>,
    control_review: Option<Review>,
    treatment_review: Option<Review>,
    faults: Vec<FaultJudgement>,
}

struct Outcome {
    verdict: Verdict,
    exit_code: ExitCode,
    reason: String,
}

impl Case<'_> {
    /// The run's own troubles first, then whether it can be trusted, then what it says.
    fn decide(&self) -> Outcome {
        let grounds = self.grounds();
        let verdict = Verdict::merge(grounds.iter().map(|ground| ground.verdict));
        let reason = self.reason(&grounds, verdict);
        if let Some(exit_code) = self.stopped() {
            return Outcome { verdict, exit_code, reason };
        }
        if let Some(review) = self.control_review.as_ref().filter(|review| review.verdict() == Verdict::Fail) {
            let reason = format!("the control failed: {}", first_of(&review.grounds, Verdict::Fail));
            return Outcome { verdict: Verdict::Fail, exit_code: ExitCode::ControlFailed, reason };
        }
        if let (Some(planted), Some(record)) = (self.plan.criteria.canary, self.treatment) {
            return self.canary(planted, record);
        }
        let exit_code = match verdict {
            Verdict::Pass => ExitCode::Passed,
            Verdict::Fail => ExitCode::Failed,
            Verdict::Inconclusive => ExitCode::Inconclusive,
        };
        Outcome { verdict, exit_code, reason }
    }

    /// The exit code of a run that was stopped from outside, could not begin, or has a fault that is not possible here. It stands whatever the data say, since
    /// they are not those of the whole run.
    fn stopped(&self) -> Option<ExitCode> {
        let endings = || self.control.iter().chain(&self.treatment).map(|record| &record.ending);
        if endings().any(|ending| *ending == Ending::Interrupted) {
            return Some(ExitCode::Interrupted);
        }
        let asked = |number: usize| self.faults.get(number).is_none_or(|line| !line.drawn);
        let meters = self.treatment.iter().flat_map(|record| record.meters.iter().enumerate());
        let refused = meters.filter(|(number, _)| asked(*number)).any(|(_, meter)| meter.refused.is_some());
        let could_not_begin = endings().any(|ending| matches!(ending, Ending::Refused { .. }));
        (refused || could_not_begin).then_some(ExitCode::CannotRun)
    }

    /// Everything that speaks for a verdict, in order of weight.
    fn grounds(&self) -> Vec<Ground> {
        let mut grounds: Vec<Ground> = self.treatment_review.iter().flat_map(|review| review.grounds.clone()).collect();
        grounds.extend(self.forbidden());
        grounds.extend(self.faults.iter().filter(|line| !line.drawn).map(|line| Ground {
            verdict: line.verdict,
            text: format!("{} was not delivered: {}", line.name, line.reason),
        }));
        let of_control = self.control_review.iter().flat_map(|review| &review.grounds);
        grounds.extend(
            of_control
                .map(|ground| Ground { verdict: ground.verdict, text: format!("in the control, {}", ground.text) }),
        );
        if self.control_review.is_none() {
            grounds.extend(self.unreviewed_control());
        }
        if self.treatment.is_none() {
            grounds.push(Ground::inconclusive("the treatment was not run"));
        }
        grounds
    }

    /// What a repair must not show, even where every threshold allows it.
    fn forbidden(&self) -> Option<Ground> {
        let (forbid, record) = (self.plan.criteria.forbid.as_ref()?, self.treatment?);
        let seen = seen(self.plan, record).into_iter().find(|symptom| forbid.may_show_as(*symptom))?;
        Some(Ground { verdict: Verdict::Fail, text: format!("{seen} was seen, which {} shows as", forbid.finding) })
    }

    /// What is to be said of a control that is missing, or only watched: watched, it says nothing unless it stopped the
    /// run.
    fn unreviewed_control(&self) -> Option<Ground> {
        match (self.plan.criteria.control, self.control) {
            (ControlPolicy::MustPass, None) => Some(Ground::inconclusive("the control was not run")),
            (_, Some(control)) if matches!(control.ending, Ending::Interrupted | Ending::Refused { .. }) => {
                Some(Ground::inconclusive(format!("in the control, {}", super::symptom::ending_in_words(control))))
            }
            _ => None,
        }
    }

    /// The most decisive ground, and how many more say the same.
    fn reason(&self, grounds: &[Ground], verdict: Verdict) -> String {
        if verdict == Verdict::Pass {
            return self.all_well();
        }
        let others = grounds.iter().filter(|ground| ground.verdict == verdict).count().saturating_sub(1);
        let first = first_of(grounds, verdict);
        match (others, verdict) {
            (0, _) => first,
            (others, Verdict::Fail) => format!("{first} (and {})", counted(others as u64, "more failure")),
            (others, _) => format!("{first} (and {})", counted(others as u64, "more doubt")),
        }
    }

    /// What a pass stands on.
    fn all_well(&self) -> String {
        let lines = |of: fn(&Review) -> usize| self.treatment_review.as_ref().map_or(0, of);
        let mut parts = Vec::new();
        match lines(|review| review.thresholds.len()) {
            0 => parts.push("nothing went wrong".to_owned()),
            1 => parts.push("the threshold holds".to_owned()),
            thresholds => parts.push(format!("all {thresholds} thresholds hold")),
        }
        let delivered = self.faults.iter().filter(|line| line.verdict == Verdict::Pass).count();
        match self.faults.len() {
            0 => {}
            1 => parts.push("the fault was delivered".to_owned()),
            faults => parts.push(format!("{delivered} of {faults} faults were delivered")),
        }
        match lines(|review| review.oracles.len()) {
            0 => {}
            1 => parts.push("the oracle found nothing wrong".to_owned()),
            oracles => parts.push(format!("{oracles} oracles found nothing wrong")),
        }
        parts.join(", ")
    }

    /// A planted bug has to show as planted; anything else means that squall cannot be trusted with real ones.
    fn canary(&self, planted: Symptom, record: &TrialRecord) -> Outcome {
        let seen = seen(self.plan, record);
        if seen.contains(&planted) {
            let reason = format!("the planted {planted} was caught");
            return Outcome { verdict: Verdict::Fail, exit_code: ExitCode::Failed, reason };
        }
        let instead = seen_instead(&seen);
        let ending = match record.ending {
            Ending::Finished => String::new(),
            _ => format!(" ({})", super::symptom::ending_in_words(record)),
        };
        let reason = format!("the planted {planted} was missed; {instead}{ending}");
        Outcome { verdict: Verdict::Fail, exit_code: ExitCode::CanaryMissed, reason }
    }
}

fn first_of(grounds: &[Ground], verdict: Verdict) -> String {
    let first = grounds.iter().find(|ground| ground.verdict == verdict);
    first.map_or_else(|| "nothing was judged".to_owned(), |ground| ground.text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use proptest::prelude::*;
    use squall_model::TrialRole;
    use squall_model::{OracleReport, Phase};

    fn healthy() -> TrialRecord {
        fixture::record_with(|_| {}, 40)
    }

    fn control() -> TrialRecord {
        TrialRecord { number: 0, role: TrialRole::Control, ..healthy() }
    }

    fn panicking(role: TrialRole) -> TrialRecord {
        TrialRecord { role, ..fixture::record_with(|interval| interval.outcomes.panic = 5, 40) }
    }

    fn plan_with_control(policy: ControlPolicy) -> Plan {
        let mut plan = fixture::plan(&[("panic_rate", "< 0.1%"), ("latency.p99", "< 3x baseline")]);
        plan.criteria.control = policy;
        plan
    }

    #[test]
    fn a_clean_run_passes_and_says_what_that_stands_on() {
        let plan = plan_with_control(ControlPolicy::MustPass);
        let judgement = judge(&plan, Some(&control()), Some(&healthy()));
        assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Pass, ExitCode::Passed), "{}", judgement.reason);
        assert_eq!(judgement.reason, "all 2 thresholds hold");
        assert_eq!(judgement.control, Some(Verdict::Pass));
        assert_eq!(judgement.thresholds.len(), 4, "both trials are judged");
        assert_eq!(judgement.confidence, "95 % over 2 thresholds, 97.5 % each (Bonferroni)");
    }

    #[test]
    fn a_broken_threshold_fails_with_its_numbers_first() {
        let plan = plan_with_control(ControlPolicy::Skip);
        let judgement = judge(&plan, None, Some(&panicking(TrialRole::Treatment)));
        assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Fail, ExitCode::Failed));
        assert!(judgement.reason.starts_with("panic_rate is 0.498 % (at least 0.4"), "{}", judgement.reason);
        assert!(judgement.reason.ends_with("above 0.1 %"), "{}", judgement.reason);
    }

    #[test]
    fn one_panic_fails_where_no_threshold_allows_any() {
        let plan = fixture::plan(&[("latency.p99", "< 3x baseline")]);
        for phase in [Phase::Fault, Phase::Recovery] {
            let mut record = healthy();
            fixture::phase_mut(&mut record, phase).by_operation[1].panic = 1;
            let judgement = judge(&plan, None, Some(&record));
            assert_eq!(judgement.verdict, Verdict::Fail);
            assert!(judgement.reason.contains("none is allowed"), "{}", judgement.reason);
        }
        let mut before = healthy();
        fixture::phase_mut(&mut before, Phase::Warmup).by_operation[1].panic = 1;
        assert_eq!(judge(&plan, None, Some(&before)).verdict, Verdict::Pass);
    }

    #[test]
    fn an_abort_at_an_allocation_that_squall_let_fail_proves_nothing() {
        let plan = plan_with_control(ControlPolicy::Skip);
        let record = TrialRecord { ending: Ending::AllocationRefused { bytes: 64 }, ..healthy() };
        let judgement = judge(&plan, None, Some(&record));
        assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Inconclusive, ExitCode::Inconclusive));
        assert!(judgement.reason.contains("an allocation of 64 bytes that squall let fail"), "{}", judgement.reason);
    }

    #[test]
    fn a_death_fails_although_every_threshold_holds() {
        let plan = plan_with_control(ControlPolicy::Skip);
        let record = TrialRecord { ending: Ending::Signaled { signal: 11 }, ..healthy() };
        let judgement = judge(&plan, None, Some(&record));
        assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Fail, ExitCode::Failed));
        assert_eq!(judgement.reason, "signal 11 (SIGSEGV) killed the subject in the recovery phase");
    }

    #[test]
    fn a_wrong_answer_fails_and_a_silent_oracle_leaves_doubt() {
        let mut plan = plan_with_control(ControlPolicy::Skip);
        plan.trials[1].oracles = vec!["sum".to_owned()];
        assert_eq!(judge(&plan, None, Some(&healthy())).exit_code, ExitCode::Inconclusive);
        let mut record = healthy();
        let report = OracleReport {
            oracle: "sum".to_owned(),
            checked: 10,
            wrong: 1,
            violations: vec![],
            undecided: None,
            spared: None,
        };
        record.oracles = vec![report];
        let judgement = judge(&plan, None, Some(&record));
        assert_eq!(judgement.verdict, Verdict::Fail);
        assert_eq!(judgement.reason, "sum found 1 of 10 wrong");
    }

    #[test]
    fn a_failing_control_ends_the_run_whatever_the_treatment_says() {
        let plan = plan_with_control(ControlPolicy::MustPass);
        let bad = panicking(TrialRole::Control);
        for treatment in [None, Some(healthy())] {
            let judgement = judge(&plan, Some(&bad), treatment.as_ref());
            assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Fail, ExitCode::ControlFailed));
            assert!(judgement.reason.starts_with("the control failed: panic_rate is 0.498 %"), "{}", judgement.reason);
        }
        let watched = plan_with_control(ControlPolicy::Observe);
        let judgement = judge(&watched, Some(&bad), Some(&healthy()));
        assert_eq!((judgement.verdict, judgement.control), (Verdict::Pass, None));
        assert_eq!(judgement.thresholds.len(), 2);
    }

    #[test]
    fn a_control_with_too_little_data_leaves_doubt_and_no_more() {
        let plan = plan_with_control(ControlPolicy::MustPass);
        let short = TrialRecord { role: TrialRole::Control, ..fixture::record_with(|_| {}, 1) };
        let judgement = judge(&plan, Some(&short), Some(&healthy()));
        assert_eq!(judgement.exit_code, ExitCode::Inconclusive);
        assert!(judgement.reason.starts_with("in the control, panic_rate is 0 %"), "{}", judgement.reason);
        assert_eq!(judge(&plan, None, Some(&healthy())).reason, "the control was not run");
    }

    #[test]
    fn a_control_is_not_asked_how_it_recovers_from_nothing() {
        let mut plan = fixture::plan(&[("error_rate", "< 1%"), ("recovery.time", "< 1s")]);
        plan.criteria.control = ControlPolicy::MustPass;
        for trial in plan.trials.iter_mut().filter(|trial| trial.role == TrialRole::Control) {
            trial.phases.recovery = squall_model::units::TimeSpan::ZERO;
        }
        let judgement = judge(&plan, Some(&control()), Some(&healthy()));
        let names: Vec<_> = judgement.thresholds.iter().map(|line| (line.trial, line.name.as_str())).collect();
        let expected = [
            (TrialRole::Treatment, "error_rate"),
            (TrialRole::Treatment, "recovery.time"),
            (TrialRole::Control, "error_rate"),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_canary_must_show_as_planted() {
        let mut plan = plan_with_control(ControlPolicy::Skip);
        plan.criteria.canary = Some(Symptom::StackOverflow);
        let dead = TrialRecord {
            ending: Ending::Signaled { signal: 6 },
            stderr_tail: "thread 'worker-1' has overflowed its stack".to_owned(),
            ..healthy()
        };
        let caught = judge(&plan, None, Some(&dead));
        assert_eq!((caught.verdict, caught.exit_code), (Verdict::Fail, ExitCode::Failed));
        assert_eq!(caught.reason, "the planted stack_overflow was caught");
        let other = judge(&plan, None, Some(&panicking(TrialRole::Treatment)));
        assert_eq!((other.verdict, other.exit_code), (Verdict::Fail, ExitCode::CanaryMissed));
        assert_eq!(other.reason, "the planted stack_overflow was missed; seen instead: panic");
        assert_eq!(
            judge(&plan, None, Some(&healthy())).reason,
            "the planted stack_overflow was missed; nothing was seen"
        );
    }

    #[test]
    fn a_canary_can_be_a_broken_threshold() {
        let mut plan = fixture::plan(&[("throughput", "> 1_000_000/s")]);
        plan.criteria.canary = Some(Symptom::ThresholdBroken);
        assert_eq!(judge(&plan, None, Some(&healthy())).exit_code, ExitCode::Failed);
    }

    #[test]
    fn a_run_that_was_stopped_says_so_by_its_exit_code() {
        let plan = plan_with_control(ControlPolicy::Observe);
        let ended = |ending: Ending| TrialRecord { ending, ..healthy() };
        let refused = Ending::Refused { reason: "shards must be a power of two".to_owned() };
        for (ending, exit_code, verdict) in [
            (Ending::Interrupted, ExitCode::Interrupted, Verdict::Inconclusive),
            (refused, ExitCode::CannotRun, Verdict::Inconclusive),
            (Ending::ProtocolBroken { reason: "`x`".to_owned() }, ExitCode::Inconclusive, Verdict::Inconclusive),
            (Ending::Aborted { reason: "error_rate > 50% for 2s".to_owned() }, ExitCode::Failed, Verdict::Fail),
        ] {
            let judgement = judge(&plan, Some(&control()), Some(&ended(ending)));
            assert_eq!((judgement.verdict, judgement.exit_code), (verdict, exit_code), "{}", judgement.reason);
        }
        let early = TrialRecord { ending: Ending::Interrupted, ..control() };
        for policy in [ControlPolicy::Observe, ControlPolicy::MustPass] {
            let judgement = judge(&plan_with_control(policy), Some(&early), None);
            assert_eq!((judgement.verdict, judgement.exit_code), (Verdict::Inconclusive, ExitCode::Interrupted));
            let reason = "in the control, the trial was interrupted in the recovery phase (and 1 more doubt)";
            assert_eq!(judgement.reason, reason);
        }
    }

    #[test]
    fn a_run_that_asks_nothing_needs_data_all_the_same() {
        let plan = fixture::plan(&[]);
        assert_eq!(judge(&plan, None, Some(&healthy())).verdict, Verdict::Pass);
        assert_eq!(judge(&plan, None, Some(&fixture::empty_record())).verdict, Verdict::Inconclusive);
        assert_eq!(judge(&plan, None, None).exit_code, ExitCode::Inconclusive);
    }

    #[test]
    fn a_fault_that_did_not_act_leaves_doubt() {
        let mut plan = plan_with_control(ControlPolicy::Skip);
        let fault = serde_yaml::from_str("{error: {at: map.locked, probability: 5%}}").unwrap();
        let length = squall_model::units::TimeSpan::from_millis(4_000);
        let start = squall_model::units::TimeSpan::ZERO;
        plan.trials[1].faults = vec![squall_model::fault::FaultPlan {
            number: 0,
            decision_key: 1,
            fault,
            start,
            length,
            functions: Vec::new(),
            drawn: false,
        }];
        let with = |offered, fired| {
            let meter = squall_model::Meter { armed: length, offered, fired, ..Default::default() };
            judge(&plan, None, Some(&TrialRecord { meters: vec![meter], ..healthy() }))
        };
        assert_eq!(with(1_000, 52).reason, "all 2 thresholds hold, the fault was delivered");
        let idle = with(0, 0);
        assert_eq!(idle.exit_code, ExitCode::Inconclusive);
        assert!(idle.reason.starts_with("error map.locked was not delivered: the point was never"), "{}", idle.reason);
    }

    fn endings() -> impl Strategy<Value = Ending> {
        prop_oneof![
            Just(Ending::Finished),
            Just(Ending::Interrupted),
            Just(Ending::Signaled { signal: 9 }),
            Just(Ending::Stuck { spinning: false, cores_used: 0.0 }),
            Just(Ending::ProtocolBroken { reason: String::new() }),
        ]
    }

    proptest! {
        #[test]
        fn no_run_without_operations_passes(
            ending in endings(),
            begun in any::<bool>(),
            thresholds in 0_usize..3,
            policy in 0..3,
        ) {
            let policy = [ControlPolicy::MustPass, ControlPolicy::Observe, ControlPolicy::Skip][policy as usize];
            let all = [("panic_rate", "< 1%"), ("throughput", "> 1/s"), ("recovery.time", "< 1h")];
            let mut plan = fixture::plan(&all[..thresholds]);
            plan.criteria.control = policy;
            let mut record = TrialRecord { ending, ..fixture::empty_record() };
            if begun {
                fixture::begin_all_phases(&mut record, 0);
            }
            let judgement = judge(&plan, Some(&control()), Some(&record));
            prop_assert_ne!(judgement.verdict, Verdict::Pass);
            prop_assert_ne!(judgement.exit_code, ExitCode::Passed);
        }

        #[test]
        fn the_verdict_is_the_worst_of_its_lines(errors in 0_u64..30, slow in 0_u64..40, panics in 0_u64..3) {
            let thresholds = [("error_rate", "< 1%"), ("recovery.time", "< 1s"), ("throughput", "> 50% baseline")];
            let plan = fixture::plan(&thresholds);
            let mut record = fixture::record_with(|interval| {
                (interval.outcomes.error, interval.outcomes.panic) = (errors, panics);
            }, 40);
            let recovery = record.timeline.iter_mut().filter(|interval| interval.phase == Phase::Recovery);
            for interval in recovery.take(slow as usize) {
                interval.outcomes.ok = 10;
            }
            let judgement = judge(&plan, None, Some(&record));
            let lines = judgement.thresholds.iter().map(|line| line.verdict);
            prop_assert_eq!(judgement.verdict, Verdict::merge(lines));
            let passed = judgement.exit_code == ExitCode::Passed;
            prop_assert_eq!(passed, judgement.verdict == Verdict::Pass);
        }
    }
}
