//! The workloads of a target program, without their types, so that one main loop drives them all.

use super::operation::Operation;
use super::oracle::{FinalCheck, Tally};
use super::params::Params;
use super::scripts_of::ScriptsOf;
use super::worker::{Setup, Worker};
use super::workload_trait::Workload;
use crate::aim::{self, Words};
use crate::allocator;
use crate::exempt;
use crate::point::POINTS;
use crate::subject::{WorkerTask, run_worker};
use crate::thread_state;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::segment::HistoryStart;
use squall_model::{
    Load, OracleReport, PROTOCOL, PointDescription, ScriptsDescription, ScriptsRecord, TargetDescription,
    WorkloadDescription,
};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError, RwLock};

/// Builds a workload from its parameters, or says why they make none.
type Build = fn(&serde_json::Value, &Setup, &Load) -> Result<Box<dyn RunningWorkload>, String>;

/// A workload of the target program.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    describe: fn() -> WorkloadDescription,
    name: &'static str,
    build: Build,
}

impl Entry {
    /// The entry of one workload.
    #[must_use]
    pub const fn of<W: Workload>() -> Self {
        Self { describe: describe_workload::<W>, name: W::NAME, build: build::<W> }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn build(
        &self,
        params: &serde_json::Value,
        setup: &Setup,
        load: &Load,
    ) -> Result<Box<dyn RunningWorkload>, String> {
        (self.build)(params, setup, load)
    }
}

/// What one worker brings home: its local memory and what its oracles saw.
pub(crate) struct WorkerResult {
    pub(crate) local: Box<dyn Any + Send>,
    pub(crate) tally: Tally,
}

/// A built workload without its type.
pub(crate) trait RunningWorkload: Send + Sync {
    /// Does operations until the trial stops.
    fn run_worker(&self, task: WorkerTask) -> WorkerResult;
    /// Tells the words that faults can aim at.
    fn export(&self, words: &mut Words);
    /// The first address of the workload's own struct, and the first one after it.
    fn own_addresses(&self) -> (u64, u64);
    /// What is known of each object whose history is recorded.
    fn history_start(&self) -> HistoryStart {
        HistoryStart::default()
    }
    /// Reallocates the container.
    fn reallocate(&self);
    /// Calls back into the container from the current thread, which is a worker in the middle of an operation; `seed` is
    /// what the call's random numbers follow from.
    fn reenter(&self, seed: u64);
    /// Checks the container after the load. An oracle that panics leaves the check undecided, and so does a worker whose
    /// memory was lost: what it did is unknown.
    fn check(&self, results: Vec<WorkerResult>, lost_workers: usize, asked: &[String]) -> Vec<OracleReport>;
    /// What came of the short scripts, if that is what the workers did.
    fn scripts(&self) -> Option<ScriptsRecord> {
        None
    }
}

struct Built<W: Workload> {
    /// Workers and reallocations share it; the final check takes it away once they have ended.
    workload: RwLock<Option<W>>,
    /// What the oracles saw in calls back into the container.
    reentries: Mutex<Tally>,
}

fn build<W: Workload>(
    params: &serde_json::Value,
    setup: &Setup,
    load: &Load,
) -> Result<Box<dyn RunningWorkload>, String> {
    let params: W::Params = match params {
        serde_json::Value::Null => W::Params::default(),
        given => serde_json::from_value(given.clone()).map_err(|error| format!("params: {error}"))?,
    };
    if let Some(scripts) = load.scripts {
        return Ok(Box::new(ScriptsOf::<W>::build(&params, setup, scripts, &load.weights)?));
    }
    let workload = RwLock::new(Some(W::build(&params, setup)?));
    Ok(Box::new(Built { workload, reentries: Mutex::new(Tally::new(W::ORACLES)) }))
}

impl<W: Workload> RunningWorkload for Built<W> {
    fn run_worker(&self, task: WorkerTask) -> WorkerResult {
        let guard = self.workload.read().unwrap_or_else(PoisonError::into_inner);
        let (local, tally) = match guard.as_ref() {
            Some(workload) => run_worker(workload, task),
            None => (W::Local::default(), Tally::new(W::ORACLES)),
        };
        WorkerResult { local: Box::new(local), tally }
    }

    fn export(&self, words: &mut Words) {
        let guard = self.workload.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(workload) = guard.as_ref() {
            workload.export(words);
        }
    }

    fn own_addresses(&self) -> (u64, u64) {
        let guard = self.workload.read().unwrap_or_else(PoisonError::into_inner);
        let start = guard.as_ref().map_or(0, |workload| std::ptr::from_ref(workload) as u64);
        (start, start + size_of::<W>() as u64)
    }

