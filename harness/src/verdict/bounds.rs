//! Takes hits among tries, hands on exact one-sided bounds of the rate (Clopper and Pearson, "The use of confidence or
//! fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934).
//!
//! A bound at `alpha` is wrong at most that often, whatever the rate. The bounds are found by bisection on the exact
//! tails over the log-odds, and rounded outwards, so that no rounding makes a verdict bolder than its data. Operations
//! are taken as independent; bursts make every such bound too narrow.

use super::binomial::{Chance, at_least, at_most};

/// The log-odds between which rates are looked for: 10⁻²⁶ on either side, beyond what any number of operations shows.
const LOG_ODDS_MAX: f64 = 60.0;
/// Halvings of that range until its width is below the resolution of a double.
const HALVINGS: u32 = 60;

/// The rate that the true one exceeds with confidence `1 − alpha`; 0 without hits.
pub fn lower_bound(hits: u64, tries: u64, alpha: f64) -> f64 {
    if hits == 0 || tries == 0 {
        return 0.0;
    }
    if hits >= tries {
        return (alpha.ln() / tries as f64).exp();
    }
    // More hits grow likelier with the rate: the bound is where they are still no likelier than alpha.
    let (low, _) = bisect(|chance| at_least(hits, tries, chance) <= alpha);
    low.hit
}

/// The rate that the true one stays below with confidence `1 − alpha`; 1 if nothing was tried.
pub fn upper_bound(hits: u64, tries: u64, alpha: f64) -> f64 {
    if hits >= tries {
        return 1.0;
    }
    if hits == 0 {
        return -(alpha.ln() / tries as f64).exp_m1();
    }
    let (_, high) = bisect(|chance| at_most(hits, tries, chance) > alpha);
    high.hit
}

/// Whether the lower bound at `alpha` lies above `limit`: the same answer as [`lower_bound`], for one tail's price.
pub(super) fn is_above(hits: u64, tries: u64, limit: f64, alpha: f64) -> bool {
    hits > 0 && limit < 1.0 && at_least(hits, tries, Chance::new(limit)) < alpha
}

/// The fewest operations without one hit that prove a rate below `limit` with confidence `1 − alpha`; `u64::MAX` if no
/// number does.
///
/// ```
/// assert_eq!(squall::verdict::operations_needed(0.0001, 0.05), 29_956);
/// ```
pub fn operations_needed(limit: f64, alpha: f64) -> u64 {
    if limit <= 0.0 {
        return u64::MAX;
    }
    if limit >= 1.0 {
        return 1;
    }
    let estimate = (alpha.ln() / (-limit).ln_1p()).floor() as u64;
    let first = estimate.saturating_sub(1).max(1);
    (first..=first.saturating_add(3)).find(|tries| upper_bound(0, *tries, alpha) < limit).unwrap_or(u64::MAX)
}

