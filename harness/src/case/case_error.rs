//! Why the knowledge base cannot be read or written.

use std::path::PathBuf;

/// Why the knowledge base cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file belongs to a newer squall, which this one would misread.
    #[error("the knowledge base {} has form {found}, this squall knows up to {known}; use a newer squall or another --results", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The form that was found.
        found: u32,
        /// The newest form that this squall knows.
        known: u32,
    },
    /// The file is no knowledge base, is damaged, or the system refuses.
    #[error("the knowledge base {} cannot be used: {reason}; move it away to begin a new one", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
}
