//! Takes a checked experiment, what its target says of itself, and a seed; hands on the plan. A pure function: the same
//! three always give the same plan, and leaving one fault out changes nothing about the others.

use super::sites;
use crate::experiment::{Described, Experiment, Repair};
use serde_json::{Map, Value};
use squall_model::decision::{derive_seed, fraction};
use squall_model::fault::{Fault, FaultPlan, Stall, StallPlace};
use squall_model::history;
use squall_model::segment::history_room;
use squall_model::units::TimeSpan;
use squall_model::{
    ATTEMPTS_MAX, ControlPolicy, Criteria, HistoryPlan, Load, PhaseLengths, Plan, RESULTS_FORMAT, TargetDescription,
    TrialPlan, TrialRole, WorkloadDescription,
};

/// What the seeds of trials with faults are derived for.
pub const TREATMENT: &str = "trial treatment";

/// How much a plan does beside what the verdict needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Whether each fault is tried alone where several find what is expected.
    pub alone: bool,
    /// How often each variant's cost is measured.
    pub cost_rounds: u32,
}

impl Default for Extent {
    fn default() -> Self {
        Self { alone: true, cost_rounds: 3 }
    }
}

/// Plans the trials of an experiment. The experiment has to have passed `check_against` with the same description; a
/// workload that the description lacks is planned without operations.
pub fn make<'a>(experiment: &Experiment, described: impl Into<Described<'a>>, seed: u64, extent: Extent) -> Plan {
    let described = described.into();
    let hazard = Variant::target(experiment, described.target);
    let with_place = experiment.repairs.iter().enumerate();
    let repairs: Vec<Variant<'_>> =
        with_place.map(|(place, repair)| Variant::repair(experiment, repair, described.repair(place))).collect();
    let mut trials = Vec::new();
    if experiment.has_control() {
        let plain = experiment.expect.as_ref().and_then(|expect| expect.plain);
        trials.extend((0..attempts_in(plain, experiment)).map(|attempt| control(experiment, &hazard, seed, attempt)));
    }
    let within = experiment.expect.as_ref().map(|expect| expect.within).or(experiment.campaign);
    trials.extend((0..attempts_in(within, experiment)).map(|attempt| attempt_at(experiment, &hazard, seed, attempt)));
    if extent.alone && experiment.expect.is_some() && experiment.faults.len() > 1 {
        trials.extend((0..experiment.faults.len()).map(|fault| alone(experiment, &hazard, seed, fault)));
    }
    for attempt in 0..attempts_in(within, experiment) {
        trials.extend(repairs.iter().map(|variant| repair(experiment, variant, seed, attempt)));
    }
    trials.extend(costs(experiment, &hazard, &repairs, seed, extent.cost_rounds));
    for (number, trial) in (0..).zip(&mut trials) {
        trial.number = number;
    }
    let variants: Vec<&Variant<'_>> = std::iter::once(&hazard).chain(&repairs).collect();
    let campaign = sites::campaign(experiment, &variants);
    Plan { format: RESULTS_FORMAT, seed, trials, criteria: criteria(experiment), campaign }
}

/// Where a swarm draws a part of its faults, each of them is in so many of the attempts: half, so that each combination is as
/// likely. So is the rate.
const SWARM_SHARE: f64 = 0.5;
/// How long a variant warms up before its cost is measured.
const COST_WARMUP: TimeSpan = TimeSpan::from_millis(100);
/// How long a variant's cost is measured in one round: short, so that the variants of a round meet the same machine.
const COST_LENGTH: TimeSpan = TimeSpan::from_millis(400);

/// How many trials fit into a time; one, if no time is given.
fn attempts_in(time: Option<TimeSpan>, experiment: &Experiment) -> u64 {
    let length = experiment.phases.total().nanos().max(1);
    (time.unwrap_or_default().nanos() / length).clamp(1, ATTEMPTS_MAX)
}

/// What is tried: the target itself, or one of its repairs.
pub(super) struct Variant<'a> {
    pub(super) name: String,
    pub(super) program: &'a TargetDescription,
    pub(super) workload: WorkloadDescription,
    params: Value,
}

impl<'a> Variant<'a> {
    fn target(experiment: &Experiment, target: &'a TargetDescription) -> Self {
        let workload = experiment.workload_of(target).cloned();
        let name = experiment.target.workload.clone().unwrap_or_default();
        let workload = workload.unwrap_or_else(|| nameless(name));
        let params = params(&workload, &[&experiment.target.params]);
        Self { name: workload.name.clone(), program: target, workload, params }
    }

    fn repair(experiment: &Experiment, repair: &Repair, target: &'a TargetDescription) -> Self {
        let name = repair.workload.as_ref().or(experiment.target.workload.as_ref());
        let workload = target.workloads.iter().find(|workload| name == Some(&workload.name)).cloned();
        let workload = workload.unwrap_or_else(|| nameless(name.cloned().unwrap_or_default()));
        let params = params(&workload, &[&experiment.target.params, &repair.params]);
        Self { name: repair.variant(), program: target, workload, params }
    }
}

