//! The versions of everything that outlives a process: run directories and the subject protocol.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of a stored or spoken form. A reader refuses a newer one than its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormatVersion(pub u32);

/// The form of run directories: plan, events, series, verdict and findings.
pub const RESULTS_FORMAT: FormatVersion = FormatVersion(1);
/// The form of the messages between orchestrator and subject, and of the recorder's layout.
pub const PROTOCOL: FormatVersion = FormatVersion(1);

impl fmt::Display for FormatVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
