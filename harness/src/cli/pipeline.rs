//! One experiment from plan to exit code: the way of the data in one place.

use super::campaign::{Learned, replay_of};
use super::target::{Prepared, directory_of};
use super::{machine, problem::Problem};
use crate::experiment::Experiment;
use crate::plan::Extent;
use crate::record::{Recorder, RunDirectory};
use crate::report::{Desk, Reporter};
use crate::run::{Interrupts, Leash, TrialContext, host_facts, run_trial};
use crate::sample::Sampler;
use crate::{finding, history, plan, verdict};
use squall_model::units::TimeSpan;
use squall_model::{
    ControlPolicy, Ending, Event, Finding, Judgement, Manifest, Plan, RESULTS_FORMAT, Stamped, TrialPlan, TrialRecord,
    TrialRole, Verdict,
};
use std::path::Path;
use std::time::Instant;

/// What one experiment's run needs beside the experiment.
pub(super) struct Stage<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) leash: &'a Leash,
    pub(super) interrupts: &'a mut Interrupts,
    pub(super) reporters: Vec<Box<dyn Reporter + Send>>,
    pub(super) results: &'a Path,
    pub(super) seed: u64,
    pub(super) set: &'a [String],
    pub(super) variant: Option<&'a str>,
    pub(super) extent: Extent,
}

/// How a run ended.
pub(super) struct Finished {
    pub(super) manifest: Manifest,
    pub(super) judgement: Judgement,
    pub(super) findings: usize,
}

/// Plans, runs, samples, judges and finds; records and reports beside it.
pub(super) async fn run(experiment: &Experiment, mut stage: Stage<'_>) -> Result<Finished, Problem> {
    let mut plan = plan::make(experiment, stage.prepared.described(), stage.seed, stage.extent);
    let manifest = manifest(experiment, &plan, &stage)?;
    let directory = RunDirectory::create(stage.results, &slug(experiment.file()), &manifest.run)?;
    let manifest = Manifest { run_dir: directory.path().display().to_string(), ..manifest };
    let recorder = Recorder::begin(&directory, experiment.text(), &plan)?;
    let reporters = std::mem::take(&mut stage.reporters);
    let desk = Desk::open(reporters).map_err(Problem::system("starting the reports"))?;
    let mut audience = Audience { began: Instant::now(), recorder, desk };
    audience.tell(Event::RunStarted(Box::new(manifest.clone())));

    let mut learned = Learned::recall(experiment, &plan, stage.results, &mut audience);
    let mut course = Course { stage, learned: &mut learned, audience: &mut audience };
    let records = course.run_trials(&mut plan).await?;
    let campaign = finding::rank(&plan, &records, &learned.knowledge);
    let judgement = Judgement { campaign, ..verdict::judge_run(&plan, &records) };
    let evidence = Evidence { experiment, plan: &plan, records: &records, judgement: &judgement, manifest: &manifest };
    let found = evidence.find(&directory, &mut audience);

    let findings = found.len();
    for finding in found {
        audience.tell(Event::Found(Box::new(finding)));
    }
    audience.tell(Event::Judged(Box::new(judgement.clone())));
    audience.tell(Event::RunEnded { exit_code: judgement.exit_code });
    drop(audience.desk);
    audience.recorder.finish()?;
    Ok(Finished { manifest, judgement, findings })
}

/// The trials of a run, with all that they need.
struct Course<'a, 'b> {
    stage: Stage<'b>,
    learned: &'a mut Learned,
    audience: &'a mut Audience,
}

impl Course<'_, '_> {
    /// Runs the planned trials one after the other, until one was interrupted or shows that the rest would prove nothing. What
    /// the plan leaves to squall is settled before each trial, and noted in the plan.
    async fn run_trials(&mut self, plan: &mut Plan) -> Result<Vec<TrialRecord>, Problem> {
        let mut records = Vec::new();
        for place in 0..plan.trials.len() {
            if !is_needed(plan, &plan.trials[place], &records) {
                continue;
            }
            plan.trials[place] = self.learned.prepare(plan, &plan.trials[place], &records, self.audience);
            let record = self.run_one(plan, &plan.trials[place]).await?;
            self.learned.learn(plan, &record, self.audience);
            let interrupted = record.ending == Ending::Interrupted;
            records.push(record);
            if interrupted || control_failed(plan, &records) {
                break;
            }
        }
        Ok(records)
    }

