//! Takes how often something was seen with and without faults, hands on how many times as often, with a 95 % interval.

use crate::verdict::{lower_bound, upper_bound};
use squall_model::{ControlCount, Lift};

/// The two-sided 95 % quantile of the normal distribution.
const NORMAL_95: f64 = 1.959_963_985;
/// Each of two exact bounds may be wrong this often, so that their ratio holds with 95 %.
const ALPHA_EACH: f64 = 0.025;

/// The ratio of the treatment's rate to the control's; `None` if either counted nothing to compare, or more cases than
/// operations.
///
/// With cases on both sides this is Katz's interval of the logarithm of the ratio (Katz, Baptista, Azen, Pike,
/// "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34, 1978). A control without cases
/// has no ratio, but an exact lower bound of it: the treatment's lower bound over the control's upper one.
pub fn lift(count: u64, out_of: u64, control: ControlCount) -> Option<Lift> {
    if out_of == 0 || control.out_of == 0 || count > out_of || control.count > control.out_of || count == 0 {
        return None;
    }
    if control.count == 0 {
        let lower = lower_bound(count, out_of, ALPHA_EACH) / upper_bound(0, control.out_of, ALPHA_EACH);
        return Some(Lift { lower, value: None, upper: None });
    }
    let (hits, tries) = (count as f64, out_of as f64);
    let (control_hits, control_tries) = (control.count as f64, control.out_of as f64);
    let ratio = (hits / tries) / (control_hits / control_tries);
    let variance = 1.0 / hits - 1.0 / tries + 1.0 / control_hits - 1.0 / control_tries;
    let margin = (NORMAL_95 * variance.max(0.0).sqrt()).exp();
    Some(Lift { lower: ratio / margin, value: Some(ratio), upper: Some(ratio * margin) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::decision::{decide, fraction};

    #[test]
    fn the_interval_is_katzs() {
        // 30 of 100 against 10 of 100: ratio 3, standard error of its logarithm √(1/30 − 1/100 + 1/10 − 1/100) =
        // 0.3367.
        let lift = lift(30, 100, ControlCount { count: 10, out_of: 100 }).unwrap();
        assert!((lift.value.unwrap() - 3.0).abs() < 1e-12);
        assert!((lift.lower - 1.551).abs() < 1e-3, "{}", lift.lower);
        assert!((lift.upper.unwrap() - 5.804).abs() < 1e-3, "{:?}", lift.upper);
    }

    #[test]
    fn a_control_without_cases_bounds_the_lift_from_below_only() {
        let lift = lift(1_000, 10_000, ControlCount { count: 0, out_of: 10_000 }).unwrap();
        assert_eq!((lift.value, lift.upper), (None, None));
        // At most 3.69 of 10,000 in the control (97.5 %), at least 941 of 10,000 in the treatment.
        assert!((250.0..260.0).contains(&lift.lower), "{}", lift.lower);
    }

    #[test]
    fn nothing_to_compare_has_no_lift() {
        assert_eq!(lift(3, 10, ControlCount { count: 0, out_of: 0 }), None);
        assert_eq!(lift(30, 10, ControlCount { count: 0, out_of: 10 }), None);
    }

    #[test]
    fn the_lower_end_is_wrong_no_more_often_than_one_in_forty() {
        let draw = |round: u64, stream: u64, tries: u64, rate: f64| {
            (0..tries).filter(|count| fraction(decide(round, 8, stream, *count, 9)) < rate).count() as u64
        };
        let wrong = (0..1_000_u64).filter(|round| {
            let control = ControlCount { count: draw(*round, 1, 400, 0.03), out_of: 400 };
            lift(draw(*round, 2, 400, 0.06), 400, control).is_some_and(|lift| lift.lower > 2.0)
        });
        let wrong = wrong.count();
        assert!((1..=40).contains(&wrong), "{wrong} of 1,000");
    }
}
