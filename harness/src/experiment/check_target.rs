//! Takes an experiment and what a target says of itself, objects to whatever the target does not have.

use super::built::{Described, Experiment, Repair};
use super::check_faults::fault_path;
use super::node::shortened;
use super::objection::Objection;
use super::path::NodePath;
use super::problem::{FaultProblem, Problem};
use super::suggestion::Suggestion;
use super::{check_aim, check_scripts};
use serde_json::{Map, Value};
use squall_model::fault::{Fault, LoadShift, Realloc};
use squall_model::{Ordered, TargetDescription, WorkloadDescription};
use std::collections::BTreeSet;

/// Checks workload, operations, parameters, points, abilities and oracles, in the order of the file.
pub(super) fn check(experiment: &Experiment, described: Described<'_>) -> Result<(), Objection> {
    let target = described.target;
    let workload = workload(experiment, target)?;
    check_params(&experiment.target.params, workload, &NodePath::keys(&["target", "params"]))?;
    if let Some(mix) = &experiment.load.mix {
        check_mix(mix, workload, &NodePath::keys(&["load", "mix"]))?;
    }
    check_scripts::check_workload(experiment, target, workload)?;
    for (number, fault) in experiment.faults.iter().enumerate() {
        let path = fault_path(number, fault);
        check_scripts::check_fault(experiment, workload, fault, &path)?;
        check_point(fault, target, &path)?;
        check_aim::check(fault, target, workload, &path)?;
        check_abilities(fault, target, workload, path.clone())?;
        if let Fault::Load(shift) = fault {
            let place = path.key("mix");
            check_mix(&shift.mix, workload, &place)?;
            check_shifts(shift, experiment, workload, place)?;
        }
    }
    check_oracles(experiment, workload)?;
    for (index, repair) in experiment.repairs.iter().enumerate() {
        check_repair(experiment, repair, described.repair(index), &NodePath::keys(&["repairs"]).item(index))?;
    }
    Ok(())
}

/// A repair has to be able to do all that is asked of the target: the same parameters, operations, oracles and faults.
fn check_repair(
    experiment: &Experiment,
    repair: &Repair,
    target: &TargetDescription,
    path: &NodePath,
) -> Result<(), Objection> {
    let at = path.clone().key(if repair.workload.is_some() { "workload" } else { "manifest" });
    let name = repair.workload.as_ref().or(experiment.target.workload.as_ref());
    let Some(workload) = target.workloads.iter().find(|workload| name == Some(&workload.name)) else {
        let names = target.workloads.iter().map(|workload| &workload.name);
        return Err(Objection::to_value(at, unknown("workload", name.map_or("", String::as_str), names)));
    };
    check_params(&repair.params, workload, &path.clone().key("params"))?;
    if let Some(lack) = lack_of_repair(experiment, workload) {
        let reason = format!("`{}` is no repair of this target: {lack}", workload.name);
        return Err(Objection::to_value(at, Problem::NotPossible(reason)));
    }
    Ok(())
}

/// What a repair's workload lacks of what the experiment asks, in words.
fn lack_of_repair(experiment: &Experiment, workload: &WorkloadDescription) -> Option<String> {
    let params = experiment.target.params.keys();
    let lacking_param = params.clone().find(|name| !workload.params.iter().any(|param| param.name == **name));
    if let Some(name) = lacking_param {
        return Some(format!("it has no parameter `{name}`"));
    }
    let shifts = experiment.faults.iter().filter_map(|fault| match fault {
        Fault::Load(shift) => Some(&shift.mix),
        _ => None,
    });
    let mut operations = experiment.load.mix.iter().chain(shifts).flat_map(Ordered::names);
    if let Some(name) = operations.find(|name| !workload.operations.iter().any(|known| known == name)) {
        return Some(format!("it has no operation `{}`", shortened(name)));
    }
    if experiment.load.scripts.is_some() && workload.scripts.is_none() {
        return Some("no short scripts can be drawn for it".to_owned());
    }
    let oracles = experiment.load.oracles_known(workload);
    if let Some(name) = experiment.oracles.iter().flatten().find(|name| !oracles.contains(name)) {
        return Some(format!("it has no oracle `{}`", shortened(name)));
    }
    let moves = |fault: &Fault| matches!(fault, Fault::Realloc(realloc) if realloc.container_every.is_some());
    if experiment.faults.iter().any(moves) && !workload.reallocates {
        return Some("it cannot reallocate its container on demand, as a fault asks".to_owned());
    }
    let calls_back = |fault: &Fault| matches!(fault, Fault::Reenter(_));
    (experiment.faults.iter().any(calls_back) && !workload.reenters)
        .then(|| "it cannot be called back into, as a fault asks".to_owned())
}

pub(super) fn unknown<'a>(what: &'static str, name: &str, known: impl IntoIterator<Item = &'a String>) -> Problem {
    let suggestion = Suggestion::new(name, known);
    Problem::UnknownName { what, name: shortened(name), within: None, suggestion }
}

fn workload<'a>(experiment: &Experiment, target: &'a TargetDescription) -> Result<&'a WorkloadDescription, Objection> {
    if let Some(workload) = experiment.workload_of(target) {
        return Ok(workload);
    }
    let names = || target.workloads.iter().map(|workload| &workload.name);
    let Some(name) = &experiment.target.workload else {
        let listed = Suggestion::new("", names());
        let reason = format!("the target has {} workloads; name one as `workload`{listed}", target.workloads.len());
        return Err(Objection::to_key(NodePath::keys(&["target"]), Problem::NotPossible(reason)));
    };
    Err(Objection::to_value(NodePath::keys(&["target", "workload"]), unknown("workload", name, names())))
}

