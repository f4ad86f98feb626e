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
    first_wrong: Option<TimeSpan>,
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
        if self.first_wrong.is_none() && (interval.outcomes.panic > 0 || interval.violations > 0) {
            self.first_wrong = Some(interval.start.plus(interval.length));
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
            first_wrong: self.first_wrong,
            oracles: outcome.oracles,
            workers: outcome.workers,
            stderr_tail: outcome.stderr_tail,
            usage: outcome.usage,
        }
    }
}
