//! The load of a trial: how many workers, how fast, which operations, which keys.

use crate::script::Scripts;
use crate::units::{Percent, Rate, TimeSpan};
use serde::{Deserialize, Serialize};

/// The most workers of one subject.
pub const WORKERS_MAX: u32 = 256;
/// The most kinds of operation of one workload.
pub const OPERATIONS_MAX: usize = 16;
/// The most keys of one load.
pub const KEYS_MAX: u64 = 1 << 32;

/// How a subject is driven.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// How many threads do operations.
    pub workers: u32,
    /// All workers' operations per second (open loop: latency counts from the intended start), or as fast as they come
    /// (closed loop) if `None`.
    pub rate: Option<Rate>,
    /// How open-loop operations are spaced.
    pub arrivals: Arrivals,
    /// The relative weight of each operation, in the order of the workload's operations.
    pub weights: Vec<u32>,
    /// Which keys operations are given.
    pub keys: Keys,
    /// An operation that takes longer counts as a timeout.
    pub timeout: TimeSpan,
    /// Short scripts instead of operations one after the other, if they are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scripts: Option<Scripts>,
}

/// How the operations of an open loop are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// Independent arrivals: gaps are exponential.
    #[default]
    Poisson,
    /// Equal gaps.
    Fixed,
}

/// Which keys operations are given, out of `0..count`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// How many different keys there are.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 4_294_967_296_u64)))]
    pub count: u64,
    /// Key `k` is drawn in proportion to `1/(k+1)^zipf`; 0 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zipf: Option<f64>,
    /// A few keys get most of the operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hot: Option<HotSet>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { count: 1_000, zipf: None, hot: None }
    }
}

/// A set of keys that gets a fixed share of the operations; the rest is even over all others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HotSet {
    /// How many keys are hot.
    pub keys: u64,
    /// The share of operations that they get.
    pub share: Percent,
}
