//! The subject's main loop: it answers what the program can be used for, or runs the one trial that it was started for.

use super::control::{self, Commands, Reports};
use super::driver::{WorkerTask, errors};
use super::mapping;
use crate::aim::{self, Words};
use crate::allocator::{Leaks, judge_leaks};
use crate::fault::Session;
use crate::panic_hook;
use crate::thread_state::Exemption;
use crate::workload::{Entry, RunningWorkload, Setup, WorkerResult, describe, panic_text};
use squall_model::protocol::{CONTROL_VARIABLE, Command, Report, SEGMENT_VARIABLE};
use squall_model::segment::Layout;
use squall_model::{ScriptTable, ScriptsRecord, TrialPlan};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread::JoinHandle;

static REPORTS: OnceLock<Reports> = OnceLock::new();
static WORKLOAD: OnceLock<Box<dyn RunningWorkload>> = OnceLock::new();

/// The exit code of a program that was started by hand.
const NOT_A_SUBJECT: u8 = 2;
/// The exit code of a subject that was told nonsense.
const NOT_UNDERSTOOD: u8 = 3;

/// The workload under load, once it is built.
pub(crate) fn running_workload() -> Option<&'static dyn RunningWorkload> {
    WORKLOAD.get().map(AsRef::as_ref)
}

/// Tells the orchestrator that a fault cannot do here what it is asked.
pub(crate) fn refuse_fault(fault: u32, reason: String) {
    send(&Report::FaultRefused { fault, reason });
}

/// Tells the orchestrator something to know about a fault.
pub(crate) fn note_fault(fault: usize, note: String) {
    send(&Report::FaultNoted { fault: fault as u32, note });
}

/// Tells the orchestrator which script is under way, and what the ones before came to.
pub(crate) fn tell_scripts(under_way: ScriptTable, so_far: Option<ScriptsRecord>) {
    send(&Report::Scripts { under_way: Box::new(under_way), so_far: so_far.map(Box::new) });
}

fn send(report: &Report) {
    if let Some(reports) = REPORTS.get() {
        reports.send(report);
    }
}

/// Serves the orchestrator that started this process. A program's `main` calls it with its workloads and ends with its
/// result; [`subject_main!`](macro@crate::subject_main) writes that `main`.
#[must_use]
pub fn subject_main(workloads: &[Entry]) -> ExitCode {
    let _exemption = Exemption::begin();
    let Some((commands, reports)) = control::open() else {
        return explain(workloads);
    };
    let _ = REPORTS.set(reports);
    match serve(workloads, commands) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("squall subject: {reason}");
            ExitCode::from(NOT_UNDERSTOOD)
        }
    }
}

fn explain(workloads: &[Entry]) -> ExitCode {
    eprintln!("This program is a target of squall and does nothing by itself ({CONTROL_VARIABLE} is not set).");
    eprintln!("Name it in an experiment and run that with `squall run FILE`. Its workloads:");
    for workload in describe(workloads).workloads {
        eprintln!("  {:<24} {}", workload.name, workload.summary);
    }
    ExitCode::from(NOT_A_SUBJECT)
}

fn serve(workloads: &[Entry], mut commands: Commands) -> Result<(), String> {
    let mut trial: Option<Trial> = None;
    // Without a stop, the orchestrator is gone: this process ends with it, and its workers, too.
    while let Some(command) = commands.next()? {
        match command {
            Command::Describe {} => send(&Report::Description(Box::new(describe(workloads)))),
            Command::Plan(plan) => match Trial::begin(workloads, *plan) {
                Ok(begun) => {
                    trial = Some(begun);
                    send(&Report::Ready {});
                }
                Err(reason) => send(&Report::Refused { reason }),
            },
            Command::Phase { .. } => {}
            Command::Arm { fault } => {
                if let Some(Err(reason)) = trial.as_ref().map(|trial| trial.session.arm(fault as usize)) {
                    refuse_fault(fault, reason);
                }
            }
            Command::Heal { fault } => {
                if let Some(trial) = &trial {
                    trial.session.heal(fault as usize);
                }
            }
            Command::Stop {} => {
                if let Some(trial) = trial.take() {
                    trial.finish();
                }
                return Ok(());
            }
        }
    }
    std::process::exit(0)
}

