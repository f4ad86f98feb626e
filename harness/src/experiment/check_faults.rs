//! Takes the faults as written, objects to those that cannot act: outside the fault phase, or with nothing to do.

use super::check_load::check_mix;
use super::objection::{Objection, out_of_range};
use super::path::NodePath;
use super::problem::{FaultProblem, Problem};
use squall_model::PhaseLengths;
use squall_model::fault::{BURSTS_MAX, FAULTS_MAX, Fault, Realloc, Stall, StallPlace, Window};
use squall_model::text::count;
use squall_model::units::{Percent, TimeSpan};

/// The path of a fault's own map: `faults.N.KIND`.
pub(super) fn fault_path(number: usize, fault: &Fault) -> NodePath {
    NodePath::keys(&["faults"]).item(number).key(fault.name().name())
}

/// Checks number, windows and doses.
pub(super) fn check(faults: &[Fault], phases: &PhaseLengths) -> Result<(), Objection> {
    if faults.len() > FAULTS_MAX {
        return Err(Objection::to_value(NodePath::keys(&["faults"]).item(FAULTS_MAX), FaultProblem::TooMany));
    }
    if phases.fault.is_zero() && !faults.is_empty() {
        let problem = FaultProblem::NoFaultPhase { count: faults.len() };
        return Err(Objection::to_value(NodePath::keys(&["phases", "fault"]), problem));
    }
    for (number, fault) in faults.iter().enumerate() {
        let path = fault_path(number, fault);
        check_dose(fault, &path)?;
        check_alone(fault, &faults[..number], &path)?;
        if let Some(window) = fault.during() {
            check_window(fault, window, phases.fault, path.clone().key("during"))?;
        }
        check_one_mix_at_a_time(fault, &faults[..number], phases.fault, path)?;
    }
    Ok(())
}

/// Objects to a second fault on what only one can drive: the allocator, its failures, or one failpoint.
fn check_alone(fault: &Fault, earlier: &[Fault], path: &NodePath) -> Result<(), Objection> {
    let same = |other: &Fault| match (fault, other) {
        (Fault::Realloc(_), Fault::Realloc(_)) | (Fault::AllocFailure(_), Fault::AllocFailure(_)) => true,
        (Fault::Failpoint(one), Fault::Failpoint(other)) => one.name == other.name,
        (Fault::Stall(_), Fault::Stall(_)) => fault.is_auto() && other.is_auto(),
        _ => false,
    };
    match earlier.iter().position(same) {
        Some(number) => Err(does_nothing(fault, path.clone(), format!("fault {number} drives the same; join the two"))),
        None => Ok(()),
    }
}

/// Objects to a second mix at the same time: workers can draw from only one.
fn check_one_mix_at_a_time(fault: &Fault, earlier: &[Fault], phase: TimeSpan, path: NodePath) -> Result<(), Objection> {
    let Fault::Load(_) = fault else { return Ok(()) };
    let (start, end) = times(fault, phase);
    let overlaps = |other: &Fault| {
        let (other_start, other_end) = times(other, phase);
        matches!(other, Fault::Load(_)) && start < other_end && other_start < end
    };
    match earlier.iter().position(overlaps) {
        Some(number) => {
            let reason = format!("fault {number} changes the mix at the same time; keep their windows apart");
            Err(does_nothing(fault, path, reason))
        }
        None => Ok(()),
    }
}

/// From when to when a fault acts in the fault phase.
fn times(fault: &Fault, phase: TimeSpan) -> (TimeSpan, TimeSpan) {
    let Some(window) = fault.during() else { return (TimeSpan::ZERO, phase) };
    (window.start, window.length.map_or(phase, |length| window.start.plus(length)))
}

fn check_window(fault: &Fault, window: Window, phase: TimeSpan, path: NodePath) -> Result<(), Objection> {
    if window.length.is_some_and(TimeSpan::is_zero) {
        return Err(does_nothing(fault, path, "its window lasts 0s"));
    }
    let written = match window.length {
        Some(length) => format!("{{start: {}, for: {length}}}", window.start),
        None => format!("{{start: {}}}", window.start),
    };
    if window.start >= phase {
        let problem = FaultProblem::BeginsOutsidePhase { written, start: window.start, phase };
        return Err(Objection::to_value(path, problem));
    }
    let end = window.start.plus(window.length.unwrap_or_default());
    if end > phase {
        return Err(Objection::to_value(path, FaultProblem::EndsOutsidePhase { written, end, phase }));
    }
    Ok(())
}

