//! One trial, from the start of its subject to what it left behind.

mod closing;
mod course;
mod listening;

pub use course::{TrialContext, run_trial};
