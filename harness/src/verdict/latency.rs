//! Takes a threshold on a latency percentile, hands on a ruling by the interval between two order statistics.

use super::percentile::{quantile_estimate, samples_needed};
use super::threshold::{Ruling, compare, compare_to_baseline, nothing_to_judge, written_limit};
use squall_model::text::{count, nanos};
use squall_model::{Limit, Phase, Side, Threshold, TrialRecord, Verdict};

/// Judges a percentile on one trial. Against a baseline, each phase's bounds take half of alpha.
pub(super) fn judge(threshold: &Threshold, quantile: f64, record: &TrialRecord, alpha: f64) -> Ruling {
    let written = written_limit(threshold.limit);
    let phases = match threshold.limit {
        Limit::Absolute(_) => vec![threshold.phase],
        Limit::TimesBaseline(_) => vec![Phase::Baseline, threshold.phase],
    };
    let alpha = alpha / phases.len() as f64;
    if let Some(reason) = phases.iter().find_map(|phase| nothing_to_judge(record, *phase)) {
        return Ruling::inconclusive(None, written, reason);
    }
    let estimates = phases
        .iter()
        .map(|phase| record.phase(*phase).and_then(|totals| quantile_estimate(&totals.latency, quantile, alpha)));
    let Some(estimates) = estimates.collect::<Option<Vec<_>>>() else {
        return Ruling::inconclusive(None, written, "no latencies were recorded");
    };
    let own = estimates[estimates.len() - 1];
    let ruling = match threshold.limit {
        Limit::Absolute(limit) => compare(&threshold.name, Side::Below, own, limit, nanos),
        Limit::TimesBaseline(factor) => {
            compare_to_baseline(&threshold.name, Side::Below, (own, estimates[0]), factor, nanos)
        }
    };
    say_if_too_few(ruling, own.upper.is_none(), quantile, record, &phases, alpha)
}

/// An interval that is open above for want of data decides nothing; the reason says how much it takes.
fn say_if_too_few(
    ruling: Ruling,
    open: bool,
    quantile: f64,
    record: &TrialRecord,
    phases: &[Phase],
    alpha: f64,
) -> Ruling {
    let needed = samples_needed(quantile, alpha);
    let totals = phases.iter().filter_map(|phase| Some((*phase, record.phase(*phase)?.latency.total())));
    let short = totals.into_iter().find(|(_, total)| *total < needed);
    match short {
        Some((phase, total)) if open && ruling.verdict == Verdict::Inconclusive => {
            let reason = format!(
                "{} operations in the {phase} phase bound no percentile; it takes {}",
                count(total),
                count(needed)
            );
            Ruling { reason, ..ruling }
        }
        _ => ruling,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use squall_model::segment::bucket_of;

    fn record(baseline_nanos: u64, fault_nanos: u64, operations: u64) -> TrialRecord {
        let mut record = fixture::record_with(|_| {}, 40);
        for (phase, nanos) in [(Phase::Baseline, baseline_nanos), (Phase::Fault, fault_nanos)] {
            let totals = fixture::phase_mut(&mut record, phase);
            totals.latency = Default::default();
            totals.latency.add(bucket_of(nanos), operations);
        }
        record
    }

    fn ruling(record: &TrialRecord, written: &str) -> Ruling {
        judge(&Threshold::parse("latency.p99", written).unwrap(), 0.99, record, 0.05)
    }

    #[test]
    fn a_multiple_of_the_baseline_is_judged_by_the_ratio_and_told_in_nanoseconds() {
        let record = record(100_000, 280_000, 10_000);
        assert_eq!(ruling(&record, "< 3x baseline").verdict, Verdict::Pass);
        assert_eq!(ruling(&record, "< 2x baseline").verdict, Verdict::Fail);
        let close = ruling(&record, "< 2.8x baseline");
        assert_eq!(close.verdict, Verdict::Inconclusive);
        assert!((close.limit - 280_000.0).abs() < 10_000.0, "{}", close.limit);
        let estimate = close.estimate.unwrap();
        assert!(estimate.lower.unwrap() < 280_000.0 && 280_000.0 < estimate.upper.unwrap());
        assert!(close.reason.contains("times its baseline"), "{}", close.reason);
    }

    #[test]
    fn too_few_operations_bound_no_percentile() {
        let ruling = ruling(&record(1_000, 1_000, 200), "< 5ms");
        assert_eq!(ruling.verdict, Verdict::Inconclusive);
        assert_eq!(ruling.reason, "200 operations in the fault phase bound no percentile; it takes 299");
    }
}
