//! Takes the recovery phase's timeline, hands on when the target had returned to its baseline.
//!
//! An interval is bad if it does much less, takes much longer, or fails plainly more often than the baseline did. The
//! target has recovered at the first good interval that begins a stretch of [`STRETCH`] intervals with at most one bad
//! one: one hiccup after healing is no relapse. The time is known to the width of the intervals, and judged so.

use super::bounds::{is_above, upper_bound};
use super::estimate::Estimate;
use super::rate::counted_outcome;
use super::threshold::{Ruling, compare, nothing_to_judge, written_limit};
use squall_model::text::{nanos, per_second, percent};
use squall_model::{Criteria, Interval, Limit, Outcome, Phase, Side, Threshold, TrialRecord, Verdict};

/// How many intervals in a row show that the target is back.
const STRETCH: usize = 5;
/// At the phase's end fewer have to do, but not fewer than these.
const STRETCH_MIN: usize = 3;
/// So many of a stretch may be bad.
const BAD_MAX: usize = 1;
/// Intervals are joined until the baseline has so many operations in each: with fewer, chance alone halves a count.
const OPERATIONS_PER_INTERVAL: f64 = 20.0;
/// Below this share of the baseline's median rate, throughput is bad.
const THROUGHPUT_SHARE: f64 = 0.5;
/// A p99 is bad above so many times the baseline's largest …
const LATENCY_FACTOR: u64 = 3;
/// … and so much above it, since a few microseconds triple by themselves.
const LATENCY_MARGIN_NANOS: u64 = 1_000_000;
/// How often an interval may be called bad for its rate of failures although it is not.
const ALPHA: f64 = 0.01;
/// No rate of failures below this makes an interval bad, unless the plan's own threshold is above.
const RATE_FLOOR: f64 = 0.01;

/// Judges the time from healing the last fault to the return to baseline.
pub(super) fn judge(threshold: &Threshold, criteria: &Criteria, record: &TrialRecord) -> Ruling {
    let limit = written_limit(threshold.limit);
    if let Some(reason) = nothing_to_judge(record, Phase::Recovery) {
        return Ruling::inconclusive(None, limit, reason);
    }
    let normal = match Normal::of(criteria, record) {
        Ok(normal) => normal,
        Err(reason) => return Ruling::inconclusive(None, limit, reason),
    };
    let series = joined(record, Phase::Recovery, normal.join);
    if series.len() < STRETCH_MIN {
        let reason = format!("the recovery phase has fewer than {STRETCH_MIN} intervals that can be compared");
        return Ruling::inconclusive(None, limit, reason);
    }
    let troubles: Vec<_> = series.iter().map(|interval| normal.trouble(interval)).collect();
    let start = series[0].start.nanos();
    let since_start = |nanos: u64| nanos.saturating_sub(start) as f64;
    match first_recovered(&troubles) {
        Some(first) => {
            let estimate = Estimate {
                value: since_start(series[first].start.nanos()),
                lower: Some(since_start(series[first.saturating_sub(1)].start.nanos())),
                upper: Some(since_start(end_nanos(&series[first]))),
            };
            compare(&threshold.name, Side::Below, estimate, limit, nanos)
        }
        None => not_recovered(&series, &troubles, limit),
    }
}

/// The first good interval of a stretch with at most one bad one.
fn first_recovered(troubles: &[Option<String>]) -> Option<usize> {
    (0..troubles.len()).find(|first| {
        let stretch = &troubles[*first..troubles.len().min(first + STRETCH)];
        let bad = stretch.iter().flatten().count();
        troubles[*first].is_none() && stretch.len() >= STRETCH_MIN && bad <= BAD_MAX
    })
}

/// The phase's end came first. The last two intervals are too few to call a stretch, so if they are good, the target
/// may have recovered there: the limit is broken only if even that is beyond it.
fn not_recovered(series: &[Interval], troubles: &[Option<String>], limit: f64) -> Ruling {
    let start = series[0].start.nanos();
    let end = end_nanos(&series[series.len() - 1]);
    let undecided_from = series.len() - (STRETCH_MIN - 1);
    let maybe = (undecided_from..series.len()).find(|index| troubles[*index].is_none());
    let earliest = maybe.map_or(end, |index| series[index].start.nanos());
    let lower = earliest.saturating_sub(start) as f64;
    let trouble = troubles.iter().rev().flatten().next().cloned().unwrap_or_default();
    let phase_length = nanos((end - start) as f64);
    let estimate = Some(Estimate { value: lower, lower: Some(lower), upper: None });
    if lower >= limit {
        let reason = format!("not recovered {phase_length} after the faults were healed: {trouble}");
        return Ruling { verdict: Verdict::Fail, estimate, limit, reason };
    }
    let reason = format!(
        "not recovered by the end of the recovery phase, {phase_length}, too short for {}: {trouble}",
        nanos(limit)
    );
    Ruling::inconclusive(estimate, limit, reason)
}

