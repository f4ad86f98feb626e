//! Listens to the events of one trial and puts its record together.

use super::panics::Panics;
use super::timeline::Timeline;
use crate::run::TrialOutcome;
use squall_model::{Event, TrialPlan, TrialRecord};

/// Listens to the events of one trial.
#[derive(Debug, Default)]
pub struct Sampler {
    timeline: Timeline,
    panics: Panics,
}

impl Sampler {
    /// Takes in what concerns samples; ignores the rest.
    pub fn see(&mut self, event: &Event) {
        match event {
            Event::Measured { interval, .. } => self.timeline.add(interval),
            Event::Panicked { report, .. } => self.panics.add(report),
            _ => {}
        }
    }

    /// The record of the trial, once it came to its end.
    #[must_use]
    pub fn complete(self, plan: &TrialPlan, outcome: TrialOutcome) -> TrialRecord {
        TrialRecord {
            number: plan.number,
            role: plan.role,
            ending: outcome.ending,
            phases: outcome.phases,
            timeline: self.timeline.into_intervals(),
            meters: outcome.meters,
            panics: self.panics.into_groups(),
            errors: outcome.errors,
            oracles: outcome.oracles,
            workers: outcome.workers,
            stderr_tail: outcome.stderr_tail,
            usage: outcome.usage,
        }
    }
}
