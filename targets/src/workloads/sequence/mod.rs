//! Sequences like a vector, each owned by a worker or standing behind one lock, under load: an adapter for each, and one workload.

mod bench;
mod calls;
mod copying;
mod editing;
mod sequence_under_test;
mod workload;

pub use crate::sequence_calls;
pub use sequence_under_test::SequenceUnderTest;
pub use workload::{SequenceOperation, SequenceParams, SequenceWorkload};
