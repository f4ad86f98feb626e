//! One trial: a subject is started, goes through its phases while faults come and go, is watched, and is ended.

use super::ending::TrialOutcome;
use super::fault::FaultBoard;
use super::host::{Interrupts, Leash, ProcessStats, SharedSegment, monotonic_nanos, own_usage};
use super::launch::Launch;
use super::reading::{self, IntervalReader};
use super::run_error::RunError;
use super::schedule::{self, Step};
use super::subject::{Heard, Subject};
use super::testimony;
use super::watchdog::{AbortWatch, Watchdog};
use squall_model::protocol::{Command, LATENCIES_MAX, Report};
use squall_model::segment::{Layout, Segment};
use squall_model::units::TimeSpan;
use squall_model::{
    AbortCondition, Ending, ErrorTally, Event, OracleReport, Outcome, PanicReport, Phase, PhaseTotals, TrialPlan,
    Usage, WorkerEvidence,
};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// How often the segment is read: the length of an interval of the time series.
const TICK: TimeSpan = TimeSpan::from_millis(100);
/// How long a subject has to end after it said that it finished, or after SIGTERM.
const EXIT_TIMEOUT: Duration = Duration::from_secs(1);
/// Address space that a subject may use beyond its memory limit: thread stacks, the segment, the allocator's arenas.
const ADDRESS_SPACE_BEYOND_MEMORY_BYTES: u64 = 8 << 30;
/// The most panics of one trial that are passed on; later ones are only counted by the recorder.
const PANICS_MAX: u32 = 10_000;

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
    let layout = Layout::new(plan.load.workers as usize, plan.operations.len());
    let layout = layout.map_err(|error| RunError::system("laying out the segment")(std::io::Error::other(error)))?;
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

struct Trial<'a> {
    context: TrialContext<'a>,
    plan: &'a TrialPlan,
    segment: Segment<'a>,
    subject: Subject<'a>,
    board: FaultBoard<'a>,
    intervals: IntervalReader,
    watchdog: Watchdog,
    abort_watch: Option<AbortWatch>,
    /// The phases that were begun, with their beginnings.
    begun: Vec<(Phase, TimeSpan)>,
    load_began: Instant,
    load_ended: Option<TimeSpan>,
    panics: u32,
    errors: Vec<ErrorTally>,
    oracles: Option<Vec<OracleReport>>,
    evidence: Vec<WorkerEvidence>,
    usage: Usage,
    started: Instant,
    own_cpu_before: TimeSpan,
}

