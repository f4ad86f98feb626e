//! Cells that get their value late, and once: once cells and lazy values, an adapter for each, and one workload. What is
//! built late out of plain words, so that a half of it can be seen, is the hazard in [`once`](super::once).

mod late_under_test;
mod script;
mod tally;
mod workload;

pub use late_under_test::{AfterPanic, CELL, LAZY, LateUnderTest, Make};
pub use script::LateScripts;
pub use tally::{Attempt, Tally};
pub use workload::{LateLocal, LateOperation, LateParams, LateRound, LateWorkload};
