//! From plan and trial records to a judgement: pure functions, no clock, no randomness, nothing read or written.
//!

mod binomial;
mod bounds;
mod estimate;
#[cfg(test)]
pub(crate) mod fixture;
mod latency;
mod needs;
mod percentile;
mod rate;
mod recovery;
pub mod text;
mod threshold;
mod throughput;
mod windows;

pub use bounds::{lower_bound, operations_needed, upper_bound};
pub use estimate::Estimate;
pub use needs::{needs_in_words, operations_needed_for};
pub use percentile::{quantile_estimate, samples_needed};
pub use threshold::{alpha_each, confidence_in_words, judge_threshold};
