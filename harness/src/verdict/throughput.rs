//! Takes a threshold on operations per second, hands on a ruling by the mean of the intervals' rates.
//!
//! The interval is Student's ("The probable error of a mean", 1908) over the rates of the timeline's intervals.
//! Neighbouring intervals resemble each other, so it is an approximation and somewhat too narrow on targets with slow
//! swings.

use super::estimate::Estimate;
use super::threshold::{Ruling, compare, compare_to_baseline, nothing_to_judge, written_limit};
use squall_model::text::{count, per_second};
use squall_model::{Interval, Limit, Phase, Side, Threshold, TrialRecord};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Fewer rates than this say too little about their own spread.
pub(super) const INTERVALS_MIN: usize = 8;
/// An interval shorter than this share of the usual one is a scrap at a phase's edge; its rate is mostly noise.
const SCRAP_SHARE: f64 = 0.5;

/// Judges the throughput of one trial. Against a baseline, each phase's bounds take half of alpha.
pub(super) fn judge(threshold: &Threshold, record: &TrialRecord, alpha: f64) -> Ruling {
    let written = written_limit(threshold.limit);
    if let Some(reason) = nothing_to_judge(record, threshold.phase) {
        return Ruling::inconclusive(None, written, reason);
    }
    let estimates = match threshold.limit {
        Limit::Absolute(_) => estimate(record, threshold.phase, alpha).map(|own| (own, own)),
        Limit::TimesBaseline(_) => estimate(record, Phase::Baseline, alpha / 2.0)
            .and_then(|baseline| Ok((estimate(record, threshold.phase, alpha / 2.0)?, baseline))),
    };
    match (estimates, threshold.limit) {
        (Err(reason), _) => Ruling::inconclusive(None, written, reason),
        (Ok((own, _)), Limit::Absolute(limit)) => compare(&threshold.name, Side::Above, own, limit, per_second),
        (Ok(both), Limit::TimesBaseline(factor)) => {
            compare_to_baseline(&threshold.name, Side::Above, both, factor, per_second)
        }
    }
}

/// The mean rate of a phase's intervals with one-sided bounds at `alpha`, or why there is none.
fn estimate(record: &TrialRecord, phase: Phase, alpha: f64) -> Result<Estimate, String> {
    let rates = full_rates(record, phase);
    if rates.len() < INTERVALS_MIN {
        let seen = count(rates.len() as u64);
        return Err(format!(
            "the {phase} phase has {seen} intervals of the timeline; throughput takes {INTERVALS_MIN}"
        ));
    }
    let size = rates.len() as f64;
    let mean = rates.iter().sum::<f64>() / size;
    let variance = rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / (size - 1.0);
    let margin = student_quantile(1.0 - alpha, size - 1.0) * (variance / size).sqrt();
    Ok(Estimate { value: mean, lower: Some(mean - margin), upper: Some(mean + margin) })
}

fn full_rates(record: &TrialRecord, phase: Phase) -> Vec<f64> {
    let mut lengths: Vec<u64> = record.intervals(phase).map(|interval| interval.length.nanos()).collect();
    lengths.sort_unstable();
    let usual = lengths.get(lengths.len() / 2).copied().unwrap_or(0) as f64;
    let is_full = |interval: &&Interval| interval.length.nanos() as f64 > usual * SCRAP_SHARE;
    record.intervals(phase).filter(is_full).map(Interval::rate_per_second).collect()
}

