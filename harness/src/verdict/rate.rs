//! Takes a threshold on a share of operations, hands on a ruling by exact binomial bounds.
//!
//! Operations that squall's own panics ended count neither above nor below the line. A breach in any second of the
//! phase counts like one of the whole phase; so that looking at many seconds finds no breach where there is none, half
//! of alpha goes to the whole phase and the other half is shared among the seconds. A pass is a statement on the whole
//! phase.

use super::bounds::{is_above, lower_bound, operations_needed, upper_bound};
use super::estimate::Estimate;
use super::threshold::{Ruling, compare, compare_to_baseline, nothing_to_judge, written_limit};
use super::windows::{Window, windows};
use squall_model::text::{count, nanos, percent};
use squall_model::{Limit, Metric, Outcome, Phase, Side, Threshold, TrialRecord, Verdict};

/// The outcome that a rate counts; `None` for metrics that are no rates.
pub(super) const fn counted_outcome(metric: Metric) -> Option<Outcome> {
    match metric {
        Metric::PanicRate => Some(Outcome::Panic),
        Metric::ErrorRate => Some(Outcome::Error),
        Metric::TimeoutRate => Some(Outcome::Timeout),
        Metric::Throughput | Metric::Latency { .. } | Metric::RecoveryTime => None,
    }
}

/// Judges a rate on one trial.
pub(super) fn judge(threshold: &Threshold, record: &TrialRecord, alpha: f64) -> Ruling {
    let outcome = counted_outcome(threshold.metric).unwrap_or(Outcome::Error);
    if let Some(reason) = nothing_to_judge(record, threshold.phase) {
        return Ruling::inconclusive(None, written_limit(threshold.limit), reason);
    }
    match threshold.limit {
        Limit::Absolute(limit) => absolute(threshold, outcome, record, limit, alpha),
        Limit::TimesBaseline(factor) => relative(threshold, outcome, record, factor, alpha),
    }
}

fn absolute(threshold: &Threshold, outcome: Outcome, record: &TrialRecord, limit: f64, alpha: f64) -> Ruling {
    let search = Search::new(threshold, outcome, record, limit, alpha);
    let (hits, tries) = hits_and_tries(record, threshold.phase, outcome);
    let estimate = estimate(hits, tries, search.alpha_whole, alpha);
    let whole = compare(&threshold.name, Side::Below, estimate, limit, percent);
    if whole.verdict == Verdict::Fail {
        return whole;
    }
    if let Some(breach) = search.breach(&threshold.name, limit) {
        return breach;
    }
    if whole.verdict == Verdict::Inconclusive && hits == 0 {
        let reason = format!(
            "{} is 0 % in {} operations (at most {}); {} takes {} operations",
            threshold.name,
            count(tries),
            percent(estimate.upper.unwrap_or(1.0)),
            percent(limit),
            count(operations_needed(limit, alpha)),
        );
        return Ruling { reason, ..whole };
    }
    whole
}

/// A rate against a multiple of the baseline's. Both bounds of the ratio take half of alpha in each phase. A baseline
/// without a single case has a rate of 0 at best guess, of which no multiple can be undercut; but its upper bound still
/// shows a fault phase that is plainly worse.
fn relative(threshold: &Threshold, outcome: Outcome, record: &TrialRecord, factor: f64, alpha: f64) -> Ruling {
    if let Some(reason) = nothing_to_judge(record, Phase::Baseline) {
        return Ruling::inconclusive(None, 0.0, reason);
    }
    let (base_hits, base_tries) = hits_and_tries(record, Phase::Baseline, outcome);
    let baseline = estimate(base_hits, base_tries, alpha / 2.0, alpha / 2.0);
    let bar = factor * baseline.upper.unwrap_or(1.0);
    let search = Search::new(threshold, outcome, record, bar, alpha / 2.0);
    let (hits, tries) = hits_and_tries(record, threshold.phase, outcome);
    let own = estimate(hits, tries, search.alpha_whole, alpha / 2.0);
    let ruling = if base_hits > 0 {
        compare_to_baseline(&threshold.name, Side::Below, (own, baseline), factor, percent)
    } else {
        against_empty_baseline(threshold, own, base_tries, bar)
    };
    if ruling.verdict == Verdict::Fail {
        return ruling;
    }
    match search.breach(&threshold.name, bar) {
        Some(breach) => Ruling { limit: ruling.limit, ..breach },
        None => ruling,
    }
}

