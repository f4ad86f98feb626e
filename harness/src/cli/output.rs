//! Prints lines for people and programs. A reader that went away is no error: there is nobody left to tell.

use std::io::{Write, stderr, stdout};

/// Writes a line of data to standard output.
pub(super) fn tell(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}

/// Writes a line of talk to standard error.
pub(super) fn talk(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}
