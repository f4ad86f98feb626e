//! Takes a measured value with its one-sided bounds, hands on a verdict against a limit: the only place where an
//! interval and a limit meet.

use squall_model::{Side, Verdict};

/// A measured value with the bounds that the data give it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// The true value lies above; `None` if the data give no such bound.
    pub lower: Option<f64>,
    /// The true value lies below; `None` if the data give no such bound.
    pub upper: Option<f64>,
}

impl Estimate {
    /// Pass only if the bound on the far side is on the limit's good side, fail only if the near one is beyond it.
    pub fn verdict(&self, side: Side, limit: f64) -> Verdict {
        let (proves_good, proves_bad) = match side {
            Side::Below => {
                (self.upper.is_some_and(|upper| upper < limit), self.lower.is_some_and(|lower| lower > limit))
            }
            Side::Above => {
                (self.lower.is_some_and(|lower| lower > limit), self.upper.is_some_and(|upper| upper < limit))
            }
        };
        match (proves_good, proves_bad) {
            (_, true) => Verdict::Fail,
            (true, false) => Verdict::Pass,
            (false, false) => Verdict::Inconclusive,
        }
    }

    /// How many times `baseline` it is. Each bound takes the worse end of the baseline's interval, so a ratio of two
    /// bounds at half of alpha holds at alpha. `None` if the baseline's value is 0.
    pub fn ratio_to(&self, baseline: &Self) -> Option<Self> {
        let quotient = |over: Option<f64>, under: Option<f64>| match (over, under) {
            (Some(over), Some(under)) if under > 0.0 => Some(over / under),
            _ => None,
        };
        (baseline.value > 0.0).then(|| Self {
            value: self.value / baseline.value,
            lower: quotient(self.lower, baseline.upper),
            upper: quotient(self.upper, baseline.lower),
        })
    }

    /// The same in another unit.
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            lower: self.lower.map(|lower| lower * factor),
            upper: self.upper.map(|upper| upper * factor),
        }
    }

    /// The interval in words: `A to B`, `at least A`, `at most B`, or that there is none.
    pub fn bounds_in_words(&self, show: impl Fn(f64) -> String) -> String {
        match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => format!("{} to {}", show(lower), show(upper)),
            (Some(lower), None) => format!("at least {}", show(lower)),
            (None, Some(upper)) => format!("at most {}", show(upper)),
            (None, None) => "too few to bound it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_interval_that_holds_the_limit_decides_nothing(
            lower in 0.0_f64..1.0,
            width in 0.0_f64..1.0,
            share in 0.0_f64..=1.0,
        ) {
            let estimate = Estimate { value: lower, lower: Some(lower), upper: Some(lower + width) };
            let limit = lower + width * share;
            for side in [Side::Below, Side::Above] {
                prop_assert_eq!(estimate.verdict(side, limit.clamp(lower, lower + width)), Verdict::Inconclusive);
            }
        }

        #[test]
        fn a_ratio_holds_every_ratio_of_its_parts(
            own in 1.0_f64..9.0,
            base in 1.0_f64..9.0,
            a in 0.0_f64..=1.0,
            b in 0.0_f64..=1.0,
        ) {
            let around = |value: f64| Estimate { value, lower: Some(value * 0.8), upper: Some(value * 1.3) };
            let inside = |value: f64, share: f64| value * (0.8 + 0.5 * share);
            let ratio = around(own).ratio_to(&around(base)).unwrap();
            let one = inside(own, a) / inside(base, b);
            prop_assert!(ratio.lower.unwrap() <= one * (1.0 + 1e-12) && one <= ratio.upper.unwrap() * (1.0 + 1e-12));
        }
    }

    #[test]
    fn no_bounds_decide_nothing() {
        let unbounded = Estimate { value: 0.0, lower: None, upper: None };
        assert_eq!(unbounded.verdict(Side::Below, 1.0), Verdict::Inconclusive);
        assert_eq!(unbounded.verdict(Side::Above, -1.0), Verdict::Inconclusive);
    }
}