impl Variant<'_> {
    /// Where what a fault aims at lies in the program's file, if it aims at code.
    fn aims_of(&self, fault: &Fault) -> Vec<u64> {
        match fault {
            Fault::Stall(Stall { at: StallPlace::Function(pattern), .. }) => {
                self.program.beginnings(pattern, &self.workload)
            }
            Fault::Stall(Stall { at: StallPlace::Atomic(pattern), .. }) => {
                self.workload.reach.as_ref().map(|reach| reach.atomics(pattern)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

const fn nameless(name: String) -> WorkloadDescription {
    WorkloadDescription {
        name,
        summary: String::new(),
        operations: Vec::new(),
        params: Vec::new(),
        oracles: Vec::new(),
        reallocates: false,
        reenters: false,
        words: Vec::new(),
        entry: None,
        reach: None,
        history: None,
        scripts: None,
    }
}

/// The load without faults, which has nothing to recover from.
fn control(experiment: &Experiment, variant: &Variant<'_>, seed: u64, attempt: u64) -> TrialPlan {
    let trial = undisturbed(experiment, variant, TrialRole::Control, derive_seed(seed, "trial control", attempt));
    let attempt = attempt as u32;
    TrialPlan { attempt, phases: without_recovery(experiment.phases), ..trial }
}

fn treatment(experiment: &Experiment, variant: &Variant<'_>, seed: u64, attempt: u64) -> TrialPlan {
    let trial = undisturbed(experiment, variant, TrialRole::Treatment, derive_seed(seed, TREATMENT, attempt));
    let faults = faults(&experiment.faults, experiment.phases.fault, variant);
    TrialPlan { attempt: attempt as u32, faults, ..trial }
}

/// An attempt at what is expected. Of a swarm, every other one has all faults, the second has none, and the ones between a random
/// part of them: some failures need several faults at once, and some show only where others do not disturb. From the third
/// on, half of them go as fast as they can, whatever rate is asked for, because workers that wait for their time are hardly ever
/// inside the container.
fn attempt_at(experiment: &Experiment, variant: &Variant<'_>, seed: u64, attempt: u64) -> TrialPlan {
    let mut trial = treatment(experiment, variant, seed, attempt);
    if !experiment.swarm {
        return trial;
    }
    let seed = trial.seed;
    let drawn = |what: &str, number: u32| fraction(derive_seed(seed, what, u64::from(number))) < SWARM_SHARE;
    if attempt > 1 && drawn("swarm rate", 0) {
        trial.load.rate = None;
    }
    match attempt {
        1 => trial.faults.clear(),
        _ if attempt.is_multiple_of(2) => {}
        _ => trial.faults.retain(|fault| drawn("swarm", fault.number)),
    }
    for (number, fault) in (0..).zip(&mut trial.faults) {
        fault.number = number;
    }
    trial
}

/// One fault alone. It decides as it does beside the others in the first attempt: with the same seed, and a key that follows
/// from the fault itself.
fn alone(experiment: &Experiment, variant: &Variant<'_>, seed: u64, fault: usize) -> TrialPlan {
    let trial = undisturbed(experiment, variant, TrialRole::Alone, derive_seed(seed, TREATMENT, 0));
    let only = faults(&experiment.faults, experiment.phases.fault, variant).into_iter().nth(fault);
    let faults = only.into_iter().map(|fault| FaultPlan { number: 0, ..fault }).collect();
    TrialPlan { faults, phases: without_recovery(experiment.phases), ..trial }
}

/// A repair under the same load, faults and seed as an attempt. Of all attempts, that one is run which found something.
fn repair(experiment: &Experiment, variant: &Variant<'_>, seed: u64, attempt: u64) -> TrialPlan {
    TrialPlan { role: TrialRole::Repair, ..attempt_at(experiment, variant, seed, attempt) }
}

/// Rounds in which each variant goes as fast as it can, without faults. Each round has its own order, so that no variant
/// always comes first.
fn costs(
    experiment: &Experiment,
    hazard: &Variant<'_>,
    repairs: &[Variant<'_>],
    seed: u64,
    rounds: u32,
) -> Vec<TrialPlan> {
    let variants: Vec<&Variant<'_>> = std::iter::once(hazard).chain(repairs).collect();
    if repairs.is_empty() {
        return Vec::new();
    }
    let cost = |(round, variant): (u32, &Variant<'_>)| {
        let seed = derive_seed(seed, "trial cost", u64::from(round));
        let mut trial = undisturbed(experiment, variant, TrialRole::Cost, seed);
        trial.load.rate = None;
        // What recording costs is no cost of the variant.
        trial.oracles = trial.own_oracles().cloned().collect();
        trial.history = None;
        trial.phases = PhaseLengths {
            warmup: COST_WARMUP,
            baseline: COST_LENGTH,
            fault: TimeSpan::ZERO,
            recovery: TimeSpan::ZERO,
        };
        trial
    };
    let in_turn = |round: u32| {
        let first = round as usize % variants.len();
        variants[first..].iter().chain(&variants[..first]).map(move |variant| (round, *variant)).collect::<Vec<_>>()
    };
    (0..rounds).flat_map(in_turn).map(cost).collect()
}

/// A trial of a variant under the experiment's load, without faults.
fn undisturbed(experiment: &Experiment, variant: &Variant<'_>, role: TrialRole, seed: u64) -> TrialPlan {
    let workload = &variant.workload;
    let oracles = experiment.oracles.clone().unwrap_or_else(|| experiment.load.oracles_of(workload).to_vec());
    let load = load(experiment, workload);
    TrialPlan {
        number: 0,
        role,
        attempt: 0,
        variant: variant.name.clone(),
        seed,
        workload: workload.name.clone(),
        params: variant.params.clone(),
        operations: workload.operations.clone(),
        history: history(workload, &oracles, &load),
        oracles,
        load,
        phases: experiment.phases,
        faults: Vec::new(),
        limits: experiment.limits,
    }
}

/// What is recorded, if an oracle asks for it that looks at whole histories.
fn history(workload: &WorkloadDescription, oracles: &[String], load: &Load) -> Option<HistoryPlan> {
    let asked = oracles.iter().any(|name| history::ORACLES.contains(&name.as_str()));
    let model = workload.history.filter(|_| asked && load.scripts.is_none())?;
    Some(HistoryPlan { model, room: history_room(load.workers) })
}

fn without_recovery(phases: PhaseLengths) -> PhaseLengths {
    PhaseLengths { recovery: TimeSpan::ZERO, ..phases }
}

/// The workload's defaults, overlaid with what the experiment gives.
fn params(workload: &WorkloadDescription, given: &[&Map<String, Value>]) -> Value {
    let defaults = workload.params.iter().map(|param| (param.name.clone(), param.default.clone()));
    let given = given.iter().flat_map(|params| params.iter()).map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(defaults.chain(given).collect())
}

fn load(experiment: &Experiment, workload: &WorkloadDescription) -> Load {
    let load = &experiment.load;
    let weight = |operation: &String| match &load.mix {
        None => 1,
        Some(mix) => mix.get(operation).copied().unwrap_or(0),
    };
    Load {
        workers: load.workers_of(workload),
        rate: load.rate,
        arrivals: load.arrivals,
        weights: workload.operations.iter().map(weight).collect(),
        keys: load.keys,
        timeout: load.timeout,
        scripts: load.scripts_of(workload),
    }
}

/// The faults with their windows and decision keys.
fn faults(faults: &[Fault], phase: TimeSpan, variant: &Variant<'_>) -> Vec<FaultPlan> {
    let plan = |fault: &Fault| {
        let (start, length) = window(fault, phase);
        let functions = variant.aims_of(fault);
        FaultPlan { number: 0, decision_key: 0, fault: fault.clone(), start, length, functions, drawn: false }
    };
    planned_anew(faults.iter().map(plan).collect())
}

/// The faults with the numbers and decision keys that follow from what they are.
pub(super) fn planned_anew(mut faults: Vec<FaultPlan>) -> Vec<FaultPlan> {
    let texts: Vec<String> = faults.iter().map(|planned| canonical_text(&planned.fault)).collect();
    for (number, planned) in faults.iter_mut().enumerate() {
        let occurrence = texts[..number].iter().filter(|text| **text == texts[number]).count();
        planned.number = number as u32;
        planned.decision_key = derive_seed(0, &texts[number], occurrence as u64);
    }
    faults
}

/// What a fault is, as a text that is equal for equal faults only.
fn canonical_text(fault: &Fault) -> String {
    serde_json::to_string(fault).unwrap_or_else(|_| format!("{fault:?}"))
}

/// From when on, and for how long, a fault acts in the fault phase; never beyond its end.
fn window(fault: &Fault, phase: TimeSpan) -> (TimeSpan, TimeSpan) {
    let Some(window) = fault.during() else { return (TimeSpan::ZERO, phase) };
    let start = window.start.min(phase);
    let rest = TimeSpan::from_nanos(phase.nanos() - start.nanos());
    (start, window.length.map_or(rest, |length| length.min(rest)))
}

fn criteria(experiment: &Experiment) -> Criteria {
    Criteria {
        thresholds: experiment.thresholds.clone(),
        confidence: experiment.confidence,
        control: if experiment.has_control() { experiment.control } else { ControlPolicy::Skip },
        canary: experiment.canary,
        hazard: experiment.hazard.clone(),
        expect: experiment.expect.clone(),
        forbid: experiment.forbid.clone(),
        abort_when: experiment.abort_when.clone(),
    }
}