fn check_params(
    params: &Map<String, Value>,
    workload: &WorkloadDescription,
    place: &NodePath,
) -> Result<(), Objection> {
    for (name, value) in params {
        let path = place.clone().key(name);
        let Some(description) = workload.params.iter().find(|param| param.name == *name) else {
            let known = workload.params.iter().map(|param| &param.name);
            return Err(Objection::to_key(path, unknown("parameter", name, known)));
        };
        if let Some(reason) = description.objection(value) {
            return Err(Objection::to_value(path, Problem::Unfit(format!("parameter `{name}`: {reason}"))));
        }
    }
    Ok(())
}

fn check_mix(mix: &Ordered<u32>, workload: &WorkloadDescription, place: &NodePath) -> Result<(), Objection> {
    for name in mix.names() {
        if !workload.operations.iter().any(|known| known == name) {
            let problem = unknown("operation", name, &workload.operations);
            return Err(Objection::to_key(place.clone().key(name), problem));
        }
    }
    Ok(())
}

/// Objects to a mix that is the usual one, in other numbers perhaps, unless it comes in bursts.
fn check_shifts(
    shift: &LoadShift,
    experiment: &Experiment,
    workload: &WorkloadDescription,
    place: NodePath,
) -> Result<(), Objection> {
    let usual = |name: &String| match &experiment.load.mix {
        None => 1,
        Some(mix) => u64::from(mix.get(name).copied().unwrap_or(0)),
    };
    let shifted = |name: &String| u64::from(shift.mix.get(name).copied().unwrap_or(0));
    let operations = &workload.operations;
    let usual_sum: u64 = operations.iter().map(usual).sum();
    let shifted_sum: u64 = operations.iter().map(shifted).sum();
    let share_kept = |name: &String| {
        u128::from(usual(name)) * u128::from(shifted_sum) == u128::from(shifted(name)) * u128::from(usual_sum)
    };
    if shift.bursts > 1 || !operations.iter().all(share_kept) {
        return Ok(());
    }
    let reason = "its mix is the one that the load has anyway".to_owned();
    Err(Objection::to_value(place, FaultProblem::DoesNothing { fault: "load", reason }))
}

fn check_point(fault: &Fault, target: &TargetDescription, path: &NodePath) -> Result<(), Objection> {
    let Some(name) = fault.point() else { return Ok(()) };
    let at = path.clone().key("at");
    let place = if matches!(fault, Fault::Stall(_)) { at.key("point") } else { at };
    let Some(point) = target.points.iter().find(|point| point.name == name) else {
        let known: BTreeSet<&String> = target.points.iter().map(|point| &point.name).collect();
        return Err(Objection::to_value(place, unknown("point", name, known)));
    };
    if matches!(fault, Fault::Error(_)) && !point.returns_error {
        let able: BTreeSet<&String> =
            target.points.iter().filter(|point| point.returns_error).map(|point| &point.name).collect();
        let listed = Suggestion { nearest: None, ..Suggestion::new(name, able) };
        let reason = format!("no error can be returned at the point `{name}`; points where one can, {listed}");
        return Err(Objection::to_value(place, Problem::NotPossible(reason)));
    }
    Ok(())
}

fn check_abilities(
    fault: &Fault,
    target: &TargetDescription,
    workload: &WorkloadDescription,
    path: NodePath,
) -> Result<(), Objection> {
    let not_possible = |path, reason: &str| {
        let reason = format!("`{}` is not possible here: {reason}", fault.name().name());
        Err(Objection::to_key(path, Problem::NotPossible(reason)))
    };
    let no_allocator = "the target's global allocator is not the faulty one of the probe";
    match fault {
        Fault::Realloc(realloc) if realloc.container_every.is_some() && !workload.reallocates => {
            let reason = format!("the workload `{}` cannot reallocate its container on demand", workload.name);
            not_possible(path.key("container_every"), &reason)
        }
        Fault::Realloc(realloc) if realloc.asks_allocator() && !target.allocator => {
            not_possible(path.key(first_personality(realloc)), no_allocator)
        }
        Fault::Reenter(_) if !workload.reenters => {
            let reason = format!("the workload `{}` cannot be called back into", workload.name);
            not_possible(path, &reason)
        }
        Fault::AllocFailure(_) if !target.allocator => not_possible(path, no_allocator),
        Fault::Failpoint(_) if !target.failpoints => {
            not_possible(path, "the target is not built with the failpoints of the `fail` crate")
        }
        _ => Ok(()),
    }
}

/// The first key that asks something of the allocator.
const fn first_personality(realloc: &Realloc) -> &'static str {
    match realloc {
        Realloc { always_move: true, .. } => "always_move",
        Realloc { poison: true, .. } => "poison",
        Realloc { quarantine: Some(_), .. } => "quarantine",
        Realloc { reuse_at_once: true, .. } => "reuse_at_once",
        Realloc { check: Some(true), .. } => "check",
        _ => "guard",
    }
}

fn check_oracles(experiment: &Experiment, workload: &WorkloadDescription) -> Result<(), Objection> {
    let oracles = experiment.load.oracles_known(workload);
    for (index, name) in experiment.oracles.iter().flatten().enumerate() {
        if !oracles.contains(name) {
            let path = NodePath::keys(&["oracles"]).item(index);
            return Err(Objection::to_value(path, unknown("oracle", name, &oracles)));
        }
    }
    Ok(())
}
