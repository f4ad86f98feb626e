//! One experiment from plan to exit code: the way of the data in one place.

use super::target::{Prepared, directory_of};
use super::{machine, problem::Problem};
use crate::experiment::Experiment;
use crate::plan::Extent;
use crate::record::{Recorder, RunDirectory};
use crate::report::{Desk, Reporter};
use crate::run::{Interrupts, Launch, Leash, TrialContext, host_facts, run_trial};
use crate::sample::Sampler;
use crate::{finding, plan, verdict};
use squall_model::units::TimeSpan;
use squall_model::{
    ControlPolicy, Ending, Event, Expectation, Finding, Judgement, Manifest, Plan, RESULTS_FORMAT, Stamped, TrialPlan,
    TrialRecord, TrialRole, Verdict,
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
pub(super) async fn run(experiment: &Experiment, stage: Stage<'_>) -> Result<Finished, Problem> {
    let plan = plan::make(experiment, stage.prepared.described(), stage.seed, stage.extent);
    let manifest = manifest(experiment, &plan, &stage)?;
    let directory = RunDirectory::create(stage.results, &slug(experiment.file()), &manifest.run)?;
    let manifest = Manifest { run_dir: directory.path().display().to_string(), ..manifest };
    let recorder = Recorder::begin(&directory, experiment.text(), &plan)?;
    let desk = Desk::open(stage.reporters).map_err(Problem::system("starting the reports"))?;
    let mut audience = Audience { began: Instant::now(), recorder, desk };
    audience.tell(Event::RunStarted(Box::new(manifest.clone())));

    let records = run_trials(&plan, stage.prepared, stage.leash, stage.interrupts, &mut audience).await?;
    let judgement = verdict::judge_run(&plan, &records);
    let found = find(&plan, &records, &judgement, &manifest);

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

/// Runs the planned trials one after the other, until one was interrupted or shows that the rest would prove nothing.
async fn run_trials(
    plan: &Plan,
    prepared: &Prepared,
    leash: &Leash,
    interrupts: &mut Interrupts,
    audience: &mut Audience,
) -> Result<Vec<TrialRecord>, Problem> {
    let mut records = Vec::new();
    for trial in &plan.trials {
        if !is_needed(plan, trial, &records) {
            continue;
        }
        let record = run_one(plan, trial, prepared.launch(&trial.variant), leash, interrupts, audience).await?;
        let interrupted = record.ending == Ending::Interrupted;
        records.push(record);
        if interrupted || control_failed(plan, &records) {
            break;
        }
    }
    Ok(records)
}

/// Whether a trial is still of use: a further attempt, with or without faults, as long as nothing was found in time; a fault
/// alone once something was found with faults.
fn is_needed(plan: &Plan, trial: &TrialPlan, records: &[TrialRecord]) -> bool {
    let Some(expect) = &plan.criteria.expect else { return true };
    let with_role = |role| records.iter().filter(move |record| record.role == role);
    let found = |role| with_role(role).any(|record| verdict::expected_symptom(plan, expect, record).is_some());
    let spent = |role| with_role(role).fold(TimeSpan::ZERO, |sum, record| sum.plus(verdict::load_time(record)));
    match trial.role {
        TrialRole::Control => {
            !found(TrialRole::Control) && spent(TrialRole::Control) < expect.plain.unwrap_or(SOME_TIME)
        }
        TrialRole::Treatment => !found(TrialRole::Treatment) && spent(TrialRole::Treatment) < expect.within,
        TrialRole::Alone => found(TrialRole::Treatment),
        TrialRole::Repair => trial.attempt == found_attempt(plan, expect, records),
        TrialRole::Cost => true,
    }
}

/// The attempt that found what is expected; the first, if none did.
fn found_attempt(plan: &Plan, expect: &Expectation, records: &[TrialRecord]) -> u32 {
    let mut treatments = records.iter().filter(|record| record.role == TrialRole::Treatment);
    let found = treatments.find(|record| verdict::expected_symptom(plan, expect, record).is_some());
    let trial = found.and_then(|record| plan.trials.iter().find(|trial| trial.number == record.number));
    trial.map_or(0, |trial| trial.attempt)
}

/// Where no time is given for trials without faults, the plan has one of them, which is run whatever was spent.
const SOME_TIME: TimeSpan = TimeSpan::from_nanos(u64::MAX);

async fn run_one(
    plan: &Plan,
    trial: &TrialPlan,
    launch: &Launch,
    leash: &Leash,
    interrupts: &mut Interrupts,
    audience: &mut Audience,
) -> Result<TrialRecord, Problem> {
    let mut sampler = Sampler::default();
    let mut emit = |event: Event| {
        sampler.see(&event);
        audience.tell(event);
    };
    let abort_when = plan.criteria.abort_when.as_ref();
    let outcome = run_trial(TrialContext { launch, leash, interrupts, abort_when, emit: &mut emit }, trial).await?;
    let record = sampler.complete(trial, outcome);
    audience.tell(Event::TrialEnded(Box::new(record.clone())));
    Ok(record)
}

/// Whether the control had to pass and did not: then the treatment would prove nothing.
fn control_failed(plan: &Plan, records: &[TrialRecord]) -> bool {
    plan.criteria.control == ControlPolicy::MustPass
        && matches!(records, [control] if control.role == TrialRole::Control
            && verdict::judge(plan, Some(control), None).control == Some(Verdict::Fail))
}

/// The findings of the last treatment, or of the control if nothing came after it; then those of repairs.
fn find(plan: &Plan, records: &[TrialRecord], judgement: &Judgement, manifest: &Manifest) -> Vec<Finding> {
    let replay = manifest.replay_command();
    let control = records.iter().find(|record| record.role == TrialRole::Control);
    let treatment = records.iter().rev().find(|record| record.role == TrialRole::Treatment);
    let mut findings = match (treatment, control) {
        (Some(treatment), control) => finding::derive(plan, control, treatment, judgement, &replay),
        (None, Some(control)) => finding::derive(plan, None, control, judgement, &replay),
        (None, None) => Vec::new(),
    };
    let of_repairs = |record: &&TrialRecord| verdict::is_of_repair(plan, record);
    for record in records.iter().filter(of_repairs) {
        let replay = Manifest { variant: Some(record.variant.clone()), ..manifest.clone() }.replay_command();
        findings.extend(finding::derive(plan, None, record, &verdict::judge_repair(plan, record), &replay));
    }
    findings
}

/// Whoever is told what happens: the record first, so that nothing is told that is not written down.
struct Audience {
    began: Instant,
    recorder: Recorder,
    desk: Desk,
}

impl Audience {
    fn tell(&mut self, event: Event) {
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
