//! Takes a number of tries and the chance of each, hands on exact tail probabilities of the number of hits.
//!
//! `statrs` computes the same through differences of large log-gammas and at most 140 steps of a continued fraction:
//! at a billion tries its tails are off in the sixth digit or have not converged. Here the single probability is
//! Loader's saddle-point form ("Fast and accurate computation of binomial probabilities", 2000), which has no
//! cancellation, and the tail is Lentz's continued fraction of the incomplete beta function (Press et al., "Numerical
//! Recipes", 6.4), run until it stands still.

use std::f64::consts::PI;

/// The continued fraction converges within a multiple of the square root of the tries: a billion need about 30,000
/// steps at worst. More steps than this only happen on input that no trial can give.
const STEPS_MAX: u32 = 4_000_000;
/// The fraction is done when a step changes it by less than this share.
const STANDSTILL: f64 = 1e-15;
/// Stands for a zero denominator in Lentz's method.
const TINY: f64 = 1e-300;

/// A chance and its complement, both kept in full precision: near 1 the complement cannot be had from the chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chance {
    pub(super) hit: f64,
    pub(super) miss: f64,
}

impl Chance {
    /// The chance `hit`, from 0 to 1.
    pub(super) fn new(hit: f64) -> Self {
        let hit = hit.clamp(0.0, 1.0);
        Self { hit, miss: 1.0 - hit }
    }

    /// The chance whose odds have this logarithm.
    pub(super) fn from_log_odds(log_odds: f64) -> Self {
        Self { hit: 1.0 / (1.0 + (-log_odds).exp()), miss: 1.0 / (1.0 + log_odds.exp()) }
    }
}

/// The probability of `hits` or more in `tries`.
pub(super) fn at_least(hits: u64, tries: u64, chance: Chance) -> f64 {
    split(hits, tries, chance).1
}

/// The probability of `hits` or fewer in `tries`.
pub(super) fn at_most(hits: u64, tries: u64, chance: Chance) -> f64 {
    split(hits.saturating_add(1), tries, chance).0
}

/// The probabilities of fewer than `hits`, and of `hits` or more. The smaller of the two is computed, the other is its
/// complement.
fn split(hits: u64, tries: u64, chance: Chance) -> (f64, f64) {
    if hits == 0 || chance.miss <= 0.0 && hits <= tries {
        return (0.0, 1.0);
    }
    if hits > tries || chance.hit <= 0.0 {
        return (1.0, 0.0);
    }
    let (first, second) = (hits as f64, (tries - hits + 1) as f64);
    if chance.hit < (first + 1.0) / (first + second + 2.0) {
        let density = probability(hits, tries, chance) * chance.miss;
        let above = (density * continued_fraction(first, second, chance.hit)).min(1.0);
        (1.0 - above, above)
    } else {
        let density = probability(hits - 1, tries, chance) * chance.hit;
        let below = (density * continued_fraction(second, first, chance.miss)).min(1.0);
        (below, 1.0 - below)
    }
}

/// The probability of exactly `hits` in `tries`, after Loader.
fn probability(hits: u64, tries: u64, chance: Chance) -> f64 {
    let (count, total) = (hits as f64, tries as f64);
    if hits == 0 {
        return (total * natural_log(chance.miss, chance.hit)).exp();
    }
    if hits == tries {
        return (total * natural_log(chance.hit, chance.miss)).exp();
    }
    let rest = total - count;
    let exponent = stirling_error(tries)
        - stirling_error(hits)
        - stirling_error(tries - hits)
        - deviance(count, total * chance.hit)
        - deviance(rest, total * chance.miss);
    exponent.exp() * (total / (2.0 * PI * count * rest)).sqrt()
}

/// The logarithm of a chance whose complement is known as precisely as itself.
fn natural_log(value: f64, complement: f64) -> f64 {
    if complement < 0.5 { (-complement).ln_1p() } else { value.ln() }
}

