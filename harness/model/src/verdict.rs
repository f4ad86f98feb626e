//! Names the three verdicts and the one way in which they are merged.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What was decided. The order is the order of merging: `Fail` beats `Inconclusive` beats `Pass`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The data show that the limit holds.
    Pass,
    /// The data show neither; no data is always inconclusive.
    Inconclusive,
    /// The data show that the limit is broken.
    Fail,
}

impl Verdict {
    /// The verdict over several: the worst of them, and `Inconclusive` over none.
    ///
    /// ```
    /// use squall_model::Verdict::{self, *};
    /// assert_eq!(Verdict::merge([Pass, Fail, Inconclusive]), Fail);
    /// assert_eq!(Verdict::merge([]), Inconclusive);
    /// ```
    pub fn merge(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().max().unwrap_or(Self::Inconclusive)
    }

    /// The verdict's name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
