//! A fault with its number and its window, as the plan carries it.

use super::shape::Fault;
use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};

/// The most faults in one experiment: a point's armed faults are the bits of one word.
pub const FAULTS_MAX: usize = 32;

/// A fault as planned: which, and from when to when in the fault phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultPlan {
    /// The fault's place in the experiment, from 0; its bit in a point's word and its row in the recorder.
    pub number: u32,
    /// The number that separates this fault's decisions from all others'. It follows from what the fault is, not from
    /// its place in the list, so that leaving another fault out changes none of its decisions.
    pub decision_key: u64,
    /// What disturbs, where and how much.
    pub fault: Fault,
    /// From when on, counted from the beginning of the fault phase.
    pub start: TimeSpan,
    /// For how long.
    pub length: TimeSpan,
    /// Where the functions that it aims at begin, as addresses inside the target's program file. Of atomic instructions, in
    /// pairs: each one and what follows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<u64>,
    /// Whether squall drew its site; then it need not be reached for the trial to say something.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drawn: bool,
}
