//! Takes one threshold and one trial's record, hands on one judgement. What the metrics share stands here: how alpha is
//! divided, what is said without data, and how an estimate is compared with a limit or with its baseline.

use super::estimate::Estimate;
use super::{latency, rate, recovery, throughput};
use squall_model::text::{counted, exact_percent, number};
use squall_model::{Criteria, Limit, Metric, Phase, Plan, Side, Threshold, ThresholdJudgement, TrialRecord, Verdict};

/// What a metric's own rules came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ruling {
    pub(super) verdict: Verdict,
    /// What was measured, in the unit of `limit`; `None` without data.
    pub(super) estimate: Option<Estimate>,
    pub(super) limit: f64,
    pub(super) reason: String,
}

impl Ruling {
    pub(super) fn inconclusive(estimate: Option<Estimate>, limit: f64, reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Inconclusive, estimate, limit, reason: reason.into() }
    }
}

/// How often any threshold of any judged trial of a plan may be judged wrong.
pub(super) fn alpha_of(plan: &Plan) -> f64 {
    alpha_each(plan.criteria.confidence, plan.criteria.thresholds.len().max(1) * plan.trials_judged())
}

/// How often each threshold may be judged wrong, so that all together are wrong at most as often as the confidence of
/// the whole allows (Bonferroni's correction; it holds however the thresholds depend on each other).
pub fn alpha_each(confidence: f64, thresholds: usize) -> f64 {
    (1.0 - confidence) / thresholds.max(1) as f64
}

/// The confidence of the whole verdict and of each threshold in each judged trial, in words.
pub fn confidence_in_words(confidence: f64, thresholds: usize, trials: usize) -> String {
    let whole = exact_percent(confidence);
    if thresholds.max(1) * trials <= 1 || thresholds == 0 {
        return whole;
    }
    let each = exact_percent(1.0 - alpha_each(confidence, thresholds * trials));
    let lines = counted(thresholds as u64, "threshold");
    let trials = if trials > 1 { format!(" in {trials} trials") } else { String::new() };
    format!("{whole} over {lines}{trials}, {each} each (Bonferroni)")
}

/// Judges one threshold on one trial. Each side's error is at most `alpha`: a metric beyond its limit passes, and one
/// within its limit fails, no more often than that.
pub fn judge_threshold(
    threshold: &Threshold,
    criteria: &Criteria,
    record: &TrialRecord,
    alpha: f64,
) -> ThresholdJudgement {
    let ruling = match threshold.metric {
        Metric::PanicRate | Metric::ErrorRate | Metric::TimeoutRate => rate::judge(threshold, record, alpha),
        Metric::Latency { quantile } => latency::judge(threshold, quantile, record, alpha),
        Metric::Throughput => throughput::judge(threshold, record, alpha),
        Metric::RecoveryTime => recovery::judge(threshold, criteria, record),
    };
    ThresholdJudgement {
        name: threshold.name.clone(),
        phase: threshold.phase,
        trial: record.role,
        verdict: ruling.verdict,
        value: ruling.estimate.map(|estimate| estimate.value),
        lower: ruling.estimate.and_then(|estimate| estimate.lower),
        upper: ruling.estimate.and_then(|estimate| estimate.upper),
        limit: ruling.limit,
        written: threshold.written.clone(),
        reason: ruling.reason,
    }
}

/// Why a phase holds nothing to judge, if it does not.
pub(super) fn nothing_to_judge(record: &TrialRecord, phase: Phase) -> Option<String> {
    if record.phase(phase).is_none() {
        return Some(format!("the subject was gone before the {phase} phase"));
    }
    let outcomes = record.outcomes(phase);
    if outcomes.judged() > 0 {
        return None;
    }
    Some(match outcomes.injected {
        0 => format!("no operations ended in the {phase} phase"),
        _ => format!("no operations ended in the {phase} phase but by squall's own panics"),
    })
}

/// The limit as a number before anything was measured; 0 if it depends on a baseline that is not known.
pub(super) fn written_limit(limit: Limit) -> f64 {
    match limit {
        Limit::Absolute(limit) => limit,
        Limit::TimesBaseline(_) => 0.0,
    }
}

/// Compares an estimate with a limit in the metric's own unit.
pub(super) fn compare(name: &str, side: Side, estimate: Estimate, limit: f64, show: fn(f64) -> String) -> Ruling {
    let verdict = estimate.verdict(side, limit);
    let (value, shown_limit) = (show(estimate.value), show(limit));
    let reason = match decisive(&estimate, side, verdict) {
        Some((bound, word, place)) => format!("{name} is {value} ({word} {}), {place} {shown_limit}", show(bound)),
        None => format!("{name} is {value} ({}), too close to {shown_limit}", estimate.bounds_in_words(show)),
    };
    Ruling { verdict, estimate: Some(estimate), limit, reason }
}

