//! What an experiment says of the published bug that it puts under load.

use serde::{Deserialize, Serialize};

/// The published bug that a target has: where it was published, and of what kind it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Relic {
    /// Where it was published, such as `RUSTSEC-2025-0024` or `dashmap #304`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub advisory: String,
    /// Its kind, such as `lifetime race` or `callback panic`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 60)))]
    pub kind: String,
}
