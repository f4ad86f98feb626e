//! Sequences that are walked while they change: the hazard `iterate-while-mutating` and its repairs behind one adapter and
//! one workload, whose changes keep the sum of the elements.

mod accounts;
mod sequence_under_test;
mod workload;

pub use accounts::{Accounts, Seen};
pub use sequence_under_test::SequenceUnderTest;
pub use workload::{IterationOperation, IterationParams, IterationWorkload};
