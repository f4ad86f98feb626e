//! Listens to the events of a run and writes them down as they come.

use super::atomic;
use super::error::RecordError;
use super::run_directory::RunDirectory;
use squall_model::{Event, Finding, Plan, Stamped};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The names of a run's files.
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const EVENTS: &str = "events.ndjson";
const PLAN: &str = "plan.json";
const SERIES: &str = "series.ndjson";
const VERDICT: &str = "verdict.json";
const FINDINGS: &str = "findings.json";
/// The directory of experiments that run one of the run's trials again.
pub(super) const REPRO: &str = "repro";
const EXPERIMENT: &str = "experiment.yaml";
/// How many bytes of events one run writes at most: 10,000 panics with their stacks fit. Beyond, panics are left out.
const EVENT_BYTES_MAX: u64 = 256 << 20;

/// Writes a run down. The first refusal of the system is remembered, and the run goes on without a record: a full disk
/// must not end an experiment before its faults are healed.
#[derive(Debug)]
pub struct Recorder {
    directory: PathBuf,
    events: File,
    series: File,
    event_bytes: u64,
    findings: Vec<Finding>,
    first_error: Option<RecordError>,
}

impl Recorder {
    /// Begins the record of a run with what is known before it does anything: the experiment's text and the plan.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn begin(directory: &RunDirectory, experiment: &str, plan: &Plan) -> Result<Self, RecordError> {
        let path = directory.path();
        atomic::write(&path.join(EXPERIMENT), experiment.as_bytes())?;
        atomic::write(&path.join(PLAN), &json(plan))?;
        Ok(Self {
            directory: path.to_owned(),
            events: append(&path.join(EVENTS))?,
            series: append(&path.join(SERIES))?,
            event_bytes: 0,
            findings: Vec::new(),
            first_error: None,
        })
    }

    /// Writes an event down.
    pub fn see(&mut self, stamped: &Stamped) {
        if self.first_error.is_none()
            && let Err(error) = self.write(stamped)
        {
            self.first_error = Some(error);
        }
    }

    /// Why the record is not whole, if it is not.
    ///
    /// # Errors
    /// The system's first refusal.
    pub fn finish(self) -> Result<(), RecordError> {
        self.first_error.map_or(Ok(()), Err)
    }

    fn write(&mut self, stamped: &Stamped) -> Result<(), RecordError> {
        match &stamped.event {
            Event::Measured { trial, interval } => {
                return append_line(&mut self.series, &self.directory.join(SERIES), &(trial, interval)).map(drop);
            }
            Event::RunStarted(manifest) => atomic::write(&self.directory.join(MANIFEST), &json(manifest))?,
            Event::Found(finding) => self.findings.push(Finding::clone(finding)),
            Event::Judged(judgement) => {
                atomic::write(&self.directory.join(FINDINGS), &json(&self.findings))?;
                atomic::write(&self.directory.join(VERDICT), &json(judgement))?;
            }
            Event::ReplayMade { file, text } => self.write_beside(&Path::new(REPRO).join(file), text)?,
            Event::HistoryKept { file, text } => return self.write_beside(Path::new(file), text),
            Event::Panicked { .. } if self.event_bytes > EVENT_BYTES_MAX => return Ok(()),
            _ => {}
        }
        self.event_bytes += append_line(&mut self.events, &self.directory.join(EVENTS), stamped)?;
        if matches!(stamped.event, Event::TrialEnded(_) | Event::RunEnded { .. }) {
            self.events.sync_data().map_err(RecordError::system("writing", &self.directory.join(EVENTS)))?;
        }
        Ok(())
    }

    /// Writes a file of its own: an experiment that runs one trial again, or a part of a history.
    fn write_beside(&self, file: &Path, text: &str) -> Result<(), RecordError> {
        let path = self.directory.join(file);
        let directory = path.parent().unwrap_or(&self.directory);
        fs::create_dir_all(directory).map_err(RecordError::system("creating", directory))?;
        atomic::write(&path, text.as_bytes())
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

fn append(path: &Path) -> Result<File, RecordError> {
    OpenOptions::new().create(true).append(true).open(path).map_err(RecordError::system("opening", path))
}

/// Writes one line in one call, so that a death leaves at most the last line unfinished.
fn append_line(file: &mut File, path: &Path, value: &impl serde::Serialize) -> Result<u64, RecordError> {
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    file.write_all(&line).map_err(RecordError::system("writing", path))?;
    Ok(line.len() as u64)
}
