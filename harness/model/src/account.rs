//! What the check of a trial's recorded history came to, as plain data.

use crate::history::HistoryModel;
use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};

/// What an oracle that looks at whole histories looked at, beside what it reports as any other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryAccount {
    /// The oracle.
    pub oracle: String,
    /// What the objects are.
    pub model: HistoryModel,
    /// How many operations were recorded.
    pub operations: u64,
    /// On how many objects.
    pub objects: u64,
    /// How many objects could not be decided.
    pub undecided: u64,
    /// How many situations were looked at.
    pub explored: u64,
    /// How long the decision took.
    pub took: TimeSpan,
    /// What shows that an answer was wrong, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong: Option<CounterExample>,
}

/// A few operations that no order explains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CounterExample {
    /// What people call it.
    pub anomaly: String,
    /// The operations, drawn as columns.
    pub drawing: Vec<String>,
    /// The file of the run directory with the operations, as `squall history check` reads them.
    pub file: String,
    /// The file of the run directory with the picture.
    pub picture: String,
    /// What `squall history check` has to be told beside the file.
    pub arguments: String,
}
