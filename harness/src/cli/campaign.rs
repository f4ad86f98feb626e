//! What is learned between the trials of a run: sites are drawn for each trial by what is known until then, and what the trial
//! taught is taken in and remembered for later runs.
//!
//! Without the knowledge base the run goes on to its verdict: it draws by what it learns itself.

use super::pipeline::Audience;
use crate::case::{CaseError, Store};
use crate::plan::{TREATMENT, draw, drawn_sites, redraw};
use crate::record::RunDirectory;
use crate::{experiment::Experiment, verdict};
use squall_model::decision::original_seed;
use squall_model::fault::Fault;
use squall_model::{Ending, Event, Knowledge, Plan, Site, TrialPlan, TrialRecord, TrialRole, shell_word};
use std::path::Path;

/// What the run knows of the sites that it can choose from.
pub(super) struct Learned {
    pub(super) knowledge: Knowledge,
    store: Option<Store>,
    program: String,
    workload: String,
}

impl Learned {
    /// Recalls what earlier runs learned; nothing where no sites are drawn.
    pub(super) fn recall(experiment: &Experiment, plan: &Plan, results: &Path, audience: &mut Audience) -> Self {
        let target = plan.trials.iter().find(|trial| trial.role == TrialRole::Treatment);
        let mut learned = Self {
            knowledge: Knowledge::default(),
            store: None,
            program: experiment.target.program.key(),
            workload: target.map(|trial| trial.workload.clone()).unwrap_or_default(),
        };
        if experiment.draws_sites() {
            match Store::open(results).and_then(|store| learned.recall_from(store)) {
                Ok(()) => {}
                Err(error) => learned.forget(&error, audience),
            }
        }
        learned
    }

    fn recall_from(&mut self, store: Store) -> Result<(), CaseError> {
        self.knowledge = store.knowledge(&self.program, &self.workload)?;
        self.store = Some(store);
        Ok(())
    }

    /// Goes on without the store, and says so.
    fn forget(&mut self, error: &CaseError, audience: &mut Audience) {
        self.store = None;
        audience.tell(Event::Noted { text: format!("what this campaign learns is not remembered: {error}") });
    }

    /// The trial as it is to be run: its sites drawn, or those of the trial that it repeats.
    pub(super) fn prepare(
        &self,
        plan: &Plan,
        trial: &TrialPlan,
        records: &[TrialRecord],
        audience: &mut Audience,
    ) -> TrialPlan {
        let prepared = match trial.role {
            TrialRole::Treatment => draw(plan, trial, &self.knowledge),
            _ => redraw(plan, trial, &found_sites(plan, records)),
        };
        if prepared.faults != trial.faults {
            audience.tell(Event::Drawn { trial: trial.number, faults: prepared.faults.clone() });
        }
        prepared
    }

    /// Takes in what a trial taught.
    pub(super) fn learn(&mut self, plan: &Plan, record: &TrialRecord, audience: &mut Audience) {
        let draws = plan.campaign.as_ref().is_some_and(|campaign| !campaign.sites.is_empty());
        // What was cut short, or never begun, taught nothing.
        let untold = matches!(record.ending, Ending::Interrupted | Ending::Refused { .. });
        if record.role != TrialRole::Treatment || untold || !draws {
            return;
        }
        let lesson = verdict::lesson(plan, record);
        self.knowledge.learn(&lesson);
        let Some(store) = &mut self.store else { return };
        if let Err(error) = store.learn(&self.program, &self.workload, &lesson) {
            self.forget(&error, audience);
        }
    }
}

/// The sites of the trial that found something; of the last one, if none did.
fn found_sites(plan: &Plan, records: &[TrialRecord]) -> Vec<Site> {
    let treatments = || records.iter().filter(|record| record.role == TrialRole::Treatment);
    let told = treatments().find(|record| verdict::shows_it(plan, record)).or_else(|| treatments().next_back());
    let trial = told.and_then(|record| plan.trials.iter().find(|trial| trial.number == record.number));
    trial.map(drawn_sites).unwrap_or_default()
}

/// An experiment that runs one trial again, where the seed does not suffice: what a campaign drew depends on what was known.
pub(super) struct Replay {
    pub(super) file: String,
    pub(super) text: String,
}

impl Replay {
    /// The command that runs it.
    pub(super) fn command(&self, directory: &RunDirectory) -> String {
        format!("squall run {}", shell_word(&directory.replay(&self.file).display().to_string()))
    }
}

/// The replay of a campaign's trial; `before` is how many replays the run has already.
pub(super) fn replay_of(experiment: &Experiment, plan: &Plan, record: &TrialRecord, before: usize) -> Option<Replay> {
    plan.campaign.as_ref()?;
    let trial = plan.trials.iter().find(|trial| trial.number == record.number)?;
    let faults: Vec<Fault> = trial.faults.iter().map(|planned| planned.fault.clone()).collect();
    let file = if before == 0 { "replay.yaml".to_owned() } else { format!("replay-{}.yaml", trial.number) };
    Some(Replay { file, text: experiment.replay(&faults, original_seed(trial.seed, TREATMENT, 0)) })
}
