//! Listens to the events of one trial and puts its record together.

use super::panics::Panics;
use super::timeline::Timeline;
use crate::run::TrialOutcome;
use squall_model::units::TimeSpan;
use squall_model::{Event, Interval, TrialPlan, TrialRecord};

/// Listens to the events of one trial.
#[derive(Debug, Default)]
pub struct Sampler {
    timeline: Timeline,
    panics: Panics,
    first_panic: Option<TimeSpan>,
    first_violation: Option<TimeSpan>,
}

impl Sampler {
    /// Takes in what concerns samples; ignores the rest.
    pub fn see(&mut self, event: &Event) {
        match event {
            Event::Measured { interval, .. } => {
                self.note_wrong(interval);
                self.timeline.add(interval);
            }
            Event::Panicked { report, .. } => self.panics.add(report),
            _ => {}
        }
    }

    /// Remembers when something was first seen to go wrong.
    fn note_wrong(&mut self, interval: &Interval) {
        let now = interval.start.plus(interval.length);
        if interval.outcomes.panic > 0 {
            self.first_panic.get_or_insert(now);
        }
        if interval.violations > 0 {
            self.first_violation.get_or_insert(now);
        }
    }

    /// The record of the trial, once it came to its end.
    #[must_use]
    pub fn complete(self, plan: &TrialPlan, outcome: TrialOutcome) -> TrialRecord {
        TrialRecord {
            number: plan.number,
            role: plan.role,
            variant: plan.variant.clone(),
            ending: outcome.ending,
            phases: outcome.phases,
            timeline: self.timeline.into_intervals(),
            meters: outcome.meters,
            panics: self.panics.into_groups(),
            errors: outcome.errors,
            first_panic: self.first_panic,
            first_violation: self.first_violation,
            oracles: outcome.oracles,
            histories: Vec::new(),
            memory: outcome.memory,
            scripts: outcome.scripts,
            workers: outcome.workers,
            stderr_tail: outcome.stderr_tail,
            usage: outcome.usage,
        }
    }
}