/// The quantile of Student's distribution, by bisection on its distribution function: the inverse in `statrs` starts
/// from an approximation that does not always converge in the far tail.
fn student_quantile(probability: f64, freedom: f64) -> f64 {
    const HALVINGS: u32 = 100;
    const QUANTILE_MAX: f64 = 1e6;
    let Ok(student) = StudentsT::new(0.0, 1.0, freedom) else { return f64::INFINITY };
    let (mut low, mut high) = (0.0, QUANTILE_MAX);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if student.cdf(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use squall_model::Verdict;

    #[test]
    fn students_quantiles_agree_with_the_tables() {
        for (probability, freedom, quantile) in [
            (0.95, 7.0, 1.894_579),
            (0.975, 7.0, 2.364_624),
            (0.99, 9.0, 2.821_438),
            (0.9995, 10.0, 4.586_894),
            (0.975, 1_000.0, 1.962_339),
            (0.975, 20_000.0, 1.960_083),
            (0.999_9, 29.0, 4.254_194),
        ] {
            let found = student_quantile(probability, freedom);
            assert!((found - quantile).abs() < 5e-4, "{probability} at {freedom}: {found} against {quantile}");
        }
    }

    fn ruling(record: &TrialRecord, written: &str) -> Ruling {
        judge(&Threshold::parse("throughput", written).unwrap(), record, 0.05)
    }

    #[test]
    fn throughput_is_compared_with_its_baseline() {
        // The fixture's baseline runs at 10,000/s, this fault phase at 6,000/s with a little spread.
        let mut at = 0;
        let record = fixture::record_of(40, 0, |interval| {
            at += 1;
            interval.outcomes.ok = 590 + at % 20;
        });
        assert_eq!(ruling(&record, "> 50% baseline").verdict, Verdict::Pass);
        let broken = ruling(&record, "> 80% baseline");
        assert_eq!(broken.verdict, Verdict::Fail);
        assert!(
            broken.reason.contains("0.6 times its baseline") && broken.reason.contains("below 0.8"),
            "{}",
            broken.reason
        );
    }

    #[test]
    fn one_long_interval_does_not_make_scraps_of_all_others() {
        // A busy machine may let squall look only once where it looks twenty times as a rule.
        let mut at = 0;
        let record = fixture::record_of(40, 1_000, |interval| {
            at += 1;
            if at == 3 {
                interval.length = squall_model::units::TimeSpan::from_nanos(interval.length.nanos() * 20);
                interval.outcomes.ok *= 20;
            }
        });
        let kept = ruling(&record, "> 50% baseline");
        assert_eq!(kept.verdict, Verdict::Pass, "{}", kept.reason);
    }

    #[test]
    fn the_bounds_are_wrong_no_more_often_than_alpha() {
        use squall_model::decision::{decide, fraction};
        let rounds = 1_000_u64;
        let count = |bits: u64| 500 + (fraction(bits) * 1_001.0) as u64;
        let outside = |round: u64| {
            let mut at = 0;
            let record = fixture::record_of(12, 0, |interval| {
                at += 1;
                interval.outcomes.ok = count(decide(round, 2, 3, at, 4));
            });
            let estimate = estimate(&record, Phase::Fault, 0.05).unwrap();
            estimate.lower.unwrap() > 10_000.0
        };
        let wrong = (0..rounds).filter(|round| outside(*round)).count();
        assert!((30..=65).contains(&wrong), "{wrong} of {rounds} lower bounds lie above, 50 are expected");
    }

    #[test]
    fn seven_intervals_are_too_few() {
        let record = fixture::record_with(|_| {}, 7);
        let ruling = ruling(&record, "> 1/s");
        assert_eq!(ruling.verdict, Verdict::Inconclusive);
        assert!(ruling.reason.contains("throughput takes 8"), "{}", ruling.reason);
    }

    #[test]
    fn a_scrap_at_the_edge_of_a_phase_does_not_count() {
        let mut record = fixture::record_with(|_| {}, 40);
        let mut scrap = record.intervals(Phase::Fault).last().unwrap().clone();
        scrap.length = squall_model::units::TimeSpan::from_nanos(10);
        scrap.outcomes.ok = 5_000;
        record.timeline.push(scrap);
        assert_eq!(ruling(&record, "> 9_000/s").verdict, Verdict::Pass);
    }
}
