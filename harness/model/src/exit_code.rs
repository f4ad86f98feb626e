//! Names every exit code of `squall`; the reference page and the README's table are compared with this list.

use serde::{Deserialize, Serialize, Serializer};

/// Why `squall` ended. Each stays the same over releases, because pipelines branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ExitCode {
    /// Every verdict passed.
    Passed = 0,
    /// Squall itself failed.
    SquallFailed = 1,
    /// The arguments of the command are wrong.
    BadArguments = 2,
    /// Nothing was selected.
    NothingSelected = 4,
    /// The experiment is invalid, the target does not build or speak, or a fault is not possible here.
    CannotRun = 96,
    /// The same load without faults did not pass.
    ControlFailed = 97,
    /// A planted bug was not caught, or a finding that the experiment expects.
    CanaryMissed = 98,
    /// A verdict failed.
    Failed = 100,
    /// Nothing failed, but something could not be decided.
    Inconclusive = 102,
    /// The thresholds held, but a finding unknown to the knowledge base appeared.
    UnknownFinding = 103,
    /// A fault could not be healed.
    NotHealed = 104,
    /// Interrupted, after healing.
    Interrupted = 130,
}

impl ExitCode {
    /// All exit codes in ascending order.
    pub const ALL: [Self; 12] = [
        Self::Passed,
        Self::SquallFailed,
        Self::BadArguments,
        Self::NothingSelected,
        Self::CannotRun,
        Self::ControlFailed,
        Self::CanaryMissed,
        Self::Failed,
        Self::Inconclusive,
        Self::UnknownFinding,
        Self::NotHealed,
        Self::Interrupted,
    ];

    /// The number that the process ends with.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// When this code is used, in one line.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Passed => "every verdict passed",
            Self::SquallFailed => "squall itself failed",
            Self::BadArguments => "bad arguments",
            Self::NothingSelected => "nothing selected",
            Self::CannotRun => "invalid experiment; target does not build or speak; fault not possible here",
            Self::ControlFailed => "the control trial failed",
            Self::CanaryMissed => "a canary, or a finding that the experiment expects, was missed",
            Self::Failed => "a verdict failed",
            Self::Inconclusive => "inconclusive, none failed",
            Self::UnknownFinding => "gate: thresholds held, but a finding unknown to the knowledge base appeared",
            Self::NotHealed => "a fault could not be healed",
            Self::Interrupted => "interrupted, after healing",
        }
    }

    /// The code of a whole invocation that ran several experiments: the gravest of theirs.
    pub fn merge(codes: impl IntoIterator<Item = Self>) -> Self {
        codes.into_iter().max_by_key(|code| code.gravity()).unwrap_or(Self::NothingSelected)
    }

    /// How much a code matters beside another: trust in the tool first, then failures, then doubt.
    const fn gravity(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::UnknownFinding => 1,
            Self::Inconclusive => 2,
            Self::NothingSelected => 3,
            Self::Failed => 4,
            Self::ControlFailed => 5,
            Self::CanaryMissed => 6,
            Self::CannotRun => 7,
            Self::BadArguments => 8,
            Self::SquallFailed => 9,
            Self::NotHealed => 10,
            Self::Interrupted => 11,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.code())
    }
}

impl Serialize for ExitCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}

impl<'de> Deserialize<'de> for ExitCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        let known = Self::ALL.into_iter().find(|code| code.code() == number);
        known.ok_or_else(|| serde::de::Error::custom(format!("{number} is no exit code of squall")))
    }
}
