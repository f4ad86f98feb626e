//! What the command line takes from the machine: the time, a random seed, the terminal, the repository's commit.

use super::arguments::Colour;
use super::problem::Problem;
use jiff::{Timestamp, Unit};
use rand::TryRng;
use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;
use tracing_subscriber::EnvFilter;

/// The environment variable that says what squall tells of itself, such as `squall=debug`.
const LOG_VARIABLE: &str = "SQUALL_LOG";

/// Writes squall's own diagnostics to standard error, if the environment asks for them.
pub(super) fn listen_to_tracing() {
    if let Ok(filter) = EnvFilter::try_from_env(LOG_VARIABLE) {
        let colours = colours(Colour::Auto, std::io::stderr().is_terminal());
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    }
}

/// A random number of the system's.
///
/// # Errors
/// If the system has none.
pub(super) fn random_number() -> Result<u64, Problem> {
    let drawn = rand::rngs::SysRng.try_next_u64();
    drawn.map_err(|error| Problem::System { what: "drawing a random number", source: std::io::Error::other(error) })
}

/// The time now, and as the first part of a run's name.
pub(super) fn now() -> (String, String) {
    let now = Timestamp::now().round(Unit::Second).unwrap_or_else(|_| Timestamp::now());
    (now.to_string(), now.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// Whether colours are written.
pub(super) fn colours(wish: Colour, terminal: bool) -> bool {
    match wish {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// The commit of the repository that a directory is in, if it is in one and git is there.
pub(super) fn commit_of(directory: &Path) -> Option<String> {
    let output = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(directory).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