/// The trial under way.
struct Trial {
    session: &'static Session,
    workers: Vec<JoinHandle<WorkerResult>>,
}

impl Trial {
    fn begin(workloads: &[Entry], plan: TrialPlan) -> Result<Self, String> {
        crate::calibrate_clock();
        let layout = Layout::of(&plan).map_err(|error| error.to_string())?;
        let segment = mapping::map(inherited_segment()?, layout)?;
        let session = Session::begin(plan, segment)?;
        session.segment.memory().set_load_address(aim::load_address());
        panic_hook::install_for_subject(|report| send(&Report::Panic(Box::new(report))));
        let workload = build(workloads, session)?;
        let workload = WORKLOAD.get_or_init(|| workload).as_ref();
        if let Some(history) = session.history(0) {
            history.set_start(workload.history_start());
        }
        let mut words = Words::default();
        workload.export(&mut words);
        aim::export(words);
        let workers = (0..session.plan.load.workers).map(|number| spawn_worker(workload, session, number));
        Ok(Self { session, workers: workers.collect::<Result<_, _>>()? })
    }

    /// Lets the workers end, checks the answers, and reports.
    fn finish(self) {
        self.session.segment.header().stop();
        for number in 0..self.session.faults.len() {
            self.session.heal(number);
        }
        let workers = self.workers.len();
        let results: Vec<_> = self.workers.into_iter().filter_map(|worker| worker.join().ok()).collect();
        let lost_workers = workers - results.len();
        for report in panic_hook::unreported() {
            send(&Report::Panic(Box::new(report)));
        }
        let oracles =
            running_workload().map(|workload| workload.check(results, lost_workers, &self.session.plan.oracles));
        if let Leaks::Undecided { fault, reason } = judge_leaks(self.session, lost_workers, &oracles) {
            note_fault(fault, format!("leaks not judged: {reason}"));
        }
        let scripts = running_workload().and_then(RunningWorkload::scripts).map(Box::new);
        send(&Report::Finished { oracles: oracles.unwrap_or_default(), errors: errors(), scripts });
    }
}

fn inherited_segment() -> Result<i32, String> {
    let number = std::env::var(SEGMENT_VARIABLE).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{SEGMENT_VARIABLE} is not set"))
}

fn build(workloads: &[Entry], session: &'static Session) -> Result<Box<dyn RunningWorkload>, String> {
    let plan = &session.plan;
    let entry = workloads.iter().find(|entry| entry.name() == plan.workload);
    let entry = entry.ok_or_else(|| format!("there is no workload `{}`", plan.workload))?;
    let setup = Setup { workers: plan.load.workers, keys: plan.load.keys.count, seed: plan.seed };
    catch_unwind(AssertUnwindSafe(|| entry.build(&plan.params, &setup, &plan.load)))
        .unwrap_or_else(|payload| Err(format!("building the workload panicked: {}", panic_text(payload.as_ref()))))
}

fn spawn_worker(
    workload: &'static dyn RunningWorkload,
    session: &'static Session,
    number: u32,
) -> Result<JoinHandle<WorkerResult>, String> {
    let run = move || workload.run_worker(WorkerTask { session, number });
    let spawned = std::thread::Builder::new().name(format!("worker-{number}")).spawn(run);
    spawned.map_err(|error| format!("worker {number} cannot be started: {error}"))
}

/// Writes the `main` of a target program: its workloads, and the allocator that faults can make hostile.
///
/// ```text
/// squall_probe::subject_main!(MyMap, MyQueue);
/// ```
#[macro_export]
macro_rules! subject_main {
    ($($workload:ty),+ $(,)?) => {
        #[global_allocator]
        static SQUALL_ALLOCATOR: $crate::FaultyAllocator = $crate::FaultyAllocator::new();

        fn main() -> ::std::process::ExitCode {
            $crate::subject_main(&[$($crate::Entry::of::<$workload>()),+])
        }
    };
}
