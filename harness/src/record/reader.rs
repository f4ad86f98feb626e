//! Reads a run's directory back as its events, also one that its run did not finish.

use super::error::RecordError;
use super::recorder::EVENTS;
use super::run_directory::refuse_newer;
use squall_model::{Event, Stamped};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The longest event that is read.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// A run as its directory tells it.
#[derive(Debug)]
pub struct RecordedRun {
    /// The events in their order.
    pub events: Vec<Stamped>,
    /// Whether the run came to its end.
    pub complete: bool,
    /// How many lines are no events: one at most, if a death cut the last line.
    pub damaged_lines: usize,
}

/// Reads a run's directory, or the link to one.
///
/// # Errors
/// If it is no run's directory, is of a newer form, or the system refuses.
pub fn read_run(directory: &Path) -> Result<RecordedRun, RecordError> {
    let path = events_file(directory)?;
    let file = File::open(&path).map_err(RecordError::system("opening", &path))?;
    let mut reader = BufReader::new(file);
    let mut run = RecordedRun { events: Vec::new(), complete: false, damaged_lines: 0 };
    let mut line = Vec::new();
    while (&mut reader)
        .take(LINE_BYTES_MAX)
        .read_until(b'\n', &mut line)
        .map_err(RecordError::system("reading", &path))?
        > 0
    {
        match serde_json::from_slice::<Stamped>(&line) {
            Ok(stamped) => {
                if let Event::RunStarted(manifest) = &stamped.event {
                    refuse_newer(directory, manifest.format)?;
                }
                run.complete |= matches!(stamped.event, Event::RunEnded { .. });
                run.events.push(stamped);
            }
            Err(_) => run.damaged_lines += 1,
        }
        line.clear();
    }
    if run.events.is_empty() && run.damaged_lines > 0 {
        return Err(RecordError::Damaged { path, reason: "not one of its lines is an event".to_owned() });
    }
    Ok(run)
}

fn events_file(directory: &Path) -> Result<PathBuf, RecordError> {
    let path = directory.join(EVENTS);
    if path.is_file() {
        return Ok(path);
    }
    let reason = match fs::metadata(directory) {
        Err(_) => "it does not exist".to_owned(),
        Ok(found) if found.is_dir() => format!("it has no {EVENTS}"),
        Ok(_) => "it is no directory".to_owned(),
    };
    Err(RecordError::Damaged { path: directory.to_owned(), reason })
}
