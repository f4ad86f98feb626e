//! Why a run directory cannot be written or read.

use squall_model::FormatVersion;
use std::io;
use std::path::{Path, PathBuf};

/// Why a run directory cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The system refused.
    #[error("{action} {} failed", path.display())]
    System {
        /// What was tried.
        action: &'static str,
        /// With which file or directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The results belong to a newer squall, which this one would damage or misread.
    #[error("{} has results of form {found}, this squall knows up to {known}; use a newer squall or another --results", path.display())]
    Newer {
        /// The results directory.
        path: PathBuf,
        /// The form that was found.
        found: FormatVersion,
        /// The newest form that this squall knows.
        known: FormatVersion,
    },
    /// A file is not what squall writes.
    #[error("{} is no file of a run: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl RecordError {
    /// Wraps a refusal of the system.
    pub(super) fn system(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::System { action, path, source }
    }
}
