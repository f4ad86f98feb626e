//! Takes a checked experiment, what its target says of itself, and a seed; hands on the plan. A pure function: the same
//! three always give the same plan, and leaving one fault out changes nothing about the others.

use crate::experiment::Experiment;
use serde_json::Value;
use squall_model::decision::derive_seed;
use squall_model::fault::{Fault, FaultPlan};
use squall_model::units::TimeSpan;
use squall_model::{
    ControlPolicy, Criteria, Load, PhaseLengths, Plan, RESULTS_FORMAT, TargetDescription, TrialPlan, TrialRole,
    WorkloadDescription,
};

/// Plans the trials of an experiment. The experiment has to have passed `check_against` with the same description; a
/// workload that the description lacks is planned without operations.
pub fn make(experiment: &Experiment, target: &TargetDescription, seed: u64) -> Plan {
    let workload = experiment.workload_of(target).cloned().unwrap_or_else(|| nameless(experiment));
    let roles: &[TrialRole] =
        if experiment.has_control() { &[TrialRole::Control, TrialRole::Treatment] } else { &[TrialRole::Treatment] };
    let trials =
        (0..).zip(roles).map(|(number, role)| trial(experiment, target, &workload, seed, number, *role)).collect();
    Plan { format: RESULTS_FORMAT, seed, trials, criteria: criteria(experiment) }
}

fn nameless(experiment: &Experiment) -> WorkloadDescription {
    WorkloadDescription {
        name: experiment.target.workload.clone().unwrap_or_default(),
        summary: String::new(),
        operations: Vec::new(),
        params: Vec::new(),
        oracles: Vec::new(),
        reallocates: false,
        words: Vec::new(),
    }
}

fn trial(
    experiment: &Experiment,
    target: &TargetDescription,
    workload: &WorkloadDescription,
    seed: u64,
    number: u32,
    role: TrialRole,
) -> TrialPlan {
    let is_control = role == TrialRole::Control;
    TrialPlan {
        number,
        role,
        seed: derive_seed(seed, &format!("trial {role}"), 0),
        workload: workload.name.clone(),
        params: params(experiment, workload),
        operations: workload.operations.clone(),
        oracles: experiment.oracles.clone().unwrap_or_else(|| workload.oracles.clone()),
        load: load(experiment, workload),
        phases: if is_control { without_recovery(experiment.phases) } else { experiment.phases },
        faults: if is_control { Vec::new() } else { faults(&experiment.faults, experiment.phases.fault, target) },
        limits: experiment.limits,
    }
}

/// A control has nothing to recover from.
fn without_recovery(phases: PhaseLengths) -> PhaseLengths {
    PhaseLengths { recovery: TimeSpan::ZERO, ..phases }
}

/// The workload's defaults, overlaid with what the experiment gives.
fn params(experiment: &Experiment, workload: &WorkloadDescription) -> Value {
    let defaults = workload.params.iter().map(|param| (param.name.clone(), param.default.clone()));
    let given = experiment.target.params.iter().map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(defaults.chain(given).collect())
}

fn load(experiment: &Experiment, workload: &WorkloadDescription) -> Load {
    let load = &experiment.load;
    let weight = |operation: &String| match &load.mix {
        None => 1,
        Some(mix) => mix.get(operation).copied().unwrap_or(0),
    };
    Load {
        workers: load.workers,
        rate: load.rate,
        arrivals: load.arrivals,
        weights: workload.operations.iter().map(weight).collect(),
        keys: load.keys,
        timeout: load.timeout,
    }
}

/// The faults with their windows and decision keys.
fn faults(faults: &[Fault], phase: TimeSpan, target: &TargetDescription) -> Vec<FaultPlan> {
    let texts: Vec<String> = faults.iter().map(canonical_text).collect();
    let plan = |(number, fault): (usize, &Fault)| {
        let occurrence = texts[..number].iter().filter(|text| **text == texts[number]).count();
        let (start, length) = window(fault, phase);
        FaultPlan {
            number: number as u32,
            decision_key: derive_seed(0, &texts[number], occurrence as u64),
            fault: fault.clone(),
            start,
            length,
            functions: addresses(fault, target),
        }
    };
    faults.iter().enumerate().map(plan).collect()
}

/// Where the functions that a fault aims at begin, in the order of their names.
fn addresses(fault: &Fault, target: &TargetDescription) -> Vec<u64> {
    let Some(pattern) = fault.functions() else { return Vec::new() };
    let matching = target.functions.iter().filter(|function| pattern.matches(&function.name));
    let mut addresses: Vec<u64> = Vec::new();
    for address in matching.flat_map(|function| &function.addresses) {
        if !addresses.contains(address) {
            addresses.push(*address);
        }
    }
    addresses
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
        abort_when: experiment.abort_when.clone(),
    }
}
