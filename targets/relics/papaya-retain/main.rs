//! The relic `papaya-retain`: in papaya 0.2.0, `retain` takes pointers as they stand in the table, also those that carry a mark
//! because their entry is being copied to a larger one, and looks at what they seem to point to. 0.2.1 takes the mark off.
//! Source: <https://github.com/ibraheemdev/papaya/issues/63>.

use squall_targets::workloads::map::MapWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/papaya.rs"]
mod adapter;

squall_probe::subject_main!(MapWorkload<adapter::PapayaUnderTest>);