/// Compares an estimate with a multiple of the same trial's baseline, by the interval of their ratio. The ruling's
/// estimate is that interval times the baseline's value, so that it can be compared with the limit in the same unit.
pub(super) fn compare_to_baseline(
    name: &str,
    side: Side,
    (own, baseline): (Estimate, Estimate),
    factor: f64,
    show: fn(f64) -> String,
) -> Ruling {
    let limit = factor * baseline.value;
    let Some(ratio) = own.ratio_to(&baseline) else {
        let reason = format!("{name} is {} in the baseline, of which no multiple can be proved", show(baseline.value));
        return Ruling::inconclusive(Some(own), limit, reason);
    };
    let verdict = ratio.verdict(side, factor);
    let measured = format!("{name} is {}, {} times its baseline", show(own.value), number(ratio.value));
    let reason = match decisive(&ratio, side, verdict) {
        Some((bound, word, place)) => format!("{measured} ({word} {}), {place} {}", number(bound), number(factor)),
        None => format!("{measured} ({}), too close to {}", ratio.bounds_in_words(number), number(factor)),
    };
    Ruling { verdict, estimate: Some(ratio.scaled(baseline.value)), limit, reason }
}

/// The bound that decided, its word, and on which side of the limit it lies; `None` if nothing was decided.
fn decisive(estimate: &Estimate, side: Side, verdict: Verdict) -> Option<(f64, &'static str, &'static str)> {
    let lies_above = match (verdict, side) {
        (Verdict::Inconclusive, _) => return None,
        (Verdict::Fail, Side::Below) | (Verdict::Pass, Side::Above) => true,
        (Verdict::Pass, Side::Below) | (Verdict::Fail, Side::Above) => false,
    };
    if lies_above {
        estimate.lower.map(|lower| (lower, "at least", "above"))
    } else {
        estimate.upper.map(|upper| (upper, "at most", "below"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use proptest::prelude::*;

    const CONDITIONS: [(&str, &str); 9] = [
        ("panic_rate", "< 1%"),
        ("error_rate", "< 2x baseline"),
        ("timeout_rate", "< 100%"),
        ("throughput", "> 1/s"),
        ("throughput", "> 50% baseline"),
        ("latency.p50", "< 1h"),
        ("latency.p99", "< 100x baseline"),
        ("recovery.time", "< 1h"),
        ("recovery.error_rate", "< 50%"),
    ];

    proptest! {
        #[test]
        fn no_threshold_passes_or_fails_without_data(
            which in 0..CONDITIONS.len(),
            alpha in 1e-6_f64..0.5,
            died in any::<bool>(),
            injected in any::<bool>(),
        ) {
            let (name, written) = CONDITIONS[which];
            let mut record = fixture::empty_record();
            if !died {
                fixture::begin_all_phases(&mut record, if injected { 5 } else { 0 });
            }
            let plan = fixture::plan(&[(name, written)]);
            let judgement = judge_threshold(&plan.criteria.thresholds[0], &plan.criteria, &record, alpha);
            prop_assert_eq!(judgement.verdict, Verdict::Inconclusive, "{}", judgement.reason);
            prop_assert_eq!(judgement.value, None);
        }
    }

    #[test]
    fn the_confidence_says_how_it_is_shared() {
        assert_eq!(confidence_in_words(0.95, 4, 1), "95 % over 4 thresholds, 98.75 % each (Bonferroni)");
        assert_eq!(confidence_in_words(0.99, 1, 1), "99 %");
    }

    #[test]
    fn a_decided_threshold_has_its_bound_on_the_decided_side_of_its_limit() {
        let plan = fixture::plan(&[
            ("panic_rate", "< 0.01%"),
            ("panic_rate", "< 30%"),
            ("latency.p99", "< 3x baseline"),
            ("latency.p99", "< 1us"),
            ("throughput", "> 50% baseline"),
            ("throughput", "> 1_000_000/s"),
        ]);
        let record = fixture::record_with(|interval| interval.outcomes.panic = 50, 40);
        let expected = [Verdict::Fail, Verdict::Pass, Verdict::Pass, Verdict::Fail, Verdict::Pass, Verdict::Fail];
        for (threshold, expected) in plan.criteria.thresholds.iter().zip(expected) {
            let line = judge_threshold(threshold, &plan.criteria, &record, 0.01);
            assert_eq!(line.verdict, expected, "{}", line.reason);
            let beyond = match (threshold.side, expected) {
                (Side::Below, Verdict::Fail) | (Side::Above, Verdict::Pass) => line.lower.unwrap() > line.limit,
                _ => line.upper.unwrap() < line.limit,
            };
            assert!(beyond, "{line:?}");
        }
    }
}
