//! Notices a subject that does not go on, one that uses too much memory, and a trial that is to be given up.

use squall_model::units::TimeSpan;
use squall_model::{AbortCondition, Interval, Metric};

/// Above this share of a core a stuck subject is spinning (livelock), below it is waiting (deadlock).
const SPINNING_CORES_MIN: f64 = 0.2;

/// Whether a stuck subject that uses so much of a core is spinning.
pub(super) fn is_spinning(cores_used: f64) -> bool {
    cores_used > SPINNING_CORES_MIN
}

/// Watches whether operations end.
#[derive(Debug)]
pub(super) struct Watchdog {
    stuck_after: TimeSpan,
    finished: u64,
    changed_at: TimeSpan,
    cpu_at_change: TimeSpan,
}

/// A subject that does not go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stuck {
    /// Whether it uses processor time meanwhile.
    pub(super) spinning: bool,
    /// The processor time used meanwhile, as a share of one core.
    pub(super) cores_used: f64,
}

impl Watchdog {
    pub(super) const fn new(stuck_after: TimeSpan) -> Self {
        Self { stuck_after, finished: 0, changed_at: TimeSpan::ZERO, cpu_at_change: TimeSpan::ZERO }
    }

    /// Looks at the number of operations that ended so far. `waiting` is how many workers have an operation under way,
    /// since an idle subject is not stuck; `held` whether a fault holds a thread at this moment, since then it is the
    /// fault that the others may wait for.
    pub(super) fn look(
        &mut self,
        now: TimeSpan,
        finished: u64,
        cpu: TimeSpan,
        waiting: usize,
        held: bool,
    ) -> Option<Stuck> {
        if finished != self.finished || waiting == 0 || held {
            *self = Self { stuck_after: self.stuck_after, finished, changed_at: now, cpu_at_change: cpu };
            return None;
        }
        let quiet_nanos = now.nanos().saturating_sub(self.changed_at.nanos());
        if quiet_nanos <= self.stuck_after.nanos() {
            return None;
        }
        let cores_used = cpu.nanos().saturating_sub(self.cpu_at_change.nanos()) as f64 / quiet_nanos as f64;
        Some(Stuck { spinning: is_spinning(cores_used), cores_used })
    }
}

/// Watches the experiment's `abort_when`.
#[derive(Debug)]
pub(super) struct AbortWatch {
    condition: AbortCondition,
    above_for: TimeSpan,
}

impl AbortWatch {
    pub(super) const fn new(condition: AbortCondition) -> Self {
        Self { condition, above_for: TimeSpan::ZERO }
    }

    /// Looks at the next interval; hands on why the trial is to be given up, if it is.
    pub(super) fn look(&mut self, interval: &Interval) -> Option<String> {
        let judged = interval.outcomes.judged();
        if judged == 0 {
            return None;
        }
        let count = match self.condition.metric {
            Metric::PanicRate => interval.outcomes.panic,
            Metric::TimeoutRate => interval.outcomes.timeout,
            _ => interval.outcomes.error,
        };
        let rate = count as f64 / judged as f64;
        self.above_for =
            if rate > self.condition.limit { self.above_for.plus(interval.length) } else { TimeSpan::ZERO };
        let reached = self.above_for >= self.condition.length;
        reached.then(|| format!("{}: {:.1} % in the last interval", self.condition.written, rate * 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::{OutcomeCounts, Phase};

    fn millis(millis: u64) -> TimeSpan {
        TimeSpan::from_millis(millis)
    }

    #[test]
    fn a_subject_is_stuck_only_beyond_what_its_faults_explain() {
        let mut watchdog = Watchdog::new(millis(1_000));
        assert_eq!(watchdog.look(millis(100), 5, millis(0), 4, false), None);
        assert_eq!(watchdog.look(millis(1_000), 5, millis(0), 4, false), None);
        assert_eq!(watchdog.look(millis(5_000), 5, millis(0), 4, true), None);
        assert_eq!(watchdog.look(millis(5_900), 5, millis(0), 4, false), None);
        let stuck = watchdog.look(millis(6_100), 5, millis(0), 4, false).unwrap();
        assert!(!stuck.spinning);
        assert!(watchdog.look(millis(6_100), 5, millis(1_000), 4, false).unwrap().spinning);
    }

    #[test]
    fn an_idle_subject_is_not_stuck() {
        let mut watchdog = Watchdog::new(millis(1_000));
        for now in 0..100 {
            assert_eq!(watchdog.look(millis(now * 100), 5, millis(0), 0, false), None);
        }
    }

    #[test]
    fn a_trial_is_given_up_only_after_the_rate_stayed_high() {
        let mut watch = AbortWatch::new("error_rate > 50% for 300ms".parse().unwrap());
        let interval = |error| Interval {
            phase: Phase::Fault,
            start: millis(0),
            length: millis(100),
            outcomes: OutcomeCounts { ok: 10, error, ..OutcomeCounts::default() },
            p50_nanos: 0,
            p99_nanos: 0,
            p999_nanos: 0,
            armed: 0,
            violations: 0,
        };
        assert_eq!(watch.look(&interval(20)), None);
        assert_eq!(watch.look(&interval(20)), None);
        assert_eq!(watch.look(&interval(2)), None);
        assert_eq!(watch.look(&interval(20)), None);
        assert_eq!(watch.look(&interval(20)), None);
        assert!(watch.look(&interval(20)).unwrap().contains("66.7 %"));
    }
}