    fn history_start(&self) -> HistoryStart {
        let guard = self.workload.read().unwrap_or_else(PoisonError::into_inner);
        guard.as_ref().map_or_else(HistoryStart::default, Workload::history_start)
    }

    fn reallocate(&self) {
        let guard = self.workload.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(workload) = guard.as_ref() {
            workload.reallocate();
        }
    }

    fn reenter(&self, seed: u64) {
        let guard = self.workload.read().unwrap_or_else(PoisonError::into_inner);
        let (number, slot, recording) =
            thread_state::with(|state| (state.worker(), state.slot.get(), state.recording.get()));
        let (Some(workload), Some(number), Some(slot)) = (guard.as_ref(), number, slot) else { return };
        let mut worker = exempt(|| {
            let random = Xoshiro256PlusPlus::seed_from_u64(seed);
            Worker::new(number, random, slot, Tally::new(W::ORACLES)).with_recording(recording)
        });
        let unwound = catch_unwind(AssertUnwindSafe(|| workload.reenter(&mut worker)));
        exempt(|| self.reentries.lock().unwrap_or_else(PoisonError::into_inner).merge(worker.tally));
        if let Err(payload) = unwound {
            resume_unwind(payload);
        }
    }

    fn check(&self, results: Vec<WorkerResult>, lost_workers: usize, asked: &[String]) -> Vec<OracleReport> {
        let reentries = std::mem::take(&mut *self.reentries.lock().unwrap_or_else(PoisonError::into_inner));
        let mut check = FinalCheck { tally: reentries };
        let mut locals = Vec::new();
        for result in results {
            check.tally.merge(result.tally);
            if let Ok(local) = result.local.downcast::<W::Local>() {
                locals.push(*local);
            }
        }
        if lost_workers > 0 {
            let undecided = format!("{lost_workers} worker(s) ended with a panic outside of any operation");
            return check.tally.reports(W::ORACLES, asked, Some(&undecided));
        }
        // A reallocation that is under way is waited for.
        let workload = self.workload.write().unwrap_or_else(PoisonError::into_inner).take();
        let Some(workload) = workload else {
            return check.tally.reports(W::ORACLES, asked, Some("the workload was checked before"));
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| workload.check(locals, &mut check)));
        let undecided =
            outcome.err().map(|payload| format!("the final check panicked: {}", panic_text(payload.as_ref())));
        check.tally.reports(W::ORACLES, asked, undecided.as_deref())
    }
}

/// The text of a caught panic.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("(a payload that is no text)")
}

fn describe_workload<W: Workload>() -> WorkloadDescription {
    WorkloadDescription {
        name: W::NAME.to_owned(),
        summary: W::SUMMARY.to_owned(),
        operations: W::OPERATIONS.iter().map(|operation| operation.name().to_owned()).collect(),
        params: W::Params::describe(),
        oracles: W::ORACLES.iter().map(|oracle| oracle.name().to_owned()).collect(),
        reallocates: W::REALLOCATES,
        reenters: W::REENTERS,
        words: W::WORDS.iter().map(|word| (*word).to_owned()).collect(),
        entry: Some((<Built<W> as RunningWorkload>::run_worker as *const () as u64).wrapping_sub(aim::load_address())),
        reach: None,
        history: W::HISTORY,
        scripts: (!W::SCRIPT_ORACLES.is_empty()).then(|| ScriptsDescription {
            threads: W::SCRIPT_THREADS,
            oracles: W::SCRIPT_ORACLES.iter().map(|oracle| oracle.name().to_owned()).collect(),
        }),
    }
}

/// What the program can be used for.
pub(crate) fn describe(workloads: &[Entry]) -> TargetDescription {
    let mut described: Vec<_> = workloads.iter().map(|entry| (entry.describe)()).collect();
    described.sort_by(|left, right| left.name.cmp(&right.name));
    let mut points: Vec<_> = POINTS
        .iter()
        .map(|point| PointDescription {
            name: point.name().to_owned(),
            file: point.place().0.to_owned(),
            line: point.place().1,
            returns_error: point.returns_error(),
            address: Some((std::ptr::from_ref(point) as u64).wrapping_sub(aim::load_address())),
        })
        .collect();
    points.sort();
    let breakpoints_refused = aim::refusal();
    TargetDescription {
        protocol: PROTOCOL,
        workloads: described,
        points,
        allocator: allocator::installed(),
        failpoints: has_failpoints(),
        breakpoints: breakpoints_refused.is_none(),
        breakpoints_refused,
        functions: Vec::new(),
        functions_refused: None,
    }
}

#[cfg(feature = "failpoints")]
const fn has_failpoints() -> bool {
    ::fail::has_failpoints()
}

#[cfg(not(feature = "failpoints"))]
const fn has_failpoints() -> bool {
    false
}
