//! From plan and trial records to a judgement: pure functions, no clock, no randomness, nothing read or written.
//!
//! [`judge_run()`] is the way in. Every verdict is merged by [`squall_model::Verdict::merge`] and by nothing else.

mod binomial;
mod bounds;
mod campaign;
mod costs;
mod delivery;
mod dose;
mod estimate;
mod expectation;
#[cfg(test)]
pub(crate) mod fixture;
mod judge;
mod latency;
mod needs;
mod oracle;
mod percentile;
mod rate;
mod recovery;
mod review;
mod seen;
mod symptom;
mod threshold;
mod throughput;
mod whole;
mod windows;

pub use bounds::{lower_bound, operations_needed, upper_bound};
pub use campaign::{lesson, shows_it, telling_treatment};
pub use delivery::judge_delivery;
pub use estimate::Estimate;
pub use expectation::{expected_symptom, load_time};
pub use judge::judge;
pub use needs::{needs_in_words, operations_needed_for};
pub use oracle::judge_oracles;
pub use percentile::{quantile_estimate, samples_needed};
pub use seen::seen;
pub(crate) use symptom::is_runtime_remark;
pub use symptom::{ending_in_words, ending_symptom, gravity, symptoms};
pub use threshold::{alpha_each, confidence_in_words, judge_threshold};
pub use whole::{is_of_repair, judge_repair, judge_run};