fn against_empty_baseline(threshold: &Threshold, own: Estimate, base_tries: u64, bar: f64) -> Ruling {
    let name = &threshold.name;
    let seen = format!("{name} is {}, and 0 % in {} operations of the baseline", percent(own.value), count(base_tries));
    if own.lower.is_some_and(|lower| lower > bar) {
        let reason = format!(
            "{seen}: at least {}, above all that {} can mean, {}",
            shown(own.lower),
            threshold.written,
            percent(bar)
        );
        return Ruling { verdict: Verdict::Fail, estimate: Some(own), limit: 0.0, reason };
    }
    let reason = format!("{seen}: no rate can be proved below a multiple of 0 %; give {name} a limit of its own");
    Ruling::inconclusive(Some(own), 0.0, reason)
}

fn shown(bound: Option<f64>) -> String {
    percent(bound.unwrap_or(0.0))
}

/// The search for a breach in a part of the phase.
struct Search {
    outcome: Outcome,
    phase: Phase,
    /// What remains of alpha for the phase as a whole.
    alpha_whole: f64,
    /// What each window gets of it.
    alpha_window: f64,
    windows: Vec<Window>,
}

impl Search {
    /// Only windows that could decide at all are searched. How many these are depends on how many operations they hold,
    /// not on how those ended, so the choice costs no confidence.
    fn new(threshold: &Threshold, outcome: Outcome, record: &TrialRecord, bar: f64, alpha: f64) -> Self {
        let phase = threshold.phase;
        let all = windows(record, phase);
        let alpha_window = alpha / 2.0 / all.len().max(1) as f64;
        let can_decide =
            |window: &Window| lower_bound(window.outcomes.judged(), window.outcomes.judged(), alpha_window) > bar;
        let windows: Vec<_> = all.iter().copied().filter(can_decide).collect();
        if all.len() < 2 || windows.is_empty() {
            return Self { outcome, phase, alpha_whole: alpha, alpha_window: 0.0, windows: Vec::new() };
        }
        let alpha_window = alpha / 2.0 / windows.len() as f64;
        Self { outcome, phase, alpha_whole: alpha / 2.0, alpha_window, windows }
    }

    /// The worst window whose lower bound lies above `bar`, if any.
    fn breach(&self, name: &str, bar: f64) -> Option<Ruling> {
        let broken = self.windows.iter().filter_map(|window| {
            let (hits, tries) = (window.outcomes.get(self.outcome), window.outcomes.judged());
            is_above(hits, tries, bar, self.alpha_window)
                .then(|| (window, estimate(hits, tries, self.alpha_window, self.alpha_window)))
        });
        let (window, worst) =
            broken.max_by(|one, other| one.1.lower.partial_cmp(&other.1.lower).unwrap_or(std::cmp::Ordering::Equal))?;
        let reason = format!(
            "{name} was {} (at least {}) from {} to {} of the {} phase, above {}",
            percent(worst.value),
            shown(worst.lower),
            nanos(window.start.nanos() as f64),
            nanos(window.end().nanos() as f64),
            self.phase,
            percent(bar),
        );
        Some(Ruling { verdict: Verdict::Fail, estimate: Some(worst), limit: bar, reason })
    }
}

fn hits_and_tries(record: &TrialRecord, phase: Phase, outcome: Outcome) -> (u64, u64) {
    let outcomes = record.outcomes(phase);
    (outcomes.get(outcome), outcomes.judged())
}

