//! Collects what a report at the end of a run needs from its events.

use squall_model::{Event, ExitCode, Finding, Judgement, Manifest, Phase, Stamped, TrialRecord, TrialRole};

/// What is known of a run so far.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) manifest: Option<Manifest>,
    pub(super) trials: Vec<TrialRecord>,
    pub(super) findings: Vec<Finding>,
    pub(super) judgement: Option<Judgement>,
    pub(super) notes: Vec<String>,
    pub(super) last_phase: Option<Phase>,
    pub(super) exit_code: Option<ExitCode>,
}

impl Summary {
    pub(super) fn see(&mut self, stamped: &Stamped) {
        match &stamped.event {
            Event::RunStarted(manifest) => self.manifest = Some(Manifest::clone(manifest)),
            Event::TrialEnded(record) => self.trials.push(TrialRecord::clone(record)),
            Event::Found(finding) => self.findings.push(Finding::clone(finding)),
            Event::Judged(judgement) => self.judgement = Some(Judgement::clone(judgement)),
            Event::Noted { text } => self.notes.push(text.clone()),
            Event::PhaseStarted { phase, .. } => self.last_phase = Some(*phase),
            Event::RunEnded { exit_code } => self.exit_code = Some(*exit_code),
            _ => {}
        }
    }

    /// The trial of the target with the faults that the judgement tells of, or the last one.
    pub(super) fn treatment(&self) -> Option<&TrialRecord> {
        let told = self.judgement.as_ref().and_then(|judgement| judgement.campaign.as_ref()?.told);
        let treatments = || self.trials.iter().filter(|trial| trial.role == TrialRole::Treatment);
        treatments().find(|trial| Some(trial.number) == told).or_else(|| treatments().next_back())
    }

    /// The trial that outcomes are told of: the last one of the target with the faults, or the control if nothing came after.
    pub(super) fn told_trial(&self) -> Option<&TrialRecord> {
        self.treatment().or(self.trials.last())
    }
}
