//! Takes a file's name, hands on its text, or says why it is none: missing, a directory, too large or binary.

use super::error::ExperimentError;
use super::location::Location;
use super::problem::Problem;
use super::suggestion::Suggestion;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The largest experiment file: a hundred times a long one, so a larger file was named by mistake.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 20;
/// So many names of a directory are compared with a missing one.
const COMPARED_FILES_MAX: usize = 1_000;

/// Reads a file's text. No more than the limit is read.
pub(super) fn read(file: &Path) -> Result<String, ExperimentError> {
    let bytes = read_bytes(file).map_err(|problem| ExperimentError::of_file(file, problem))?;
    to_text(file, &bytes)
}

fn read_bytes(file: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Problem::NoSuchFile(nearest_file(file)),
        _ => Problem::Unreadable(error.to_string().to_lowercase()),
    };
    let opened = File::open(file).map_err(unreadable)?;
    let metadata = opened.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Problem::Directory(experiments_in(file)));
    }
    if metadata.len() > FILE_BYTES_MAX {
        return Err(Problem::TooLarge);
    }
    let mut bytes = Vec::new();
    opened.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX { Err(Problem::TooLarge) } else { Ok(bytes) }
}

/// Turns bytes into text, or says which byte or character is none. A byte order mark is left out.
pub(super) fn to_text(file: &Path, bytes: &[u8]) -> Result<String, ExperimentError> {
    let at = |text: &str, length, problem| {
        let location = Location::with_length(text, length, 0);
        Err(ExperimentError::of_text(file, &Arc::from(""), location, problem))
    };
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            let byte = rest.first().copied().unwrap_or_default();
            return at(&String::from_utf8_lossy(valid), valid.len(), Problem::NotText { byte });
        }
    };
    match text.char_indices().find(|(_, character)| is_control(*character)) {
        None => Ok(text.to_owned()),
        Some((offset, character)) => at(text, offset, Problem::ControlCharacter { character }),
    }
}

/// Whether YAML forbids a character.
fn is_control(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => character.is_control(),
    }
}

fn nearest_file(file: &Path) -> Suggestion {
    let wanted = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = experiments_in(directory).known;
    Suggestion::new(&wanted, names)
}

/// The names of a directory's experiment files, sorted.
fn experiments_in(directory: &Path) -> Suggestion {
    let entries = std::fs::read_dir(directory).into_iter().flatten().take(COMPARED_FILES_MAX).flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut known: Vec<String> = names.filter(|name| name.ends_with(".yaml") || name.ends_with(".yml")).collect();
    known.sort();
    Suggestion { nearest: None, known }
}
