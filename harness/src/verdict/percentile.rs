//! Takes a histogram, hands on a quantile with a distribution-free interval between two order statistics (David and
//! Nagaraja, "Order Statistics", 7.1).
//!
//! Of `n` values, the number below the true quantile is binomial whatever their distribution, so exact binomial
//! quantiles give the ranks; no approximation is used at any size. The lower bound takes its bucket's low edge and the
//! upper one its bucket's high edge, so the bucket width widens the interval and never narrows it. Values are taken as
//! independent: where latencies come in bursts, the interval is too narrow.

use super::binomial::{Chance, at_most};
use super::estimate::Estimate;
use squall_model::Histogram;

/// The quantile (0 to 1) with one-sided bounds at `alpha` each; `None` without values. A bound is left out if there are
/// too few values for it, or if it lies in the last, open bucket.
pub fn quantile_estimate(histogram: &Histogram, quantile: f64, alpha: f64) -> Option<Estimate> {
    let total = histogram.total();
    let value = histogram.quantile_nanos(quantile)? as f64;
    let lower = lower_rank(total, quantile, alpha).and_then(|rank| histogram.at_rank(rank));
    let upper = upper_rank(total, quantile, alpha).and_then(|rank| histogram.at_rank(rank));
    Some(Estimate {
        value,
        lower: lower.map(|range| range.low_nanos as f64),
        upper: upper.filter(|range| range.high_nanos < u64::MAX).map(|range| range.high_nanos as f64),
    })
}

/// The fewest values for which the quantile has an upper bound: the largest of them has to lie above it.
pub fn samples_needed(quantile: f64, alpha: f64) -> u64 {
    let estimate = (alpha.ln() / quantile.ln()).ceil().max(1.0) as u64;
    (estimate.saturating_sub(1).max(1)..=estimate + 1)
        .find(|total| upper_rank(*total, quantile, alpha).is_some())
        .unwrap_or(estimate)
}

/// The largest rank whose value lies at or below the quantile with confidence `1 − alpha`.
fn lower_rank(total: u64, quantile: f64, alpha: f64) -> Option<u64> {
    let chance = Chance::new(quantile);
    let rank = first_false(0, total, |rank| at_most(rank, total, chance) <= alpha);
    (rank > 0).then_some(rank)
}

/// The smallest rank whose value lies at or above the quantile with confidence `1 − alpha`.
fn upper_rank(total: u64, quantile: f64, alpha: f64) -> Option<u64> {
    let chance = Chance::new(quantile);
    let below = first_false(0, total, |rank| at_most(rank, total, chance) < 1.0 - alpha);
    (below < total).then_some(below + 1)
}

/// The first number from `low` to `high` for which `holds` is false; `high` if there is none before it.
fn first_false(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::decision::{decide, fraction};
    use squall_model::segment::bucket_of;

    #[test]
    fn the_median_of_ten_lies_between_the_second_and_the_ninth() {
        // P(X ≤ 1) for 10 fair tries is 11/1024 = 1.07 %, P(X ≤ 2) is 56/1024 = 5.5 %.
        assert_eq!(lower_rank(10, 0.5, 0.025), Some(2));
        assert_eq!(upper_rank(10, 0.5, 0.025), Some(9));
    }

    #[test]
    fn too_few_values_give_no_upper_bound() {
        // 0.99^n ≤ 0.05 first at n = 299.
        assert_eq!(samples_needed(0.99, 0.05), 299);
        assert_eq!(upper_rank(298, 0.99, 0.05), None);
        assert_eq!(upper_rank(299, 0.99, 0.05), Some(299));
        assert_eq!(lower_rank(1, 0.5, 0.05), None);
    }

    #[test]
    fn the_ranks_of_a_billion_values_are_the_normal_ones() {
        let total = 1_000_000_000;
        let spread = (1e9_f64 * 0.99 * 0.01).sqrt() * 1.644_854;
        let upper = upper_rank(total, 0.99, 0.05).unwrap() as f64;
        let lower = lower_rank(total, 0.99, 0.05).unwrap() as f64;
        assert!((upper - 0.99e9 - spread).abs() < 10.0, "{upper}");
        assert!((0.99e9 - spread - lower).abs() < 10.0, "{lower}");
    }

    #[test]
    fn bounds_are_wrong_no_more_often_than_alpha() {
        let (alpha, rounds) = (0.05, 2_000_u64);
        let truth = -(0.1_f64.ln()) * 1e6;
        let (mut too_high, mut too_low) = (0, 0);
        for round in 0..rounds {
            let mut histogram = Histogram::default();
            for draw in 0..200 {
                let share = fraction(decide(round, 1, 2, draw, 3));
                histogram.add(bucket_of((-(1.0 - share).ln() * 1e6) as u64), 1);
            }
            let estimate = quantile_estimate(&histogram, 0.9, alpha).unwrap();
            too_high += u64::from(estimate.lower.unwrap() > truth);
            too_low += u64::from(estimate.upper.unwrap() < truth);
        }
        let allowed = (alpha * rounds as f64) as u64;
        assert!(too_high <= allowed && too_low <= allowed, "{too_high} and {too_low} of {rounds}, allowed {allowed}");
        assert!(too_high + too_low > 0, "an interval that is never wrong is wider than asked");
    }

    #[test]
    fn the_open_last_bucket_bounds_nothing() {
        let mut histogram = Histogram::default();
        histogram.add(bucket_of(u64::MAX), 1_000);
        let estimate = quantile_estimate(&histogram, 0.5, 0.05).unwrap();
        assert_eq!(estimate.upper, None);
        assert!(estimate.lower.is_some());
    }
}