    async fn run_one(&mut self, plan: &Plan, trial: &TrialPlan) -> Result<TrialRecord, Problem> {
        let mut sampler = Sampler::default();
        let audience = &mut *self.audience;
        let mut emit = |event: Event| {
            sampler.see(&event);
            audience.tell(event);
        };
        let context = TrialContext {
            launch: self.stage.prepared.launch(&trial.variant),
            leash: self.stage.leash,
            interrupts: self.stage.interrupts,
            abort_when: plan.criteria.abort_when.as_ref(),
            emit: &mut emit,
        };
        let mut outcome = run_trial(context, trial).await?;
        let recorded = outcome.history.take();
        let mut record = sampler.complete(trial, outcome);
        for shown in history::judge_recorded(trial, recorded.as_ref(), &mut record) {
            self.audience.tell(Event::HistoryKept { file: shown.file, text: shown.text });
        }
        self.audience.tell(Event::TrialEnded(Box::new(record.clone())));
        Ok(record)
    }
}

/// Whether a trial is still of use: a further attempt, with or without faults, as long as nothing was found in time; a fault
/// alone once something was found with faults.
fn is_needed(plan: &Plan, trial: &TrialPlan, records: &[TrialRecord]) -> bool {
    let with_role = |role| records.iter().filter(move |record| record.role == role);
    let found = |role| with_role(role).any(|record| verdict::shows_it(plan, record));
    let spent = |role| with_role(role).fold(TimeSpan::ZERO, |sum, record| sum.plus(verdict::load_time(record)));
    let Some(expect) = &plan.criteria.expect else {
        let length = plan.campaign.as_ref().and_then(|campaign| campaign.length).unwrap_or(SOME_TIME);
        return trial.role != TrialRole::Treatment || spent(TrialRole::Treatment) < length;
    };
    match trial.role {
        TrialRole::Control => {
            !found(TrialRole::Control) && spent(TrialRole::Control) < expect.plain.unwrap_or(SOME_TIME)
        }
        TrialRole::Treatment => !found(TrialRole::Treatment) && spent(TrialRole::Treatment) < expect.within,
        TrialRole::Alone => found(TrialRole::Treatment),
        TrialRole::Repair => trial.attempt == found_attempt(plan, records),
        TrialRole::Cost => true,
    }
}

/// The attempt that found what is expected; the first, if none did.
fn found_attempt(plan: &Plan, records: &[TrialRecord]) -> u32 {
    let mut treatments = records.iter().filter(|record| record.role == TrialRole::Treatment);
    let found = treatments.find(|record| verdict::shows_it(plan, record));
    let trial = found.and_then(|record| plan.trials.iter().find(|trial| trial.number == record.number));
    trial.map_or(0, |trial| trial.attempt)
}

/// Where no time is given for trials without faults, the plan has one of them, which is run whatever was spent.
const SOME_TIME: TimeSpan = TimeSpan::from_nanos(u64::MAX);

/// Whether the control had to pass and did not: then the treatment would prove nothing.
fn control_failed(plan: &Plan, records: &[TrialRecord]) -> bool {
    plan.criteria.control == ControlPolicy::MustPass
        && matches!(records, [control] if control.role == TrialRole::Control
            && verdict::judge(plan, Some(control), None).control == Some(Verdict::Fail))
}

/// What findings are made from.
struct Evidence<'a> {
    experiment: &'a Experiment,
    plan: &'a Plan,
    records: &'a [TrialRecord],
    judgement: &'a Judgement,
    manifest: &'a Manifest,
}

