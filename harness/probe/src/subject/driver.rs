//! One worker: it draws a call, lets the workload do it, and records how it ended, until the trial stops.

use super::calls::Calls;
use super::pacing::Pacing;
use super::shift::{Shift, random_under};
use crate::clock::now_nanos;
use crate::fault::Session;
use crate::history::Recording;
use crate::point::InjectedPanic;
use crate::script::{ScriptSource, Stage, perform_in_trial};
use crate::thread_state;
use crate::workload::{Call, Operation, OperationError, Oracle, Tally, Worker, Workload};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::decision::derive_seed;
use squall_model::fault::Fault;
use squall_model::{ErrorTally, Outcome, Phase, TEXT_BYTES_MAX};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A worker waits for the first phase by looking this often.
const WAIT_FOR_PHASE: Duration = Duration::from_micros(200);
/// How many different error messages of a trial are told apart; others count for the last one.
const ERROR_MESSAGES_MAX: usize = 32;

/// What one worker is to do.
#[derive(Clone, Copy)]
pub(crate) struct WorkerTask {
    pub(crate) session: &'static Session,
    pub(crate) number: u32,
}

/// Does operations until the trial stops; hands on what the worker remembers and what its oracles saw.
pub(crate) fn run_worker<W: Workload>(workload: &W, task: WorkerTask) -> (W::Local, Tally) {
    let mut local = W::Local::default();
    let tally = as_worker(task, W::ORACLES, |worker| match task.calls() {
        Ok(calls) => drive(workload, task, worker, &mut local, calls),
        Err(reason) => record_error(OperationError::new(reason)),
    });
    (local, tally)
}

/// Runs short scripts until the trial stops; hands on what the oracles saw.
pub(crate) fn run_scripts<W: Workload>(stage: &Stage, source: &dyn ScriptSource, task: WorkerTask) -> Tally {
    let names: Vec<&'static str> = W::OPERATIONS.iter().map(|operation| operation.name()).collect();
    as_worker(task, W::SCRIPT_ORACLES, |worker| {
        let (plan, header) = (&task.session.plan, task.session.segment.header());
        if wait_for_first_phase(task.session).is_some() {
            let what = (plan.seed, plan.load.scripts.unwrap_or_default());
            perform_in_trial(stage, source, worker, what, &names, || header.phase(), || header.stopped());
        }
    })
}

/// Does what a worker has to do, on a thread that is one for so long.
fn as_worker(task: WorkerTask, oracles: &[Oracle], body: impl FnOnce(&mut Worker)) -> Tally {
    let slot = task.session.segment.slot(task.number as usize);
    let recording = Recording::new(task.session.history(task.number as usize));
    thread_state::with(|state| state.become_worker(task.number, slot, recording));
    slot.set_thread_id(thread_id());
    let worker = Worker::new(task.number, task.random("worker"), slot, Tally::new(oracles));
    let mut worker = worker.with_recording(recording);
    body(&mut worker);
    slot.set_thread_id(0);
    worker.tally
}

fn drive<W: Workload>(workload: &W, task: WorkerTask, worker: &mut Worker, local: &mut W::Local, mut calls: Calls) {
    let header = task.session.segment.header();
    let timeout_nanos = task.session.plan.load.timeout.nanos();
    let Some(mut phase) = wait_for_first_phase(task.session) else { return };
    let slot = worker.slot;
    let mut now = now_nanos();
    let mut pacing = Pacing::new(&task.session.plan.load, task.number, task.random("pacing"), now);
    while !header.stopped() {
        if calls.refill() {
            now = now_nanos();
        }
        let start = match &mut pacing {
            Pacing::Closed => now,
            Pacing::Open(schedule) => match schedule.wait(&header) {
                Some(start) => start,
                None => return,
            },
        };
        phase = header.phase().unwrap_or(phase);
        let (index, key) = calls.next();
        let operation = W::OPERATIONS[index];
        slot.begin(index, key, start.max(1));
        let result = guarded_step(workload, worker, local, Call { operation, key });
        now = now_nanos();
        let latency = now.saturating_sub(start);
        let outcome = outcome_of(result, latency > timeout_nanos);
        slot.finish(phase, index, key, outcome, start, latency);
        calls.finish(index);
    }
}

