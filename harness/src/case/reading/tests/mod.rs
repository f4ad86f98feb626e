//! Proves that reports are read in every form, and that no log, however hostile, breaks the reader.

mod go;
mod hostile;
mod log_writers;
mod native;
mod primary;
mod rust;

use super::{Kind, Occurrence, Reading, read};

/// The only occurrence of a log.
fn only(log: &str) -> Occurrence {
    let reading = read(log.as_bytes());
    assert_eq!(reading.occurrences.len(), 1, "{log}\n{:#?}", reading.occurrences);
    reading.occurrences.into_iter().next().unwrap()
}

/// The primary of a log.
fn primary(log: &str) -> Occurrence {
    let Reading { occurrences, primary, .. } = read(log.as_bytes());
    occurrences[primary.unwrap_or_else(|| panic!("nothing was read from {log}"))].clone()
}

/// The file, line and column.
fn place(occurrence: &Occurrence) -> (&str, Option<u32>, Option<u32>) {
    occurrence.place.as_ref().map_or(("", None, None), |place| (place.file.as_str(), place.line, place.column))
}

/// The functions of the stack.
fn functions(occurrence: &Occurrence) -> Vec<&str> {
    occurrence.frames.iter().map(|frame| frame.function.as_str()).collect()
}

fn kinds(log: &str) -> Vec<Kind> {
    read(log.as_bytes()).occurrences.iter().map(|occurrence| occurrence.kind).collect()
}
