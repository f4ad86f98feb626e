//! Which faults are armed, since when, and the promise that each is healed.
//!
//! Every fault so far acts inside the subject. Its armed word in the segment is the authority: from the moment that it is
//! cleared the fault does not act, whether the subject listens or not. The message that goes with it only makes the
//! subject's points look at that word, or look away.

use crate::run::host::wake_waiters;
use squall_model::protocol::Command;
use squall_model::segment::Segment;
use squall_model::units::TimeSpan;
use squall_model::{Meter, TrialPlan};

/// The faults of one trial.
pub(in crate::run) struct FaultBoard<'a> {
    segment: Segment<'a>,
    rows: Vec<Row>,
}

#[derive(Default, Clone)]
struct Row {
    armed_since: Option<TimeSpan>,
    armed_for: TimeSpan,
    refused: Option<String>,
    note: Option<String>,
}

impl<'a> FaultBoard<'a> {
    pub(in crate::run) fn new(segment: Segment<'a>, plan: &TrialPlan) -> Self {
        Self { segment, rows: vec![Row::default(); plan.faults.len()] }
    }

    /// Arms a fault; hands on what the subject is to be told.
    #[must_use]
    pub(in crate::run) fn inject(&mut self, number: usize, now: TimeSpan) -> Command {
        self.segment.meter(number).set_armed(true);
        self.rows[number].armed_since = Some(now);
        Command::Arm { fault: number as u32 }
    }

    /// Heals a fault if it is armed: it does not act any more, and threads that it holds go on. Hands on what the subject
    /// is to be told.
    #[must_use]
    pub(in crate::run) fn heal(&mut self, number: usize, now: TimeSpan) -> Option<Command> {
        let since = self.rows[number].armed_since.take()?;
        let meter = self.segment.meter(number);
        meter.set_armed(false);
        wake_waiters(meter.armed_word());
        let armed_for = TimeSpan::from_nanos(now.nanos().saturating_sub(since.nanos()));
        self.rows[number].armed_for = self.rows[number].armed_for.plus(armed_for);
        Some(Command::Heal { fault: number as u32 })
    }

    /// Notes that the subject cannot do what a fault asks.
    pub(in crate::run) fn refuse(&mut self, number: u32, reason: String) {
        if let Some(row) = self.rows.get_mut(number as usize) {
            row.refused = Some(reason);
        }
    }

    /// Keeps the last thing that the subject noted about a fault.
    pub(in crate::run) fn note(&mut self, number: u32, note: String) {
        if let Some(row) = self.rows.get_mut(number as usize) {
            row.note = Some(note);
        }
    }

    /// The armed faults, as bits by their number.
    pub(in crate::run) fn armed_bits(&self) -> u32 {
        let armed = self.rows.iter().enumerate().filter(|(_, row)| row.armed_since.is_some());
        armed.fold(0, |bits, (number, _)| bits | 1 << number)
    }

    /// Whether an armed fault holds a thread at this moment.
    pub(in crate::run) fn holds_now(&self) -> bool {
        let mut armed = self.rows.iter().enumerate().filter(|(_, row)| row.armed_since.is_some());
        armed.any(|(number, _)| self.segment.meter(number).held() > 0)
    }

    /// The meter with what only the board knows: for how long the fault was armed, and what the subject said of it.
    pub(in crate::run) fn complete(&self, number: usize, meter: Meter) -> Meter {
        let row = &self.rows[number];
        Meter { armed: row.armed_for, refused: row.refused.clone(), note: row.note.clone(), ..meter }
    }
}

/// However the trial ends, no fault stays armed.
impl Drop for FaultBoard<'_> {
    fn drop(&mut self) {
        for number in 0..self.rows.len() {
            let _ = self.heal(number, TimeSpan::ZERO);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::segment::Layout;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn a_board_that_is_dropped_leaves_no_fault_armed() {
        let layout = Layout::new(1, 1).unwrap();
        let words: Vec<AtomicU64> = (0..layout.bytes() / 8).map(|_| AtomicU64::new(0)).collect();
        let segment = Segment::new(&words, layout).unwrap();
        let plan: TrialPlan = serde_json::from_str(include_str!("armed_test_plan.json")).unwrap();
        let mut board = FaultBoard::new(segment, &plan);
        assert!(matches!(board.inject(0, TimeSpan::ZERO), Command::Arm { fault: 0 }));
        assert!(segment.meter(0).armed() && board.armed_bits() == 1);
        assert!(!board.holds_now());
        segment.meter(0).begin_hold();
        assert!(board.holds_now());
        drop(board);
        assert!(!segment.meter(0).armed());
    }
}
