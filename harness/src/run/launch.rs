//! How the target's program is started.

use std::path::PathBuf;

/// How the target's program is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The directory in which it runs.
    pub directory: PathBuf,
    /// Whether it speaks the protocol on its standard input and output, instead of an inherited socket.
    pub stdio: bool,
}