/// Does one operation; faults act on this thread only inside.
#[inline]
pub(super) fn guarded_step<W: Workload>(
    workload: &W,
    worker: &mut Worker,
    local: &mut W::Local,
    call: Call<W::Operation>,
) -> std::thread::Result<Result<(), OperationError>> {
    thread_state::with(|state| state.operation.set(Some(call.operation.name())));
    worker.recording.begin_operation();
    let result = catch_unwind(AssertUnwindSafe(|| workload.step(worker, local, call)));
    thread_state::with(|state| state.operation.set(None));
    result
}

#[inline]
fn outcome_of(result: std::thread::Result<Result<(), OperationError>>, late: bool) -> Outcome {
    match result {
        Ok(Ok(())) if late => Outcome::Timeout,
        Ok(Ok(())) => Outcome::Ok,
        Ok(Err(error)) => {
            record_error(error);
            if late { Outcome::Timeout } else { Outcome::Error }
        }
        Err(payload) => outcome_of_panic(payload.as_ref()),
    }
}

#[cold]
fn outcome_of_panic(payload: &(dyn Any + Send)) -> Outcome {
    if payload.is::<InjectedPanic>() { Outcome::Injected } else { Outcome::Panic }
}

fn wait_for_first_phase(session: &Session) -> Option<Phase> {
    let header = session.segment.header();
    while !header.stopped() {
        if let Some(phase) = header.phase() {
            return Some(phase);
        }
        std::thread::sleep(WAIT_FOR_PHASE);
    }
    None
}

impl WorkerTask {
    /// The calls of this worker, those under `load` faults included.
    fn calls(self) -> Result<Calls, String> {
        let (plan, faults) = (&self.session.plan, &self.session.faults);
        let mut calls = Calls::new(self.random("calls"), &plan.load.weights, &plan.load.keys)?;
        for fault in faults {
            if let Fault::Load(shift) = &fault.plan.fault {
                let shift = Shift::new(shift, &plan.operations, fault.meter);
                calls.add(random_under(plan.seed, fault, self.number), shift)?;
            }
        }
        Ok(calls)
    }

    /// The random numbers of this worker for one purpose.
    fn random(self, purpose: &str) -> Xoshiro256PlusPlus {
        let seed = derive_seed(self.session.plan.seed, purpose, u64::from(self.number));
        Xoshiro256PlusPlus::seed_from_u64(seed)
    }
}

/// The operating system's number of this thread.
fn thread_id() -> u64 {
    // SAFETY: the call takes nothing and cannot fail.
    #[expect(unsafe_code, reason = "the standard library does not know the kernel's number of a thread")]
    unsafe {
        libc::gettid() as u64
    }
}

static ERRORS: Mutex<Vec<ErrorTally>> = Mutex::new(Vec::new());

/// Counts an error by its message.
#[cold]
fn record_error(error: OperationError) {
    let _exemption = thread_state::Exemption::begin();
    let mut errors = ERRORS.lock().unwrap_or_else(PoisonError::into_inner);
    let full = errors.len() >= ERROR_MESSAGES_MAX;
    match errors.iter_mut().rev().find(|tally| full || tally.message == error.message) {
        Some(tally) => tally.count += 1,
        None => {
            let mut message = error.message;
            message.truncate(message.floor_char_boundary(TEXT_BYTES_MAX));
            errors.push(ErrorTally { message, count: 1 });
        }
    }
}

/// The errors of the trial, by message.
pub(super) fn errors() -> Vec<ErrorTally> {
    ERRORS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
