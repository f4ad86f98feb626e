//! Takes an experiment and what a target says of itself, objects to whatever the target does not have.

use super::built::Experiment;
use super::check_aim;
use super::check_faults::fault_path;
use super::node::shortened;
use super::objection::Objection;
use super::ordered::Ordered;
use super::path::NodePath;
use super::problem::Problem;
use super::suggestion::Suggestion;
use squall_model::fault::{Fault, Realloc};
use squall_model::{TargetDescription, WorkloadDescription};
use std::collections::BTreeSet;

/// Checks workload, operations, parameters, points, abilities and oracles, in the order of the file.
pub(super) fn check(experiment: &Experiment, target: &TargetDescription) -> Result<(), Objection> {
    let workload = workload(experiment, target)?;
    check_params(experiment, workload)?;
    check_mix(experiment, workload)?;
    for (number, fault) in experiment.faults.iter().enumerate() {
        let path = fault_path(number, fault);
        check_point(fault, target, &path)?;
        check_aim::check(fault, target, workload, &path)?;
        check_abilities(fault, target, workload, path)?;
    }
    check_oracles(experiment, workload)
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

fn check_params(experiment: &Experiment, workload: &WorkloadDescription) -> Result<(), Objection> {
    for (name, value) in &experiment.target.params {
        let path = NodePath::keys(&["target", "params", name]);
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

fn check_mix(experiment: &Experiment, workload: &WorkloadDescription) -> Result<(), Objection> {
    let names = experiment.load.mix.iter().flat_map(Ordered::names);
    for name in names {
        if !workload.operations.iter().any(|known| known == name) {
            let problem = unknown("operation", name, &workload.operations);
            return Err(Objection::to_key(NodePath::keys(&["load", "mix", name]), problem));
        }
    }
    Ok(())
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
        _ => "guard",
    }
}

fn check_oracles(experiment: &Experiment, workload: &WorkloadDescription) -> Result<(), Objection> {
    for (index, name) in experiment.oracles.iter().flatten().enumerate() {
        if !workload.oracles.contains(name) {
            let path = NodePath::keys(&["oracles"]).item(index);
            return Err(Objection::to_value(path, unknown("oracle", name, &workload.oracles)));
        }
    }
    Ok(())
}