fn does_nothing(fault: &Fault, path: NodePath, reason: impl Into<String>) -> Objection {
    Objection::to_value(path, FaultProblem::DoesNothing { fault: fault.name().name(), reason: reason.into() })
}

fn check_dose(fault: &Fault, path: &NodePath) -> Result<(), Objection> {
    let at = |key| path.clone().key(key);
    match fault {
        Fault::Latency(latency) if latency.delay.longest().is_zero() => {
            Err(does_nothing(fault, at("delay"), "its delay is always 0s"))
        }
        Fault::Latency(latency) => check_chance(fault, path, latency.probability, None),
        Fault::Panic(panic) => check_chance(fault, path, panic.probability, panic.nth),
        Fault::Error(error) => check_chance(fault, path, error.probability, error.nth),
        Fault::Reenter(reenter) => check_chance(fault, path, reenter.probability, reenter.nth),
        Fault::AllocFailure(failure) => check_chance(fault, path, failure.probability, failure.nth),
        Fault::Stall(stall) => check_stall(fault, stall, path),
        Fault::Realloc(realloc) => check_realloc(fault, realloc, path),
        Fault::Load(load) => {
            check_mix(&load.mix, &at("mix")).and_then(|()| check_bursts(fault, load.bursts, at("bursts")))
        }
        Fault::Failpoint(failpoint) if failpoint.name.is_empty() => {
            Err(does_nothing(fault, at("name"), "its failpoint has no name"))
        }
        Fault::Failpoint(failpoint) => match failpoint.action.beside_return() {
            Some(task) => {
                let reason = format!(
                    "`{task}` cannot stand beside `return`: the `fail` crate would do it uncounted and unhealed"
                );
                Err(does_nothing(fault, at("action"), reason))
            }
            None => Ok(()),
        },
    }
}

fn check_bursts(fault: &Fault, bursts: u32, path: NodePath) -> Result<(), Objection> {
    match bursts {
        0 => Err(does_nothing(fault, path, "bursts of 0 operations are none; write a number from 1")),
        1..=BURSTS_MAX => Ok(()),
        _ => Err(out_of_range(path, bursts, format!("1 to {}", count(u64::from(BURSTS_MAX))))),
    }
}

fn check_chance(fault: &Fault, path: &NodePath, probability: Percent, nth: Option<u64>) -> Result<(), Objection> {
    if probability.fraction() <= 0.0 {
        return Err(does_nothing(fault, path.clone().key("probability"), format!("its probability is {probability}")));
    }
    if nth == Some(0) {
        return Err(out_of_range(path.clone().key("nth"), 0, "passes are counted from 1"));
    }
    Ok(())
}

fn check_stall(fault: &Fault, stall: &Stall, path: &NodePath) -> Result<(), Objection> {
    if stall.longest().is_zero() {
        return Err(does_nothing(fault, path.clone().key("for"), "each hold lasts 0s"));
    }
    if stall.at == StallPlace::Any && stall.probability != Percent::ALL {
        let reason = "nothing is passed at `any` place, so there is no share of passes; leave `probability` out";
        return Err(Objection::to_value(path.clone().key("probability"), Problem::NotPossible(reason.to_owned())));
    }
    check_chance(fault, path, stall.probability, None)?;
    match stall.every {
        Some(every) if every.is_zero() => Err(out_of_range(path.clone().key("every"), every, "more than nothing")),
        _ => Ok(()),
    }
}

fn check_realloc(fault: &Fault, realloc: &Realloc, path: &NodePath) -> Result<(), Objection> {
    if realloc.asks_nothing() {
        let reason =
            "set one of `always_move`, `poison`, `quarantine`, `reuse_at_once`, `check`, `guard` and `container_every`";
        let map = Objection::to_key(
            path.clone(),
            FaultProblem::DoesNothing { fault: fault.name().name(), reason: reason.to_owned() },
        );
        return Err(map);
    }
    if realloc.reuse_at_once && realloc.quarantine.is_some() {
        let reason = "`quarantine` keeps freed blocks away as long as it can, and `reuse_at_once` hands them out again as soon \
                      as it can; try them one after the other";
        return Err(does_nothing(fault, path.clone().key("reuse_at_once"), reason));
    }
    let at = |key, text: String| Err(out_of_range(path.clone().key(key), text, "more than nothing"));
    match realloc {
        Realloc { quarantine: Some(size), .. } if size.bytes() == 0 => at("quarantine", size.to_string()),
        Realloc { guard: Some(share), .. } if share.fraction() <= 0.0 => at("guard", share.to_string()),
        Realloc { container_every: Some(every), .. } if every.is_zero() => at("container_every", every.to_string()),
        _ => Ok(()),
    }
}
