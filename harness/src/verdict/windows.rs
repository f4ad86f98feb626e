//! Takes the timeline of a phase, hands on stretches of at least a second, in each of which a breach counts.

use squall_model::units::TimeSpan;
use squall_model::{OutcomeCounts, Phase, TrialRecord};

/// The shortest stretch that is judged by itself. A little under a second, so that ten intervals that were each
/// measured a hair short of 100 ms are one second, not eleven.
const LENGTH_MIN: TimeSpan = TimeSpan::from_millis(950);

/// A stretch of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Its beginning, counted from the phase's.
    pub(super) start: TimeSpan,
    pub(super) length: TimeSpan,
    pub(super) outcomes: OutcomeCounts,
}

impl Window {
    pub(super) fn end(&self) -> TimeSpan {
        self.start.plus(self.length)
    }
}

/// The stretches of a phase; a remainder of less than a second belongs to the last one.
pub(super) fn windows(record: &TrialRecord, phase: Phase) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let mut open: Option<Window> = None;
    let phase_start = record.intervals(phase).next().map_or(0, |first| first.start.nanos());
    for interval in record.intervals(phase) {
        let start = TimeSpan::from_nanos(interval.start.nanos().saturating_sub(phase_start));
        let mut window = open.take().unwrap_or(Window { start, length: TimeSpan::ZERO, outcomes: Default::default() });
        extend(&mut window, interval.length, interval.outcomes);
        if window.length >= LENGTH_MIN {
            windows.push(window);
        } else {
            open = Some(window);
        }
    }
    match (open, windows.last_mut()) {
        (Some(rest), Some(last)) => extend(last, rest.length, rest.outcomes),
        (Some(rest), None) => windows.push(rest),
        (None, _) => {}
    }
    windows
}

fn extend(window: &mut Window, length: TimeSpan, outcomes: OutcomeCounts) {
    window.length = window.length.plus(length);
    window.outcomes += outcomes;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use squall_model::Outcome;

    #[test]
    fn no_operation_is_lost_between_windows() {
        for intervals in [1, 9, 10, 34] {
            let record = fixture::record_with(|interval| interval.outcomes.add(Outcome::Panic, 1), intervals);
            let windows = windows(&record, Phase::Fault);
            let panics: u64 = windows.iter().map(|window| window.outcomes.panic).sum();
            assert_eq!(panics, record.intervals(Phase::Fault).count() as u64);
            assert_eq!(windows.len(), (intervals / 10).max(1));
            assert!(windows.windows(2).all(|pair| pair[0].end() == pair[1].start));
        }
    }
}