fn estimate(hits: u64, tries: u64, alpha_lower: f64, alpha_upper: f64) -> Estimate {
    Estimate {
        value: hits as f64 / tries.max(1) as f64,
        lower: Some(lower_bound(hits, tries, alpha_lower)),
        upper: Some(upper_bound(hits, tries, alpha_upper)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use squall_model::decision::{decide, fraction};

    fn ruling(record: &TrialRecord, name: &str, written: &str) -> Ruling {
        judge(&Threshold::parse(name, written).unwrap(), record, 0.05)
    }

    #[test]
    fn a_breach_of_one_second_fails_although_the_whole_phase_holds() {
        let mut at = 0;
        let record = fixture::record_with(
            |interval| {
                at += 1;
                interval.outcomes.error = if (31..=40).contains(&at) { 20 } else { 0 };
            },
            100,
        );
        // 200 errors in 100,000 operations are 0.2 %, within 1 %; within their second they are 2 %.
        let ruling = ruling(&record, "error_rate", "< 1%");
        assert_eq!(ruling.verdict, Verdict::Fail);
        assert!(ruling.reason.contains("from 3 s to 4 s of the fault phase"), "{}", ruling.reason);
        assert!(ruling.estimate.unwrap().lower.unwrap() > ruling.limit);
    }

    #[test]
    fn nothing_in_too_few_operations_says_how_many_it_takes() {
        let record = fixture::record_with(|_| {}, 10);
        let ruling = ruling(&record, "panic_rate", "< 0.01%");
        assert_eq!(ruling.verdict, Verdict::Inconclusive);
        assert_eq!(
            ruling.reason,
            "panic_rate is 0 % in 10,000 operations (at most 0.03 %); 0.01 % takes 29,956 operations"
        );
    }

    #[test]
    fn operations_that_squall_ended_itself_are_not_judged() {
        let record = fixture::record_with(|interval| interval.outcomes.injected = 1_000_000, 40);
        let ruling = ruling(&record, "panic_rate", "< 0.01%");
        assert_eq!(ruling.estimate.unwrap().upper, Some(upper_bound(0, 40_000, 0.05)));
    }

    #[test]
    fn a_baseline_without_errors_never_passes_but_can_fail() {
        let clean = fixture::record_with(|_| {}, 40);
        let judged = ruling(&clean, "error_rate", "< 3x baseline");
        assert_eq!(judged.verdict, Verdict::Inconclusive);
        assert!(judged.reason.contains("a limit of its own"), "{}", judged.reason);
        let mut single = clean;
        fixture::phase_mut(&mut single, Phase::Fault).by_operation[0].error = 1;
        let judged = ruling(&single, "error_rate", "< 3x baseline");
        assert_eq!(judged.verdict, Verdict::Inconclusive, "one error is no breach: {}", judged.reason);
        let broken = fixture::record_with(|interval| interval.outcomes.error = 100, 40);
        assert_eq!(ruling(&broken, "error_rate", "< 3x baseline").verdict, Verdict::Fail);
    }

    #[test]
    fn a_rate_is_compared_with_its_own_baseline() {
        let mut record = fixture::record_with(|interval| interval.outcomes.error = 40, 40);
        fixture::phase_mut(&mut record, Phase::Baseline).by_operation[0].error = 400;
        // 4 % in the fault phase, 400 of 30,400 (1.3 %) in the baseline: about three times.
        assert_eq!(ruling(&record, "error_rate", "< 2x baseline").verdict, Verdict::Fail);
        assert_eq!(ruling(&record, "error_rate", "< 5x baseline").verdict, Verdict::Pass);
        let close = ruling(&record, "error_rate", "< 2.9x baseline");
        assert_eq!(close.verdict, Verdict::Inconclusive);
        assert!(close.reason.contains("times its baseline"), "{}", close.reason);
    }

    /// How many of 2,000 simulated trials of six seconds end with each verdict.
    fn simulate(rate: f64, limit: &str) -> [usize; 3] {
        let mut verdicts = [0; 3];
        for trial in 0..2_000_u64 {
            let mut draw = 0;
            let record = fixture::record_of(60, 50, |interval| {
                let hit = |draw: u64| fraction(decide(trial, 4, 5, draw, 6)) < rate;
                interval.outcomes.panic = (0..50).filter(|offset| hit(draw + offset)).count() as u64;
                interval.outcomes.ok = 50 - interval.outcomes.panic;
                draw += 50;
            });
            verdicts[ruling(&record, "panic_rate", limit).verdict as usize] += 1;
        }
        verdicts
    }

    #[test]
    fn clean_trials_at_a_tenth_of_the_limit_never_fail() {
        let [passed, _, failed] = simulate(0.001, "< 1%");
        assert_eq!(failed, 0);
        assert!(passed > 1_900, "only {passed} of 2,000 clean trials passed");
    }

    #[test]
    fn trials_exactly_at_the_limit_fail_and_pass_no_more_often_than_alpha() {
        let [passed, _, failed] = simulate(0.01, "< 1%");
        assert!(failed <= 100 && passed <= 100, "{failed} failed and {passed} passed of 2,000, 100 are allowed");
        assert!(failed > 0 && passed > 0, "a test that never errs at the limit is weaker than asked");
    }
}
