//! What every finding of a trial has in common: the trial itself, its control, and how to run it again.

use super::lift::lift;
use squall_model::{
    ControlCount, Finding, Judgement, Outcome, Phase, Plan, Symptom, TrialPlan, TrialRecord, WorkerEvidence,
};

/// So many workers are shown in one finding, those first that have been at their operation longest.
const WORKERS_MAX: usize = 16;

/// So many of a worker's last operations are in one finding; the trial's record has all that were kept.
const FLIGHT_MAX: usize = 8;

/// Everything that findings are derived from.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) plan: &'a Plan,
    pub(super) control: Option<&'a TrialRecord>,
    pub(super) record: &'a TrialRecord,
    pub(super) judgement: &'a Judgement,
    pub(super) replay: &'a str,
}

impl<'a> Context<'a> {
    /// The plan of the trial that is looked at.
    pub(super) fn trial(&self) -> Option<&'a TrialPlan> {
        let of_role = || self.plan.trials.iter().filter(|trial| trial.role == self.record.role);
        of_role().find(|trial| trial.number == self.record.number).or_else(|| of_role().next())
    }

    /// The workload's name: what tells two targets apart where nothing else does.
    pub(super) fn workload(&self) -> &'a str {
        self.trial().map_or("", |trial| trial.workload.as_str())
    }

    /// Whether the run tries several variants of its target.
    fn is_one_of_several(&self) -> bool {
        self.plan.trials.iter().any(|trial| trial.variant != self.record.variant)
    }

    /// The last phase that was begun.
    pub(super) fn last_phase(&self) -> Option<Phase> {
        self.record.phases.iter().map(|totals| totals.phase).max()
    }

    /// A finding with what all have in common.
    pub(super) fn finding(&self, symptom: Symptom, title: String, fingerprint: String) -> Finding {
        let faults = self.trial().map(|trial| trial.faults.iter().map(|planned| planned.fault.to_string()).collect());
        Finding {
            fingerprint,
            symptom,
            title,
            hazard: self.plan.criteria.hazard.clone(),
            variant: self.is_one_of_several().then(|| self.record.variant.clone()),
            count: 1,
            out_of: None,
            control: None,
            lift: None,
            phase: None,
            faults: faults.unwrap_or_default(),
            sites: Vec::new(),
            details: Vec::new(),
            stack: Vec::new(),
            context: Default::default(),
            breadcrumbs: Vec::new(),
            workers: self.workers(),
            replay: self.replay.to_owned(),
        }
    }

    /// The finding with how often it was seen, here and in the control.
    pub(super) fn counted(&self, finding: Finding, count: u64, out_of: u64, control: Option<ControlCount>) -> Finding {
        let lift = control.and_then(|control| lift(count, out_of, control));
        Finding { count, out_of: (out_of > 0).then_some(out_of), control, lift, ..finding }
    }

    fn workers(&self) -> Vec<WorkerEvidence> {
        let mut workers = self.record.workers.clone();
        workers.sort_by_key(|worker| (std::cmp::Reverse(worker.for_length), worker.worker));
        workers.truncate(WORKERS_MAX);
        for worker in &mut workers {
            let older = worker.flight.len().saturating_sub(FLIGHT_MAX);
            worker.flight.drain(..older);
        }
        workers
    }
}

/// How many operations of all phases ended with this outcome.
pub(super) fn ended_with(record: &TrialRecord, outcome: Outcome) -> u64 {
    record.phases.iter().map(|totals| totals.outcomes().get(outcome)).fold(0, u64::saturating_add)
}

/// How many operations of all phases are judged.
pub(super) fn judged(record: &TrialRecord) -> u64 {
    record.phases.iter().map(|totals| totals.outcomes().judged()).fold(0, u64::saturating_add)
}