impl<'a> Trial<'a> {
    fn new(context: TrialContext<'a>, plan: &'a TrialPlan, segment: Segment<'a>, subject: Subject<'a>) -> Self {
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
            oracles: None,
            evidence: Vec::new(),
            usage: Usage::default(),
            started: Instant::now(),
            own_cpu_before: own_usage().0,
        }
    }

    /// The trial as it should go: ready, loaded, finished. Whatever comes between ends it.
    async fn run(&mut self) -> Result<Ending, RunError> {
        if let Some(ending) = self.get_ready().await? {
            return Ok(ending);
        }
        if let Some(ending) = self.load().await? {
            return Ok(ending);
        }
        self.finish().await
    }

    async fn get_ready(&mut self) -> Result<Option<Ending>, RunError> {
        self.subject.tell(&Command::Plan(Box::new(self.plan.clone()))).await;
        let deadline = Instant::now() + self.plan.limits.settle.duration();
        match self.hear_until(deadline, |report| matches!(report, Report::Ready {} | Report::Refused { .. })).await? {
            Wait::Heard(Report::Refused { reason }) => {
                Ok(Some(Ending::Refused { reason: testimony::bounded_reason(&reason) }))
            }
            Wait::Heard(_) => {
                let (trial, role, planned) = (self.plan.number, self.plan.role, self.plan.phases.total());
                (self.context.emit)(Event::TrialStarted { trial, role, planned });
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
    async fn load(&mut self) -> Result<Option<Ending>, RunError> {
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

    async fn take(&mut self, step: Step) {
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

    async fn heal(&mut self, number: usize) {
        let Some(command) = self.board.heal(number, self.now()) else { return };
        (self.context.emit)(Event::FaultHealed {
            trial: self.plan.number,
            fault: number as u32,
            name: self.plan.faults[number].fault.to_string(),
        });
        self.subject.tell(&command).await;
    }

    /// Takes an interval of the time series and looks whether the trial can go on.
    fn look(&mut self) -> Option<Ending> {
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
    fn workers_waiting(&self) -> usize {
        if self.context.launch.stdio {
            1
        } else {
            self.segment.slots().filter(|slot| slot.under_way().is_some()).count()
        }
    }

    fn measure(&mut self) -> Option<squall_model::Interval> {
        let interval = self.intervals.read(self.segment, self.now(), self.board.armed_bits())?;
        (self.context.emit)(Event::Measured { trial: self.plan.number, interval: interval.clone() });
        Some(interval)
    }

    /// Ends the load, waits for the final check and for the process's end.
    async fn finish(&mut self) -> Result<Ending, RunError> {
        self.segment.header().stop();
        self.subject.tell(&Command::Stop {}).await;
        let cpu_before = ProcessStats::read(self.subject.process()).unwrap_or_default().cpu;
        let deadline = Instant::now() + self.plan.limits.settle.plus(self.plan.load.timeout).duration();
        match self.hear_until(deadline, |report| matches!(report, Report::Finished { .. })).await? {
            Wait::Heard(_) => match tokio::time::timeout(EXIT_TIMEOUT, self.subject.wait()).await {
                Ok(status) => Ok(finished_with(status?)),
                Err(_) => self.ignored_stop().await,
            },
            Wait::Ended(ending) => Ok(ending),
            Wait::Time => match self.hanging_workers(cpu_before) {
                Some(stuck) => Ok(stuck),
                None => self.ignored_stop().await,
            },
        }
    }

    /// Whether workers hang in an operation that began long ago: then that is why the subject does not end.
    fn hanging_workers(&self, cpu_before: TimeSpan) -> Option<Ending> {
        let now = monotonic_nanos();
        let limit = self.plan.limits.stuck_after.nanos();
        let under_way = self.segment.slots().filter_map(|slot| slot.under_way());
        let hanging = under_way.filter(|under_way| now.saturating_sub(under_way.started_nanos) > limit).count();
        let cpu = ProcessStats::read(self.subject.process()).unwrap_or_default().cpu;
        let waited = self.plan.limits.settle.plus(self.plan.load.timeout).nanos().max(1);
        let cores_used = cpu.nanos().saturating_sub(cpu_before.nanos()) as f64 / waited as f64;
        (hanging > 0).then_some(Ending::Stuck { spinning: cores_used > 0.2, cores_used })
    }

    async fn ignored_stop(&mut self) -> Result<Ending, RunError> {
        self.gather_evidence();
        let ended_by = self.end_subject().await?.to_owned();
        Ok(Ending::IgnoredStop { ended_by })
    }

    /// Asks the process to end, then kills it, at once if the operator insists; hands on what it took.
    async fn end_subject(&mut self) -> Result<&'static str, RunError> {
        self.subject.signal(libc::SIGTERM);
        tokio::select! {
            status = self.subject.wait() => return status.map(|_| "SIGTERM"),
            () = tokio::time::sleep(EXIT_TIMEOUT) => (),
            () = self.context.interrupts.next() => (),
        }
        self.subject.signal(libc::SIGKILL);
        self.subject.wait().await.map(|_| "SIGKILL")
    }

    /// Handles what the subject says until `wanted` comes or the time is over.
    async fn hear_until(&mut self, deadline: Instant, wanted: impl Fn(&Report) -> bool) -> Result<Wait, RunError> {
        loop {
            tokio::select! {
                biased;
                heard = self.subject.hear() => match heard {
                    Heard::Report(report) => {
                        let is_wanted = wanted(&report);
                        let report = self.handle(*report);
                        if is_wanted {
                            return Ok(Wait::Heard(report));
                        }
                    }
                    Heard::Garbage(text) => {
                        return Ok(Wait::Ended(Ending::ProtocolBroken { reason: format!("it said {text}") }));
                    }
                    Heard::Silence => return self.fallen_silent().await.map(Wait::Ended),
                },
                () = self.context.interrupts.next() => return Ok(Wait::Ended(Ending::Interrupted)),
                () = tokio::time::sleep_until(deadline.into()) => return Ok(Wait::Time),
            }
        }
    }

    /// The subject closed its end: it is dead, or it will never say anything again.
    async fn fallen_silent(&mut self) -> Result<Ending, RunError> {
        match tokio::time::timeout(EXIT_TIMEOUT, self.subject.wait()).await {
            Ok(status) => Ok(ended_with(status?)),
            Err(_) => Ok(Ending::ProtocolBroken { reason: "it closed its end of the conversation".to_owned() }),
        }
    }

    /// Takes in what the subject says; hands it on for whoever waits for it.
    fn handle(&mut self, report: Report) -> Report {
        match &report {
            Report::Panic(panic) => self.pass_on(panic),
            Report::FaultRefused { fault, reason } => self.board.refuse(*fault, testimony::bounded_reason(reason)),
            Report::Operations { operation, outcome, latencies_nanos } => {
                self.count_operations(operation, *outcome, latencies_nanos);
            }
            Report::Finished { oracles, errors } => {
                self.oracles = Some(testimony::bounded_oracles(self.plan, oracles.clone()));
                self.errors = testimony::bounded_errors(errors.clone());
            }
            Report::Description(_) | Report::Ready {} | Report::Refused { .. } => {}
        }
        report
    }

    fn pass_on(&mut self, panic: &PanicReport) {
        self.panics += 1;
        if self.panics <= PANICS_MAX {
            let report = Box::new(testimony::bounded(panic.clone()));
            (self.context.emit)(Event::Panicked { trial: self.plan.number, report });
        }
    }

    /// Records what a subject without the recorder did, on its behalf.
    fn count_operations(&self, operation: &str, outcome: Outcome, latencies_nanos: &[u64]) {
        let Some(operation) = self.plan.operations.iter().position(|name| name == operation) else { return };
        let Some(phase) = self.segment.header().phase().filter(|_| self.load_ended.is_none()) else { return };
        for latency_nanos in latencies_nanos.iter().take(LATENCIES_MAX) {
            self.segment.slot(0).count(phase, operation, outcome, *latency_nanos);
        }
    }

    fn gather_evidence(&mut self) {
        if self.evidence.is_empty() {
            self.evidence = reading::evidence(self.segment, self.plan, self.subject.process(), monotonic_nanos());
        }
    }

    /// Ends what still runs and puts together what the trial came to.
    async fn conclude(mut self, ending: Ending) -> TrialOutcome {
        let ended = self.load_ended.unwrap_or_else(|| self.now());
        if !matches!(ending, Ending::Finished) {
            self.measure();
            for number in 0..self.plan.faults.len() {
                self.heal(number).await;
            }
            self.gather_evidence();
            let _ = self.end_subject().await;
        }
        let oracles = match self.oracles.take() {
            Some(oracles) => oracles,
            None => testimony::of_the_dead(self.plan, reading::violations(self.segment), &self.evidence),
        };
        if oracles.iter().any(|oracle| oracle.wrong > 0) {
            self.gather_evidence();
        }
        let (own_cpu, own_memory_bytes_max) = own_usage();
        self.usage.orchestrator_cpu = TimeSpan::from_nanos(own_cpu.nanos().saturating_sub(self.own_cpu_before.nanos()));
        self.usage.orchestrator_memory_bytes_max = own_memory_bytes_max;
        self.usage.wall = self.started.elapsed().into();
        TrialOutcome {
            ending,
            phases: self.phase_totals(ended),
            meters: self.meters(),
            errors: self.errors,
            oracles,
            workers: self.evidence,
            stderr_tail: self.subject.bury().await,
            usage: self.usage,
        }
    }

    fn phase_totals(&self, ended: TimeSpan) -> Vec<PhaseTotals> {
        let ends = self.begun.iter().skip(1).map(|(_, start)| *start).chain([ended]);
        let lengths = self.begun.iter().zip(ends).map(|((phase, start), end)| {
            let length = TimeSpan::from_nanos(end.nanos().saturating_sub(start.nanos()));
            reading::phase_totals(self.segment, *phase, length)
        });
        lengths.collect()
    }

    fn meters(&self) -> Vec<squall_model::Meter> {
        let meters = (0..self.plan.faults.len()).map(|number| {
            let (armed, refused) = self.board.history(number);
            squall_model::Meter { armed, refused, ..reading::meter(self.segment, number) }
        });
        meters.collect()
    }

    /// The time since the load began.
    fn now(&self) -> TimeSpan {
        self.load_began.elapsed().into()
    }
}

/// What ended a wait.
enum Wait {
    Heard(Report),
    Time,
    Ended(Ending),
}

fn ended_with(status: ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited { code },
        (None, signal) => Ending::Signaled { signal: signal.unwrap_or(0) },
    }
}

/// A subject that said that it finished ends well, or dies in its last moments.
fn finished_with(status: ExitStatus) -> Ending {
    if status.success() { Ending::Finished } else { ended_with(status) }
}