/// The chances on both sides of the place where `holds` turns from true to false.
fn bisect(holds: impl Fn(Chance) -> bool) -> (Chance, Chance) {
    let (mut low, mut high) = (-LOG_ODDS_MAX, LOG_ODDS_MAX);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if holds(Chance::from_log_odds(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (Chance::from_log_odds(low), Chance::from_log_odds(high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds_agree_with_published_tables() {
        // Two-sided 95 % limits (2.5 % on each side), from the tables of Clopper and Pearson as reprinted since.
        for (hits, tries, lower, upper) in [
            (0, 10, 0.0, 0.308_497),
            (1, 10, 0.002_529, 0.445_016),
            (5, 10, 0.187_086, 0.812_914),
            (9, 10, 0.554_984, 0.997_471),
            (10, 10, 0.691_503, 1.0),
            (4, 20, 0.057_334, 0.436_614),
            (50, 100, 0.398_321, 0.601_679),
        ] {
            assert!((lower_bound(hits, tries, 0.025) - lower).abs() < 2e-6, "lower of {hits} in {tries}");
            assert!((upper_bound(hits, tries, 0.025) - upper).abs() < 2e-6, "upper of {hits} in {tries}");
        }
    }

    #[test]
    fn bounds_hold_up_to_a_billion_tries() {
        let tries = 1_000_000_000;
        for hits in [1, 3, 1_000, 2_000_000, 500_000_000, tries - 1] {
            for alpha in [0.05, 1e-6] {
                let (lower, upper) = (lower_bound(hits, tries, alpha), upper_bound(hits, tries, alpha));
                let above = at_least(hits, tries, Chance::new(lower));
                let below = at_most(hits, tries, Chance::new(upper));
                assert!((above - alpha).abs() < alpha * 1e-4, "lower of {hits} at {alpha}: tail {above}");
                // An upper bound this close to 1 leaves one digit of its complement to test with.
                let slack = if hits == tries - 1 { 0.2 } else { 1e-4 };
                assert!((below - alpha).abs() < alpha * slack, "upper of {hits} at {alpha}: tail {below}");
            }
        }
        // The rule of three: nothing in n tries leaves at most 3/n at 95 %.
        assert!((upper_bound(0, tries, 0.05) * 1e9 - 2.995_732).abs() < 1e-5);
        assert!(((1.0 - lower_bound(tries, tries, 0.05)) * 1e9 - 2.995_732).abs() < 1e-5);
    }

    /// The share of all outcomes whose bound is wrong, added up over the whole distribution.
    fn share_wrong(tries: u64, chance: f64, is_wrong: impl Fn(u64) -> bool) -> f64 {
        let mut probability = (1.0 - chance).powi(tries as i32);
        let mut sum = 0.0;
        for hits in 0..=tries {
            if is_wrong(hits) {
                sum += probability;
            }
            probability *= (tries - hits) as f64 / (hits + 1) as f64 * chance / (1.0 - chance);
        }
        sum
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_bound_is_wrong_no_more_often_than_alpha(
            tries in 1_u64..60,
            chance in 0.01_f64..0.99,
            alpha in 0.001_f64..0.3,
        ) {
            let lower = share_wrong(tries, chance, |hits| lower_bound(hits, tries, alpha) > chance);
            let upper = share_wrong(tries, chance, |hits| upper_bound(hits, tries, alpha) < chance);
            prop_assert!(lower <= alpha + 1e-9, "lower bounds wrong in {}", lower);
            prop_assert!(upper <= alpha + 1e-9, "upper bounds wrong in {}", upper);
        }

        #[test]
        fn more_hits_raise_both_bounds_and_more_confidence_widens_them(
            tries in 2_u64..100_000,
            share in 0.0_f64..1.0,
            alpha in 1e-6_f64..0.4,
        ) {
            let hits = (share * (tries - 1) as f64) as u64;
            prop_assert!(lower_bound(hits, tries, alpha) < lower_bound(hits + 1, tries, alpha));
            prop_assert!(upper_bound(hits, tries, alpha) <= upper_bound(hits + 1, tries, alpha));
            prop_assert!(lower_bound(hits, tries, alpha / 2.0) <= lower_bound(hits, tries, alpha));
            prop_assert!(upper_bound(hits, tries, alpha / 2.0) >= upper_bound(hits, tries, alpha));
            let rate = hits as f64 / tries as f64;
            prop_assert!(lower_bound(hits, tries, alpha) <= rate && rate <= upper_bound(hits, tries, alpha));
        }

        #[test]
        fn the_short_test_says_the_same_as_the_bound(
            tries in 1_u64..5_000,
            share in 0.0_f64..1.0,
            limit in 0.001_f64..0.999,
            alpha in 1e-4_f64..0.3,
        ) {
            let hits = (share * tries as f64) as u64;
            prop_assert_eq!(is_above(hits, tries, limit, alpha), lower_bound(hits, tries, alpha) > limit);
        }

        #[test]
        fn one_operation_less_than_needed_proves_nothing(limit in 1e-8_f64..0.9, alpha in 1e-6_f64..0.3) {
            let needed = operations_needed(limit, alpha);
            prop_assert!(upper_bound(0, needed, alpha) < limit);
            prop_assert!(needed == 1 || upper_bound(0, needed - 1, alpha) >= limit);
        }
    }
}
