//! Listens to the subject while a trial waits for something: takes in what it says, and notices its death.

use super::course::{EXIT_TIMEOUT, Trial};
use crate::run::run_error::RunError;
use crate::run::subject::Heard;
use crate::run::testimony;
use squall_model::protocol::{LATENCIES_MAX, Report};
use squall_model::{Ending, Event, Outcome, PanicReport, ScriptTable, ScriptsRecord};
use std::process::ExitStatus;
use std::time::Instant;

/// The most panics of one trial that are passed on; later ones are only counted by the recorder.
const PANICS_MAX: u32 = 10_000;

/// What ended a wait.
pub(super) enum Wait {
    Heard(Report),
    Time,
    Ended(Ending),
}

impl Trial<'_> {
    /// Handles what the subject says until `wanted` comes or the time is over.
    pub(super) async fn hear_until(
        &mut self,
        deadline: Instant,
        wanted: impl Fn(&Report) -> bool,
    ) -> Result<Wait, RunError> {
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
    pub(super) async fn fallen_silent(&mut self) -> Result<Ending, RunError> {
        match tokio::time::timeout(EXIT_TIMEOUT, self.subject.wait()).await {
            Ok(status) => Ok(ended_with(status?)),
            Err(_) => Ok(Ending::ProtocolBroken { reason: "it closed its end of the conversation".to_owned() }),
        }
    }

    /// Takes in what the subject says; hands it on for whoever waits for it.
    pub(super) fn handle(&mut self, report: Report) -> Report {
        match &report {
            Report::Panic(panic) => self.pass_on(panic),
            Report::FaultRefused { fault, reason } => self.board.refuse(*fault, testimony::bounded_reason(reason)),
            Report::FaultNoted { fault, note } => self.board.note(*fault, testimony::bounded_reason(note)),
            Report::Operations { operation, outcome, latencies_nanos } => {
                self.count_operations(operation, *outcome, latencies_nanos);
            }
            Report::Scripts { under_way, so_far } => self.note_scripts(under_way, so_far.as_deref()),
            Report::Finished { oracles, errors, scripts } => {
                self.oracles = Some(testimony::bounded_oracles(self.plan, oracles.clone()));
                self.errors = testimony::bounded_errors(errors.clone());
                self.scripts = scripts.as_deref().cloned().map(testimony::bounded_scripts);
            }
            Report::Description(_) | Report::Ready {} | Report::Refused { .. } => {}
        }
        report
    }

    /// Keeps what scripts came to so far, for the case that the subject dies.
    fn note_scripts(&mut self, under_way: &ScriptTable, so_far: Option<&ScriptsRecord>) {
        let before = so_far.cloned().or_else(|| self.scripts.take()).unwrap_or_default();
        let record = ScriptsRecord { under_way: Some(under_way.clone()), ..before };
        self.scripts = Some(testimony::bounded_scripts(record));
    }

    pub(super) fn pass_on(&mut self, panic: &PanicReport) {
        self.panics += 1;
        if self.panics <= PANICS_MAX {
            let report = Box::new(testimony::bounded(panic.clone()));
            (self.context.emit)(Event::Panicked { trial: self.plan.number, report });
        }
    }

    /// Records what a subject without the recorder did, on its behalf.
    pub(super) fn count_operations(&self, operation: &str, outcome: Outcome, latencies_nanos: &[u64]) {
        let Some(operation) = self.plan.operations.iter().position(|name| name == operation) else { return };
        let Some(phase) = self.segment.header().phase().filter(|_| self.load_ended.is_none()) else { return };
        for latency_nanos in latencies_nanos.iter().take(LATENCIES_MAX) {
            self.segment.slot(0).count(phase, operation, outcome, *latency_nanos);
        }
    }
}

pub(super) fn ended_with(status: ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited { code },
        (None, signal) => Ending::Signaled { signal: signal.unwrap_or(0) },
    }
}

/// A subject that said that it finished ends well, or dies in its last moments.
pub(super) fn finished_with(status: ExitStatus) -> Ending {
    if status.success() { Ending::Finished } else { ended_with(status) }
}
