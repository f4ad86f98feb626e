//!

mod binomial;
mod bounds;
mod estimate;
mod percentile;
pub mod text;

pub use bounds::{lower_bound, operations_needed, upper_bound};
pub use estimate::Estimate;
pub use percentile::{quantile_estimate, samples_needed};
