//! Takes what is asked of short scripts, objects to what no script can do: what the load says beside them, faults that have
//! nothing to act on, and workloads without scripts.

use super::built::{Experiment, ExperimentLoad};
use super::file::LoadFile;
use super::objection::{Objection, out_of_range};
use super::path::NodePath;
use super::problem::Problem;
use super::suggestion::Suggestion;
use squall_model::fault::{Fault, Realloc, Stall, StallPlace};
use squall_model::history;
use squall_model::units::TimeSpan;
use squall_model::{SCRIPT_OPERATIONS_MAX, SCRIPT_THREADS_MAX, Scripts, TargetDescription, WorkloadDescription};

/// The shortest time for a script: a few strides.
const EACH_MIN: TimeSpan = TimeSpan::from_millis(1);
/// Workers where nothing is written: enough for most defects that several show, and for a script as many as fit on small machines.
const WORKERS: u32 = 4;
const SCRIPT_WORKERS: u32 = 2;

impl ExperimentLoad {
    /// The scripts that a workload is run with, if it is: as asked for, or because its script is written by hand.
    pub fn scripts_of(&self, workload: &WorkloadDescription) -> Option<Scripts> {
        self.scripts.or_else(|| written_threads(workload).map(|_| Scripts::default()))
    }

    /// How many threads do operations.
    pub fn workers_of(&self, workload: &WorkloadDescription) -> u32 {
        let usual = if self.scripts.is_some() { SCRIPT_WORKERS } else { WORKERS };
        self.workers.or_else(|| written_threads(workload)).unwrap_or(usual)
    }

    /// The oracles that an experiment may name for a workload under this load: those that it is judged by if none is named, and
    /// those that look at what it records.
    pub(super) fn oracles_known(&self, workload: &WorkloadDescription) -> Vec<String> {
        let records = workload.history.is_some() && self.scripts_of(workload).is_none();
        let histories = history::ORACLES.iter().filter(|_| records).map(|name| (*name).to_owned());
        self.oracles_of(workload).iter().cloned().chain(histories).collect()
    }

    /// The oracles that a workload is judged by under this load, if the experiment names none.
    pub fn oracles_of<'a>(&self, workload: &'a WorkloadDescription) -> &'a [String] {
        match &workload.scripts {
            Some(scripts) if self.scripts_of(workload).is_some() => &scripts.oracles,
            _ => &workload.oracles,
        }
    }
}

fn written_threads(workload: &WorkloadDescription) -> Option<u32> {
    workload.scripts.as_ref()?.threads
}

fn path(key: &str) -> NodePath {
    NodePath::keys(&["load", key])
}

fn not_possible(path: NodePath, reason: impl Into<String>) -> Objection {
    Objection::to_key(path, Problem::NotPossible(reason.into()))
}

/// Checks what needs no target: the ranges, and what the load says beside scripts.
pub(super) fn check(load: &LoadFile) -> Result<(), Objection> {
    let Some(scripts) = load.scripts else { return Ok(()) };
    if !(1..=SCRIPT_OPERATIONS_MAX).contains(&scripts.operations) {
        let range = format!("1 to {SCRIPT_OPERATIONS_MAX} operations of a thread");
        return Err(out_of_range(path("scripts").key("operations"), scripts.operations, range));
    }
    if scripts.each < EACH_MIN {
        return Err(out_of_range(path("scripts").key("each"), scripts.each, format!("at least {EACH_MIN} a script")));
    }
    if let Some(workers) = load.workers.filter(|workers| !(2..=SCRIPT_THREADS_MAX).contains(workers)) {
        return Err(out_of_range(path("workers"), workers, format!("2 to {SCRIPT_THREADS_MAX} workers for scripts")));
    }
    if load.rate.is_some() {
        return Err(not_possible(path("rate"), NO_RATE));
    }
    Ok(())
}

const NO_RATE: &str = "scripts have no rate: their threads do each operation as soon as they have met";

/// Checks a workload that scripts are asked of, or whose script is written by hand.
pub(super) fn check_workload(
    experiment: &Experiment,
    target: &TargetDescription,
    workload: &WorkloadDescription,
) -> Result<(), Objection> {
    let load = &experiment.load;
    let written = written_threads(workload);
    if load.scripts.is_some() {
        if workload.scripts.is_none() {
            return Err(not_possible(path("scripts"), without_scripts(target, workload)));
        }
        if written.is_some() {
            let reason = format!("the script of `{}` is written by hand: leave `scripts` out", workload.name);
            return Err(not_possible(path("scripts"), reason));
        }
    }
    if let (Some(threads), Some(workers)) = (written, load.workers)
        && threads != workers
    {
        return Err(out_of_range(
            path("workers"),
            workers,
            format!("the script of `{}` has {threads} threads", workload.name),
        ));
    }
    if written.is_some() && load.rate.is_some() {
        return Err(not_possible(path("rate"), NO_RATE));
    }
    Ok(())
}

fn without_scripts(target: &TargetDescription, workload: &WorkloadDescription) -> String {
    let able = target.workloads.iter().filter(|workload| workload.scripts.is_some());
    let able = able.filter(|workload| written_threads(workload).is_none()).map(|workload| &workload.name);
    let listed = Suggestion { nearest: None, ..Suggestion::new(&workload.name, able) };
    format!("no short scripts can be drawn for `{}`; workloads for which they can{listed}", workload.name)
}

/// Checks that a fault has something to act on where a workload runs scripts.
pub(super) fn check_fault(
    experiment: &Experiment,
    workload: &WorkloadDescription,
    fault: &Fault,
    path: &NodePath,
) -> Result<(), Objection> {
    if experiment.load.scripts_of(workload).is_none() {
        return Ok(());
    }
    match fault {
        Fault::Load(_) => Err(not_possible(path.clone(), "scripts have no mix that could change while they run")),
        Fault::Reenter(_) => Err(not_possible(path.clone(), "scripts cannot be called back into")),
        Fault::Realloc(Realloc { container_every: Some(_), .. }) => {
            let reason = "scripts reallocate their own objects, if the container can be reallocated";
            Err(not_possible(path.clone().key("container_every"), reason))
        }
        Fault::Stall(Stall { at: StallPlace::Word(_), .. }) => {
            let reason = "the objects of scripts come and go too quickly for their words to be aimed at";
            Err(not_possible(path.clone().key("at").key("word"), reason))
        }
        _ => Ok(()),
    }
}