fn end_nanos(interval: &Interval) -> u64 {
    interval.start.plus(interval.length).nanos()
}

/// What is normal: the baseline, in numbers.
struct Normal {
    /// How many intervals are joined into one.
    join: usize,
    rate_median: f64,
    p99_largest_nanos: u64,
    /// Above these rates failures are bad.
    failures: [(Outcome, f64); 3],
}

impl Normal {
    fn of(criteria: &Criteria, record: &TrialRecord) -> Result<Self, String> {
        if let Some(reason) = nothing_to_judge(record, Phase::Baseline) {
            return Err(format!("no baseline to return to: {reason}"));
        }
        let operations = operations_mean(record).ok_or("the baseline has no timeline to return to")?;
        let join = (OPERATIONS_PER_INTERVAL / operations).ceil().max(1.0) as usize;
        let baseline = joined(record, Phase::Baseline, join);
        Ok(Self {
            join,
            rate_median: median(baseline.iter().map(Interval::rate_per_second)),
            p99_largest_nanos: baseline.iter().map(|interval| interval.p99_nanos).max().unwrap_or(0),
            failures: [Outcome::Error, Outcome::Panic, Outcome::Timeout]
                .map(|outcome| (outcome, rate_limit(criteria, record, outcome))),
        })
    }

    /// What is bad about an interval, if anything is.
    fn trouble(&self, interval: &Interval) -> Option<String> {
        let rate = interval.rate_per_second();
        if rate < self.rate_median * THROUGHPUT_SHARE {
            let (rate, usual) = (per_second(rate), per_second(self.rate_median));
            return Some(format!("throughput is {rate}, less than half of {usual} in the baseline"));
        }
        let failing = self.failures.iter().find(|(outcome, limit)| {
            is_above(interval.outcomes.get(*outcome), interval.outcomes.judged(), *limit, ALPHA)
        });
        if let Some((outcome, limit)) = failing {
            let share = interval.outcomes.get(*outcome) as f64 / interval.outcomes.judged().max(1) as f64;
            return Some(format!(
                "{} of operations end in {}, above {}",
                percent(share),
                outcome.name(),
                percent(*limit)
            ));
        }
        let (p99, usual) = (interval.p99_nanos, self.p99_largest_nanos);
        let slow = p99 > usual.saturating_mul(LATENCY_FACTOR) && p99 > usual.saturating_add(LATENCY_MARGIN_NANOS);
        slow.then(|| {
            let (p99, usual) = (nanos(p99 as f64), nanos(usual as f64));
            format!("p99 is {p99}, more than {LATENCY_FACTOR} times {usual} in the baseline")
        })
    }
}

/// The rate above which an interval is bad: the plan's threshold, what the baseline may have had, or the floor.
fn rate_limit(criteria: &Criteria, record: &TrialRecord, outcome: Outcome) -> f64 {
    let of_plan = criteria.thresholds.iter().filter_map(|threshold| match threshold.limit {
        Limit::Absolute(limit) if counted_outcome(threshold.metric) == Some(outcome) => Some(limit),
        _ => None,
    });
    let baseline = record.outcomes(Phase::Baseline);
    let usual = upper_bound(baseline.get(outcome), baseline.judged(), ALPHA);
    of_plan.fold(usual.max(RATE_FLOOR), f64::max)
}

/// The phase's intervals, `join` by `join`; what remains at the end belongs to the last.
fn joined(record: &TrialRecord, phase: Phase, join: usize) -> Vec<Interval> {
    let intervals: Vec<_> = record.intervals(phase).cloned().collect();
    let mut series: Vec<Interval> = Vec::new();
    for chunk in intervals.chunks(join) {
        let whole = chunk[1..].iter().fold(chunk[0].clone(), |sum, next| sum.joined(next));
        match series.last_mut() {
            Some(last) if chunk.len() < join => *last = last.joined(&whole),
            _ => series.push(whole),
        }
    }
    series
}

