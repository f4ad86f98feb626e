//! Takes a threshold, hands on how much has to be measured before it can pass at all: what `squall check` prints.

use super::bounds::operations_needed;
use super::percentile::samples_needed;
use super::threshold::alpha_each;
use super::throughput::INTERVALS_MIN;
use squall_model::text::{count, percent};
use squall_model::{Limit, Metric, Threshold};

/// The fewest operations in the threshold's phase with which it can pass, at this confidence over so many thresholds;
/// `None` if that depends on what the baseline shows, or is no matter of operations.
pub fn operations_needed_for(threshold: &Threshold, confidence: f64, thresholds_count: usize) -> Option<u64> {
    let alpha = alpha_each(confidence, thresholds_count);
    match (threshold.metric, threshold.limit) {
        (Metric::PanicRate | Metric::ErrorRate | Metric::TimeoutRate, Limit::Absolute(limit)) => {
            Some(operations_needed(limit, alpha)).filter(|needed| *needed < u64::MAX)
        }
        (Metric::Latency { quantile }, Limit::Absolute(_)) => Some(samples_needed(quantile, alpha)),
        (Metric::Latency { quantile }, Limit::TimesBaseline(_)) => Some(samples_needed(quantile, alpha / 2.0)),
        _ => None,
    }
}

/// The same in words.
pub fn needs_in_words(threshold: &Threshold, confidence: f64, thresholds_count: usize) -> String {
    let phase = threshold.phase;
    match (operations_needed_for(threshold, confidence, thresholds_count), threshold.metric, threshold.limit) {
        (Some(needed), Metric::Latency { .. }, Limit::TimesBaseline(_)) => {
            format!("{} operations in the {phase} phase and as many in the baseline", count(needed))
        }
        (Some(needed), Metric::Latency { .. }, _) => format!("{} operations in the {phase} phase", count(needed)),
        (Some(needed), _, Limit::Absolute(limit)) => {
            format!(
                "{} operations in the {phase} phase, none of them bad, to prove less than {}",
                count(needed),
                percent(limit)
            )
        }
        (_, Metric::Throughput, _) => {
            format!("{INTERVALS_MIN} intervals of the timeline in each phase that is compared")
        }
        (_, Metric::RecoveryTime, _) => "a recovery phase longer than the limit, and a baseline".to_owned(),
        _ => "cases in the baseline: a multiple of 0 % cannot be proved".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::threshold::judge_threshold;
    use crate::verdict::{alpha_each, fixture};
    use squall_model::{Phase, Verdict};

    #[test]
    fn as_many_operations_as_said_pass_and_one_less_does_not() {
        for (name, written) in [("panic_rate", "< 0.1%"), ("latency.p99", "< 5ms"), ("latency.p99.9", "< 3x baseline")]
        {
            let plan = fixture::plan(&[(name, written)]);
            let threshold = &plan.criteria.thresholds[0];
            let needed = operations_needed_for(threshold, 0.95, 4).unwrap();
            let verdict = |operations: u64| {
                let record = fixture::record_of(1, operations, |_| {});
                judge_threshold(threshold, &plan.criteria, &record, alpha_each(0.95, 4)).verdict
            };
            assert_eq!(verdict(needed), Verdict::Pass, "{name} {written} with {needed}");
            assert_eq!(verdict(needed - 1), Verdict::Inconclusive, "{name} {written} with {needed} less one");
            assert!(needs_in_words(threshold, 0.95, 4).starts_with(&count(needed)));
        }
    }

    #[test]
    fn what_depends_on_the_baseline_is_no_number() {
        let relative = Threshold::parse("error_rate", "< 2x baseline").unwrap();
        assert_eq!(operations_needed_for(&relative, 0.95, 1), None);
        assert!(needs_in_words(&relative, 0.95, 1).contains("baseline"));
        let recovery = Threshold::parse("recovery.time", "< 2s").unwrap();
        assert_eq!((recovery.phase, operations_needed_for(&recovery, 0.95, 1)), (Phase::Recovery, None));
    }
}
