//! Ends a trial: the load stops, the answers are checked, the process ends or is ended, and everything is put together.

use super::course::{EXIT_TIMEOUT, Trial};
use super::listening::{Wait, finished_with};
use crate::run::fault::refused_allocation;
use crate::run::host::{ProcessStats, monotonic_nanos, own_usage};
use crate::run::memory;
use crate::run::outcome::TrialOutcome;
use crate::run::reading;
use crate::run::run_error::RunError;
use crate::run::testimony;
use crate::run::watchdog::is_spinning;
use squall_model::protocol::{Command, Report};
use squall_model::units::TimeSpan;
use squall_model::{Ending, Meter, PhaseTotals};
use std::time::Instant;

impl Trial<'_> {
    /// Ends the load, waits for the final check and for the process's end.
    pub(super) async fn finish(&mut self) -> Result<Ending, RunError> {
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
    pub(super) fn hanging_workers(&self, cpu_before: TimeSpan) -> Option<Ending> {
        let now = monotonic_nanos();
        let limit = self.plan.limits.stuck_after.nanos();
        let under_way = self.segment.slots().filter_map(|slot| slot.under_way());
        let hanging = under_way.filter(|under_way| now.saturating_sub(under_way.started_nanos) > limit).count();
        let cpu = ProcessStats::read(self.subject.process()).unwrap_or_default().cpu;
        let waited = self.plan.limits.settle.plus(self.plan.load.timeout).nanos().max(1);
        let cores_used = cpu.nanos().saturating_sub(cpu_before.nanos()) as f64 / waited as f64;
        (hanging > 0).then_some(Ending::Stuck { spinning: is_spinning(cores_used), cores_used })
    }

    pub(super) async fn ignored_stop(&mut self) -> Result<Ending, RunError> {
        self.gather_evidence();
        let ended_by = self.end_subject().await?.to_owned();
        Ok(Ending::IgnoredStop { ended_by })
    }

    /// Asks the process to end, then kills it, at once if the operator insists; hands on what it took.
    pub(super) async fn end_subject(&mut self) -> Result<&'static str, RunError> {
        self.subject.signal(libc::SIGTERM);
        tokio::select! {
            status = self.subject.wait() => return status.map(|_| "SIGTERM"),
            () = tokio::time::sleep(EXIT_TIMEOUT) => (),
            () = self.context.interrupts.next() => (),
        }
        self.subject.signal(libc::SIGKILL);
        self.subject.wait().await.map(|_| "SIGKILL")
    }

    pub(super) fn gather_evidence(&mut self) {
        if self.evidence.is_empty() {
            self.evidence = reading::evidence(self.segment, self.plan, self.subject.process(), monotonic_nanos());
        }
    }

    /// Ends what still runs and puts together what the trial came to.
    pub(super) async fn conclude(mut self, ending: Ending) -> TrialOutcome {
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
        let (meters, memory) = (self.meters(), memory::incidents(self.segment, &self.context.launch.program));
        let phases = self.phase_totals(ended);
        let stderr_tail = self.subject.bury().await;
        let history = reading::history(self.segment, self.plan);
        let ending = refused_allocation(self.plan, &meters, &stderr_tail, &ending).unwrap_or(ending);
        TrialOutcome {
            ending,
            phases,
            meters,
            errors: self.errors,
            oracles,
            memory,
            history,
            scripts: self.scripts,
            workers: self.evidence,
            stderr_tail,
            usage: self.usage,
        }
    }

    pub(super) fn phase_totals(&self, ended: TimeSpan) -> Vec<PhaseTotals> {
        let ends = self.begun.iter().skip(1).map(|(_, start)| *start).chain([ended]);
        let lengths = self.begun.iter().zip(ends).map(|((phase, start), end)| {
            let length = TimeSpan::from_nanos(end.nanos().saturating_sub(start.nanos()));
            reading::phase_totals(self.segment, *phase, length)
        });
        lengths.collect()
    }

    pub(super) fn meters(&self) -> Vec<Meter> {
        let numbers = 0..self.plan.faults.len();
        numbers.map(|number| self.board.complete(number, reading::meter(self.segment, number))).collect()
    }
}