impl Evidence<'_> {
    /// The findings of the treatments that are told of, or of the control if nothing came after it; then those of repairs. What
    /// several trials of a campaign show is one finding, of the first of them.
    fn find(&self, directory: &RunDirectory, audience: &mut Audience) -> Vec<Finding> {
        let control = self.records.iter().find(|record| record.role == TrialRole::Control);
        let treatments = self.treatments();
        let mut findings: Vec<Finding> = Vec::new();
        let mut replays = 0;
        for record in &treatments {
            let replay = replay_of(self.experiment, self.plan, record, replays);
            let command = replay.as_ref().map(|replay| replay.command(directory));
            let found = self.derive(control, record, command);
            let new: Vec<Finding> = found.into_iter().filter(|new| !is_known(&findings, new)).collect();
            if let (false, Some(replay)) = (new.is_empty(), replay) {
                replays += 1;
                audience.tell(Event::ReplayMade { file: replay.file, text: replay.text });
            }
            findings.extend(new);
        }
        if let (true, Some(control)) = (treatments.is_empty(), control) {
            findings = finding::derive(self.plan, None, control, self.judgement, &self.manifest.replay_command());
        }
        for record in self.records.iter().filter(|record| verdict::is_of_repair(self.plan, record)) {
            let judgement = verdict::judge_repair(self.plan, record);
            let variant = Some(record.variant.clone());
            let replay = Manifest { variant, ..self.manifest.clone() }.replay_command();
            findings.extend(finding::derive(self.plan, None, record, &judgement, &replay));
        }
        findings
    }

    /// The treatments with something to find: all of a campaign that show something, else the one that is told of.
    fn treatments(&self) -> Vec<&TrialRecord> {
        let told = verdict::telling_treatment(self.plan, self.records);
        if self.plan.trials_judged() <= 1 {
            return told.into_iter().collect();
        }
        let treatments = self.records.iter().filter(|record| record.role == TrialRole::Treatment);
        let showing: Vec<&TrialRecord> = treatments.filter(|record| verdict::shows_it(self.plan, record)).collect();
        if showing.is_empty() { told.into_iter().collect() } else { showing }
    }

    fn derive(&self, control: Option<&TrialRecord>, record: &TrialRecord, replay: Option<String>) -> Vec<Finding> {
        let judgement = verdict::judge(self.plan, control, Some(record));
        let replay = replay.unwrap_or_else(|| self.manifest.replay_command());
        let found = finding::derive(self.plan, control, record, &judgement, &replay);
        let sites = finding::sites_of_trial(self.plan, record, self.judgement.campaign.as_ref());
        found.into_iter().map(|finding| Finding { sites: sites.clone(), ..finding }).collect()
    }
}

fn is_known(findings: &[Finding], new: &Finding) -> bool {
    findings.iter().any(|known| known.fingerprint == new.fingerprint)
}

/// Whoever is told what happens: the record first, so that nothing is told that is not written down.
pub(super) struct Audience {
    began: Instant,
    recorder: Recorder,
    desk: Desk,
}

impl Audience {
    pub(super) fn tell(&mut self, event: Event) {
        let stamped = Stamped { at: self.began.elapsed().into(), event };
        self.recorder.see(&stamped);
        self.desk.tell(&stamped);
    }
}

fn manifest(experiment: &Experiment, plan: &Plan, stage: &Stage<'_>) -> Result<Manifest, Problem> {
    let (started, time) = machine::now();
    let number = machine::random_number()?;
    Ok(Manifest {
        format: RESULTS_FORMAT,
        experiment: experiment.name.clone(),
        file: experiment.file().display().to_string(),
        set: stage.set.to_vec(),
        run: format!("{time}-{:06x}", number & 0xFF_FFFF),
        run_dir: String::new(),
        started,
        seed: plan.seed,
        target: stage.prepared.launch("").program.display().to_string(),
        workload: plan.trials.first().map(|trial| trial.workload.clone()).unwrap_or_default(),
        variant: stage.variant.map(str::to_owned),
        hazard: experiment.hazard.clone(),
        host: host_facts(),
        squall_version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: machine::commit_of(&directory_of(experiment.file())),
    })
}

/// The experiment's name in the results: its file's name without the ending.
fn slug(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let safe = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let slug: String = stem.chars().map(|character| if safe(character) { character } else { '-' }).collect();
    if slug.trim_matches('.').is_empty() { "experiment".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_becomes_a_safe_directory() {
        assert_eq!(slug(Path::new("experiments/quickstart.yaml")), "quickstart");
        assert_eq!(slug(Path::new("a b\u{1b}/ö x.yaml")), "--x");
        assert_eq!(slug(Path::new("..")), "experiment");
    }
}
