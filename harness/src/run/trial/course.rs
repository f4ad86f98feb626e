//! The course of a trial: a subject is started, goes through its phases while faults come and go, is watched, and is ended.

use super::listening::Wait;
use crate::run::fault::FaultBoard;
use crate::run::host::{Interrupts, Leash, ProcessStats, SharedSegment, own_usage};
use crate::run::launch::Launch;
use crate::run::outcome::TrialOutcome;
use crate::run::reading::{self, IntervalReader};
use crate::run::run_error::RunError;
use crate::run::schedule::{self, Step};
use crate::run::subject::Subject;
use crate::run::testimony;
use crate::run::watchdog::{AbortWatch, Watchdog};
use squall_model::protocol::{Command, Report};
use squall_model::segment::{Layout, Segment};
use squall_model::units::TimeSpan;
use squall_model::{
    AbortCondition, Ending, ErrorTally, Event, OracleReport, Phase, ScriptsRecord, TrialPlan, Usage, WorkerEvidence,
};
use std::time::{Duration, Instant};

/// How often the segment is read: the length of an interval of the time series.
const TICK: TimeSpan = TimeSpan::from_millis(100);
/// How long a subject has to end after it said that it finished, or after SIGTERM.
pub(super) const EXIT_TIMEOUT: Duration = Duration::from_secs(1);
/// Address space that a subject may use beyond its memory limit: thread stacks, the segment, the allocator's arenas.
const ADDRESS_SPACE_BEYOND_MEMORY_BYTES: u64 = 8 << 30;

/// What a trial needs beside its plan.
pub struct TrialContext<'a> {
    /// The target's program.
    pub launch: &'a Launch,
    /// What ends the subject if we die.
    pub leash: &'a Leash,
    /// The operator's wish to end.
    pub interrupts: &'a mut Interrupts,
    /// When the trial is given up.
    pub abort_when: Option<&'a AbortCondition>,
    /// Where events go.
    pub emit: &'a mut dyn FnMut(Event),
}

/// Runs one trial to its end, whatever that is.
///
/// # Errors
/// If it could not begin: no shared memory, or the program cannot be started.
pub async fn run_trial(context: TrialContext<'_>, plan: &TrialPlan) -> Result<TrialOutcome, RunError> {
    let layout =
        Layout::of(plan).map_err(|error| RunError::system("laying out the segment")(std::io::Error::other(error)))?;
    let segment = SharedSegment::create(layout).map_err(RunError::system("making shared memory"))?;
    let address_space = plan.limits.memory_bytes_max.map(|bytes| bytes + ADDRESS_SPACE_BEYOND_MEMORY_BYTES);
    let subject = Subject::start(context.launch, context.leash, Some(segment.file()), address_space)?;
    tracing::info!(trial = plan.number, program = %context.launch.program.display(), process = subject.process(), "started");
    // Taken apart and put together, so that the borrows become as short as the segment's.
    let TrialContext { launch, leash, interrupts, abort_when, emit } = context;
    let context = TrialContext { launch, leash, interrupts, abort_when, emit };
    let mut trial = Trial::new(context, plan, segment.view(), subject);
    let ending = trial.run().await?;
    tracing::info!(trial = plan.number, role = %plan.role, ?ending, "trial ended");
    Ok(trial.conclude(ending).await)
}

