//! The messages between orchestrator and subject: one JSON object a line, each with one key.
//!
//! The orchestrator asks `describe` or gives a `plan`; the subject answers, reports what happens, and ends with
//! `finished`. A subject in any language can speak it; one that cannot map the recorder's segment sends `operations`.

use crate::description::TargetDescription;
use crate::incident::{ErrorTally, OracleReport, PanicReport};
use crate::outcome::Outcome;
use crate::phase::Phase;
use crate::plan::TrialPlan;
use crate::script::{ScriptTable, ScriptsRecord};
use serde::{Deserialize, Serialize};

/// The environment variable that holds the number of the inherited control socket.
pub const CONTROL_VARIABLE: &str = "SQUALL_CONTROL_FD";
/// The environment variable that holds the number of the inherited segment.
pub const SEGMENT_VARIABLE: &str = "SQUALL_SEGMENT_FD";
/// The longest line that is read; a longer one breaks the protocol.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// The most latencies in one `operations` message.
pub const LATENCIES_MAX: usize = 65_536;

/// What the orchestrator tells the subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Say what you can be used for; then end.
    Describe {},
    /// Build the workload, then say `ready`.
    Plan(Box<TrialPlan>),
    /// A phase begins; with the first one, the load begins.
    Phase {
        /// The phase.
        phase: Phase,
    },
    /// A fault is armed. Its armed word in the segment was set before: a subject that sees the word cleared does not begin.
    Arm {
        /// The fault's number in the plan.
        fault: u32,
    },
    /// A fault is healed.
    Heal {
        /// The fault's number in the plan.
        fault: u32,
    },
    /// End the load, check the answers, say `finished`, and end.
    Stop {},
}

/// What the subject tells the orchestrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// The answer to `describe`.
    Description(Box<TargetDescription>),
    /// The workload is built; the load can begin.
    Ready {},
    /// The workload cannot be built from its parameters.
    Refused {
        /// Why.
        reason: String,
    },
    /// A thread panicked.
    Panic(Box<PanicReport>),
    /// A fault cannot do here what it is asked.
    FaultRefused {
        /// The fault's number in the plan.
        fault: u32,
        /// Why.
        reason: String,
    },
    /// Something to know about a fault that does what it is asked.
    FaultNoted {
        /// The fault's number in the plan.
        fault: u32,
        /// What.
        note: String,
    },
    /// Operations that a subject without the recorder did.
    Operations {
        /// The operation's name.
        operation: String,
        /// How they ended.
        outcome: Outcome,
        /// How long each took, in nanoseconds.
        latencies_nanos: Vec<u64>,
    },
    /// A short script begins, or is under way: known even if the subject should die of it.
    Scripts {
        /// The script.
        under_way: Box<ScriptTable>,
        /// What the ones before came to; said now and then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        so_far: Option<Box<ScriptsRecord>>,
    },
    /// The load ended and the answers are checked.
    Finished {
        /// What each oracle came to.
        oracles: Vec<OracleReport>,
        /// The errors that operations returned, by message.
        #[serde(default)]
        errors: Vec<ErrorTally>,
        /// What the short scripts came to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scripts: Option<Box<ScriptsRecord>>,
    },
}

/// Writes a message as one line.
pub fn to_line<M: Serialize>(message: &M) -> serde_json::Result<String> {
    let mut line = serde_json::to_string(message)?;
    line.push('\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_panic_text_survives_a_line(message in any::<String>(), thread in any::<String>(), count in any::<u64>()) {
            let report = Report::Panic(Box::new(PanicReport { message, thread, count, ..PanicReport::default() }));
            let line = to_line(&report).unwrap();
            prop_assert_eq!(line.matches('\n').count(), 1);
            prop_assert_eq!(serde_json::from_str::<Report>(&line).unwrap(), report);
        }

        #[test]
        fn garbage_is_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = serde_json::from_slice::<Report>(&bytes);
        }
    }
}