/// The mean of the operations in a baseline interval; `None` without intervals or operations.
fn operations_mean(record: &TrialRecord) -> Option<f64> {
    let (intervals, operations) = record
        .intervals(Phase::Baseline)
        .fold((0_u64, 0_u64), |(count, sum), interval| (count + 1, sum + interval.outcomes.total()));
    (operations > 0).then(|| operations as f64 / intervals as f64)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<_> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;

    /// A trial whose recovery phase has an interval for each letter: `.` good, `m` slower by less than a
    /// millisecond, `s` slow, `t` little throughput, `e` errors.
    fn recovering(shape: &str) -> TrialRecord {
        let mut record = fixture::record_with(|_| {}, 40);
        fixture::cut_after(&mut record, Phase::Fault);
        let mut letters = shape.chars();
        let change = |interval: &mut Interval| match letters.next() {
            Some('m') => interval.p99_nanos = 900_000,
            Some('s') => interval.p99_nanos = 50_000_000,
            Some('t') => interval.outcomes.ok = 300,
            Some('e') => interval.outcomes.error = 60,
            _ => {}
        };
        fixture::append_phase(&mut record, Phase::Recovery, shape.len(), fixture::OPERATIONS, change);
        record
    }

    fn ruling(record: &TrialRecord, written: &str) -> Ruling {
        let plan = fixture::plan(&[("recovery.time", written), ("error_rate", "< 2%")]);
        judge(&plan.criteria.thresholds[0], &plan.criteria, record)
    }

    #[test]
    fn the_time_is_the_beginning_of_the_first_calm_stretch() {
        for (shape, millis) in [
            ("..........", 0),
            ("sst.......", 300),
            ("s.s.s.s.....", 500),
            ("t.ts.tt....", 700),
            (".s........", 0),
            ("mmmmmmmmmm", 0),
        ] {
            let ruling = ruling(&recovering(shape), "< 2s");
            assert_eq!(ruling.verdict, Verdict::Pass, "{shape}: {}", ruling.reason);
            assert!((ruling.estimate.unwrap().value - f64::from(millis) * 1e6).abs() < 1.0, "{shape}: {ruling:?}");
        }
    }

    #[test]
    fn a_recovery_after_the_limit_fails_and_one_within_an_interval_of_it_decides_nothing() {
        let record = recovering("ssssssss............");
        assert_eq!(ruling(&record, "< 500ms").verdict, Verdict::Fail);
        assert_eq!(ruling(&record, "< 800ms").verdict, Verdict::Inconclusive);
        assert_eq!(ruling(&record, "< 1s").verdict, Verdict::Pass);
    }

    #[test]
    fn what_never_recovers_fails_and_says_what_is_still_bad() {
        for (letter, part) in [("t", "throughput is 3,000/s"), ("s", "p99 is 50 ms"), ("e", "end in error, above 2 %")]
        {
            let ruling = ruling(&recovering(&letter.repeat(30)), "< 2s");
            assert_eq!(ruling.verdict, Verdict::Fail);
            assert!(ruling.reason.contains(part), "{}", ruling.reason);
        }
    }

    #[test]
    fn a_phase_as_long_as_the_limit_is_long_enough_to_fail() {
        assert_eq!(ruling(&recovering(&"s".repeat(20)), "< 2s").verdict, Verdict::Fail);
    }

    #[test]
    fn a_phase_shorter_than_the_limit_proves_no_failure() {
        let ruling = ruling(&recovering("ssssssssss"), "< 2s");
        assert_eq!(ruling.verdict, Verdict::Inconclusive);
        assert!(ruling.reason.contains("too short for 2 s"), "{}", ruling.reason);
    }

    #[test]
    fn a_good_end_that_is_too_short_to_tell_is_no_failure() {
        let shape = format!("{}..", "s".repeat(18));
        assert_eq!(ruling(&recovering(&shape), "< 2s").verdict, Verdict::Inconclusive);
        assert_eq!(ruling(&recovering(&shape), "< 1s").verdict, Verdict::Fail);
    }

    #[test]
    fn few_intervals_are_enough_or_said_to_be_too_few() {
        assert_eq!(ruling(&recovering("..."), "< 1s").verdict, Verdict::Pass);
        let short = ruling(&recovering(".."), "< 1s");
        assert_eq!(short.verdict, Verdict::Inconclusive);
        assert!(short.reason.contains("fewer than 3"), "{}", short.reason);
    }

    #[test]
    fn a_subject_that_died_before_never_recovers_and_never_fails_to() {
        let mut record = recovering("...");
        fixture::cut_after(&mut record, Phase::Fault);
        let ruling = ruling(&record, "< 2s");
        assert_eq!(ruling.verdict, Verdict::Inconclusive);
        assert_eq!(ruling.reason, "the subject was gone before the recovery phase");
    }

    #[test]
    fn rates_at_the_plans_own_threshold_are_no_trouble() {
        let mut record = recovering("..............................");
        for interval in record.timeline.iter_mut().filter(|interval| interval.phase == Phase::Recovery) {
            interval.outcomes.error = 18;
        }
        assert_eq!(ruling(&record, "< 1s").verdict, Verdict::Pass);
    }

    #[test]
    fn a_load_of_few_operations_is_compared_over_longer_stretches() {
        // Two operations an interval: one alone would be "half the throughput" by chance all the time.
        let thin = |count: fn(usize) -> u64| {
            let mut record = fixture::empty_record();
            fixture::append_phase(&mut record, Phase::Baseline, 60, 2, |_| {});
            let mut at = 0;
            fixture::append_phase(&mut record, Phase::Recovery, 60, 0, |interval| {
                interval.outcomes.ok = count(at);
                at += 1;
            });
            ruling(&record, "< 3s")
        };
        assert_eq!(thin(|at| if at % 3 == 0 { 0 } else { 3 }).verdict, Verdict::Pass);
        assert_eq!(thin(|at| u64::from(at == 0)).verdict, Verdict::Fail);
    }
}