pub(super) struct Trial<'a> {
    pub(super) context: TrialContext<'a>,
    pub(super) plan: &'a TrialPlan,
    pub(super) segment: Segment<'a>,
    pub(super) subject: Subject<'a>,
    pub(super) board: FaultBoard<'a>,
    pub(super) intervals: IntervalReader,
    pub(super) watchdog: Watchdog,
    pub(super) abort_watch: Option<AbortWatch>,
    /// The phases that were begun, with their beginnings.
    pub(super) begun: Vec<(Phase, TimeSpan)>,
    pub(super) load_began: Instant,
    pub(super) load_ended: Option<TimeSpan>,
    pub(super) panics: u32,
    pub(super) errors: Vec<ErrorTally>,
    pub(super) scripts: Option<ScriptsRecord>,
    pub(super) oracles: Option<Vec<OracleReport>>,
    pub(super) evidence: Vec<WorkerEvidence>,
    pub(super) usage: Usage,
    pub(super) started: Instant,
    pub(super) own_cpu_before: TimeSpan,
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        context: TrialContext<'a>,
        plan: &'a TrialPlan,
        segment: Segment<'a>,
        subject: Subject<'a>,
    ) -> Self {
        let abort_watch = context.abort_when.cloned().map(AbortWatch::new);
        Self {
            context,
            plan,
            segment,
            subject,
            board: FaultBoard::new(segment, plan),
            intervals: IntervalReader::default(),
            watchdog: Watchdog::new(plan.limits.stuck_after),
            abort_watch,
            begun: Vec::new(),
            load_began: Instant::now(),
            load_ended: None,
            panics: 0,
            errors: Vec::new(),
            scripts: None,
            oracles: None,
            evidence: Vec::new(),
            usage: Usage::default(),
            started: Instant::now(),
            own_cpu_before: own_usage().0,
        }
    }

    /// The trial as it should go: ready, loaded, finished. Whatever comes between ends it.
    pub(super) async fn run(&mut self) -> Result<Ending, RunError> {
        if let Some(ending) = self.get_ready().await? {
            return Ok(ending);
        }
        if let Some(ending) = self.load().await? {
            return Ok(ending);
        }
        self.finish().await
    }

    pub(super) async fn get_ready(&mut self) -> Result<Option<Ending>, RunError> {
        self.subject.tell(&Command::Plan(Box::new(self.plan.clone()))).await;
        let deadline = Instant::now() + self.plan.limits.settle.duration();
        match self.hear_until(deadline, |report| matches!(report, Report::Ready {} | Report::Refused { .. })).await? {
            Wait::Heard(Report::Refused { reason }) => {
                Ok(Some(Ending::Refused { reason: testimony::bounded_reason(&reason) }))
            }
            Wait::Heard(_) => {
                let (trial, role, planned) = (self.plan.number, self.plan.role, self.plan.phases.total());
                let variant = self.plan.variant.clone();
                (self.context.emit)(Event::TrialStarted { trial, role, variant, planned });
                Ok(None)
            }
            Wait::Time => {
                let reason = format!("its workload was not ready within {}", self.plan.limits.settle);
                Ok(Some(Ending::Refused { reason }))
            }
            Wait::Ended(ending) => Ok(Some(ending)),
        }
    }

    /// Goes through the steps of the plan, and looks at the subject in between.
    pub(super) async fn load(&mut self) -> Result<Option<Ending>, RunError> {
        self.load_began = Instant::now();
        let mut tick = TICK;
        for (time, step) in schedule::steps(self.plan) {
            while self.now() < time {
                let deadline = self.load_began + time.min(tick).duration();
                if let Wait::Ended(ending) = self.hear_until(deadline, |_| false).await? {
                    return Ok(Some(ending));
                }
                if self.now() >= tick {
                    tick = self.now().plus(TICK);
                    if let Some(ending) = self.look() {
                        return Ok(Some(ending));
                    }
                }
            }
            self.take(step).await;
        }
        Ok(None)
    }

    pub(super) async fn take(&mut self, step: Step) {
        tracing::debug!(trial = self.plan.number, at = %self.now(), ?step, "step");
        match step {
            Step::Begin(phase) => {
                self.measure();
                let now = self.now();
                self.segment.header().set_phase(phase);
                self.intervals.begin(phase, now);
                self.begun.push((phase, now));
                (self.context.emit)(Event::PhaseStarted { trial: self.plan.number, phase });
                self.subject.tell(&Command::Phase { phase }).await;
            }
            Step::Arm(number) => {
                let command = self.board.inject(number, self.now());
                (self.context.emit)(Event::FaultArmed {
                    trial: self.plan.number,
                    fault: number as u32,
                    name: self.plan.faults[number].fault.to_string(),
                });
                self.subject.tell(&command).await;
            }
            Step::Heal(number) => self.heal(number).await,
            Step::End => {
                self.measure();
                self.load_ended = Some(self.now());
            }
        }
    }

    pub(super) async fn heal(&mut self, number: usize) {
        let Some(command) = self.board.heal(number, self.now()) else { return };
        (self.context.emit)(Event::FaultHealed {
            trial: self.plan.number,
            fault: number as u32,
            name: self.plan.faults[number].fault.to_string(),
        });
        self.subject.tell(&command).await;
    }

    /// Takes an interval of the time series and looks whether the trial can go on.
    pub(super) fn look(&mut self) -> Option<Ending> {
        let interval = self.measure();
        let stats = ProcessStats::read(self.subject.process()).unwrap_or_default();
        self.usage.subject_memory_bytes_max = self.usage.subject_memory_bytes_max.max(stats.memory_bytes);
        self.usage.subject_cpu = self.usage.subject_cpu.max(stats.cpu);
        if self.plan.limits.memory_bytes_max.is_some_and(|bytes_max| stats.memory_bytes > bytes_max) {
            return Some(Ending::MemoryLimit { bytes: stats.memory_bytes });
        }
        if let Some(interval) = interval
            && let Some(watch) = &mut self.abort_watch
            && let Some(reason) = watch.look(&interval)
        {
            return Some(Ending::Aborted { reason });
        }
        let waiting = self.workers_waiting();
        let finished = reading::finished(self.segment);
        let stuck = self.watchdog.look(self.now(), finished, stats.cpu, waiting, self.board.holds_now())?;
        Some(Ending::Stuck { spinning: stuck.spinning, cores_used: stuck.cores_used })
    }

    /// How many workers have an operation under way; a subject without the recorder is taken to be always at work.
    pub(super) fn workers_waiting(&self) -> usize {
        if self.context.launch.stdio {
            1
        } else {
            self.segment.slots().filter(|slot| slot.under_way().is_some()).count()
        }
    }

    pub(super) fn measure(&mut self) -> Option<squall_model::Interval> {
        let interval = self.intervals.read(self.segment, self.now(), self.board.armed_bits())?;
        (self.context.emit)(Event::Measured { trial: self.plan.number, interval: interval.clone() });
        Some(interval)
    }

    /// The time since the load began.
    pub(super) fn now(&self) -> TimeSpan {
        self.load_began.elapsed().into()
    }
}
