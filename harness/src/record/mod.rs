//! The run directory: everything that a run leaves behind, written so that a death at any moment leaves it readable.
//!
//! It stands beside the flow and is fed by events only. What a live run printed, its record prints again.

mod atomic;
mod error;
mod reader;
mod recorder;
mod run_directory;

pub use error::RecordError;
pub use reader::{RecordedRun, read_run};
pub use recorder::Recorder;
pub use run_directory::RunDirectory;
