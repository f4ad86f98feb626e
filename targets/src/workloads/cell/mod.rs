//! Cells that hold a shared snapshot under load: an adapter for each, and one workload.

mod cell_under_test;
mod script;
mod workload;

pub use cell_under_test::{CellUnderTest, Snapshot};
pub use script::CellScripts;
pub use workload::{CellLocal, CellOperation, CellParams, CellRound, CellWorkload};
