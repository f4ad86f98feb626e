//! Short scripts: a few operations of a few threads on a fresh small object, run over and over; what was asked for, and how often
//! each outcome came.

use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};

/// The most threads of one script: with more, a machine of few cores runs them one after the other.
pub const SCRIPT_THREADS_MAX: u32 = 4;
/// The most operations of one thread of a script: its answers fit into one word.
pub const SCRIPT_OPERATIONS_MAX: u32 = 5;
/// The most tables of outcomes that one trial keeps; those with a forbidden outcome first.
pub const SCRIPT_TABLES_MAX: usize = 16;
/// The most rows of one such table; the samples of others are only counted.
pub const SCRIPT_OUTCOMES_MAX: usize = 64;

/// How short scripts are drawn and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Scripts {
    /// The most operations of one thread; 1 to 5.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 5)))]
    pub operations: u32,
    /// How long a script is run before the next one is drawn.
    pub each: TimeSpan,
}

impl Default for Scripts {
    fn default() -> Self {
        Self { operations: 3, each: TimeSpan::from_millis(50) }
    }
}

/// What a workload can do with short scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptsDescription {
    /// How many threads its own script has, if it was written by hand: then no other can be drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads: Option<u32>,
    /// The oracles that scripts can be judged by.
    pub oracles: Vec<String>,
}

/// What an outcome of a script is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// It must not come.
    Forbidden,
    /// It may come, and is worth knowing.
    Interesting,
    /// It may come.
    Accepted,
    /// A panic broke the script off, so that there is nothing to judge.
    BrokenOff,
}

impl OutcomeKind {
    /// The kind in a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Interesting => "interesting",
            Self::Accepted => "accepted",
            Self::BrokenOff => "broken off",
        }
    }
}

/// What the scripts of one trial came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScriptsRecord {
    /// How many scripts were run.
    pub scripts: u64,
    /// How often, all together.
    pub samples: u64,
    /// How many of the samples had a forbidden outcome.
    pub forbidden: u64,
    /// The tables that are told: those with a forbidden outcome first, then the latest.
    pub tables: Vec<ScriptTable>,
    /// The script that was under way when the subject ended without its last word, with what is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_way: Option<ScriptTable>,
}

/// How often each outcome of one script came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptTable {
    /// The script's place among those of its trial, from 0.
    pub number: u64,
    /// What was done to each object before the threads began; empty if nothing.
    #[serde(default)]
    pub prepared: String,
    /// What each thread does.
    pub threads: Vec<String>,
    /// How often it was run.
    pub samples: u64,
    /// The outcomes: forbidden ones first, then by how often they came.
    pub outcomes: Vec<ScriptOutcome>,
    /// How many samples had an outcome that has no row, because there were too many different ones.
    #[serde(default)]
    pub others: u64,
}

impl ScriptTable {
    /// How many samples had a forbidden outcome.
    #[must_use]
    pub fn forbidden(&self) -> u64 {
        let forbidden = self.outcomes.iter().filter(|outcome| outcome.kind == OutcomeKind::Forbidden);
        forbidden.map(|outcome| outcome.samples).sum()
    }
}

/// One outcome of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptOutcome {
    /// What each thread was answered, and then what was found at the end, if anything was looked at.
    pub answers: Vec<String>,
    /// What it is.
    pub kind: OutcomeKind,
    /// Why, if that is to be said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// How often it came.
    pub samples: u64,
}

impl ScriptsRecord {
    /// Takes in the table of one script.
    pub fn add(&mut self, table: ScriptTable) {
        self.scripts += 1;
        self.samples += table.samples;
        self.forbidden += table.forbidden();
        let place = if table.forbidden() > 0 {
            self.tables.partition_point(|told| told.forbidden() > 0)
        } else {
            self.tables.len()
        };
        self.tables.insert(place, table);
        if self.tables.len() > SCRIPT_TABLES_MAX {
            let calm = self.tables.partition_point(|told| told.forbidden() > 0);
            // The earliest of the tables that show nothing gives way, or else the latest that does.
            self.tables.remove(calm.min(SCRIPT_TABLES_MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(number: u64, kind: OutcomeKind) -> ScriptTable {
        let outcome = ScriptOutcome { answers: vec!["1".to_owned()], kind, why: String::new(), samples: 10 };
        ScriptTable {
            number,
            prepared: String::new(),
            threads: vec!["get".to_owned()],
            samples: 10,
            outcomes: vec![outcome],
            others: 0,
        }
    }

    #[test]
    fn tables_with_a_forbidden_outcome_are_kept_and_of_the_others_the_latest() {
        let mut record = ScriptsRecord::default();
        for number in 0..100 {
            let kind = if number % 20 == 5 { OutcomeKind::Forbidden } else { OutcomeKind::Accepted };
            record.add(table(number, kind));
        }
        assert_eq!((record.scripts, record.samples, record.forbidden), (100, 1_000, 50));
        let numbers: Vec<u64> = record.tables.iter().map(|table| table.number).collect();
        assert_eq!(numbers, [5, 25, 45, 65, 85, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
    }

    #[test]
    fn of_too_many_tables_with_a_forbidden_outcome_the_first_are_kept() {
        let mut record = ScriptsRecord::default();
        (0..40).for_each(|number| record.add(table(number, OutcomeKind::Forbidden)));
        let numbers: Vec<u64> = record.tables.iter().map(|table| table.number).collect();
        assert_eq!(numbers, (0..16).collect::<Vec<_>>());
    }
}
