//! The experiment stage from outside: what is read, what is refused, and how.

mod bad_expect;
mod bad_input;
mod bad_source;
mod bad_target;
mod good_input;
mod overridden;
mod properties;

use super::{Experiment, ExperimentError};
use std::path::Path;

/// Reads a text as the file `experiment.yaml`.
fn read(text: &str) -> Result<Experiment, ExperimentError> {
    Experiment::parse(Path::new("experiment.yaml"), text, &[])
}

/// What an error is expected to say: its place, the text there, a part of its message, and the name suggested.
struct Expected<'a> {
    line: usize,
    column: usize,
    offending: &'a str,
    message: &'a str,
    nearest: Option<&'a str>,
}

/// Compares an error with what is expected of it; `text` is the file's.
fn assert_says(text: &str, error: &ExperimentError, expected: &Expected<'_>) {
    let printed = error.to_string();
    let place = format!("experiment.yaml:{}:{}: ", expected.line, expected.column);
    assert!(printed.starts_with(&place), "place {place}\n{printed}\n{text}");
    assert!(printed.contains(expected.message), "message {}\n{printed}\n{text}", expected.message);
    let location = error.location().expect("an error in a text has a place");
    assert_eq!(location.text(text), expected.offending, "{printed}\n{text}");
    assert_eq!(error.nearest(), expected.nearest, "{printed}\n{text}");
}