/// How far Stirling's formula is from the logarithm of `number!`.
fn stirling_error(number: u64) -> f64 {
    const EXACT_MAX: u64 = 15;
    let value = number as f64;
    if number == 0 {
        return 0.0;
    }
    if number <= EXACT_MAX {
        let factorial: f64 = (1..=number).map(|factor| factor as f64).product();
        return factorial.ln() - (0.5 * (2.0 * PI * value).ln() + value * value.ln() - value);
    }
    let square = value * value;
    let series = 1.0 / 1_680.0 - 1.0 / (1_188.0 * square);
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1_260.0 - series / square) / square) / square) / value
}

/// `count · ln(count / mean) + mean − count` without cancellation when both are close.
fn deviance(count: f64, mean: f64) -> f64 {
    let difference = count - mean;
    if difference.abs() >= 0.1 * (count + mean) {
        return count * (count / mean).ln() + mean - count;
    }
    let ratio = difference / (count + mean);
    let mut sum = difference * ratio;
    let mut term = 2.0 * count * ratio;
    for step in 1..1_000_u32 {
        term *= ratio * ratio;
        let next = sum + term / f64::from(2 * step + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn continued_fraction(first: f64, second: f64, chance: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / away_from_zero(1.0 - (first + second) * chance / (first + 1.0));
    let mut fraction = denominator;
    for step in 1..STEPS_MAX {
        let step = f64::from(step);
        let double = 2.0 * step;
        let even = step * (second - step) * chance / ((first - 1.0 + double) * (first + double));
        let odd = -(first + step) * (first + second + step) * chance / ((first + double) * (first + 1.0 + double));
        let mut change = 1.0;
        for coefficient in [even, odd] {
            denominator = 1.0 / away_from_zero(1.0 + coefficient * denominator);
            numerator = away_from_zero(1.0 + coefficient / numerator);
            change = denominator * numerator;
            fraction *= change;
        }
        if (change - 1.0).abs() <= STANDSTILL {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pascal's triangle, one row: the probabilities of 0, 1, …, `tries` hits by repeated convolution, without any
    /// logarithm or gamma function.
    fn row(tries: usize, chance: f64) -> Vec<f64> {
        let mut row = vec![1.0];
        for _ in 0..tries {
            let mut next = vec![0.0; row.len() + 1];
            for (hits, probability) in row.iter().enumerate() {
                next[hits] += probability * (1.0 - chance);
                next[hits + 1] += probability * chance;
            }
            row = next;
        }
        row
    }

    proptest! {
        #[test]
        fn tails_equal_the_sum_over_pascals_triangle(
            tries in 1_usize..120,
            share in 0.0_f64..1.0,
            chance in 0.001_f64..0.999,
        ) {
            let hits = (share * tries as f64) as usize;
            let row = row(tries, chance);
            let above: f64 = row[hits..].iter().rev().sum();
            let below: f64 = row[..=hits].iter().sum();
            let (hits, tries, chance) = (hits as u64, tries as u64, Chance::new(chance));
            prop_assert!((at_least(hits, tries, chance) - above).abs() <= 1e-12 + above * 1e-10);
            prop_assert!((at_most(hits, tries, chance) - below).abs() <= 1e-12 + below * 1e-10);
        }
    }

    #[test]
    fn tails_of_a_billion_tries_agree_with_the_sum_of_their_terms() {
        let tries = 1_000_000_000;
        for (hits, chance) in [(3, 1e-9), (120_000, 1.19e-4), (500_003_000, 0.5), (300_000_000, 0.300_02)] {
            let chance = Chance::new(chance);
            let (below, above) = split(hits, tries, chance);
            let summed = if above < below {
                (hits..hits + 400_000).map(|count| probability(count, tries, chance)).sum::<f64>()
            } else {
                (hits.saturating_sub(400_000)..hits).map(|count| probability(count, tries, chance)).sum::<f64>()
            };
            let tail = below.min(above);
            assert!((tail - summed).abs() <= summed * 1e-7, "{hits} of a billion: {tail} against {summed}");
        }
    }

    #[test]
    fn the_rare_limit_is_poisson() {
        // P(X ≥ 3) for a Poisson variable of mean 1 is 1 − 2.5/e.
        let tail = at_least(3, 1_000_000_000, Chance::new(1e-9));
        assert!((tail - (1.0 - 2.5 * (-1.0_f64).exp())).abs() < 1e-9, "{tail}");
    }
}
