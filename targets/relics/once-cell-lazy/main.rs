//! The relic `once-cell-lazy`: in once_cell 1.0.0, a lazy value whose initialiser panicked is taken for one that has still got its initialiser, by
//! way of code that the compiler was told is never reached. 1.0.1 panics again, as is documented.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2019-0017>.

use squall_targets::workloads::late::LateWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/once_cell.rs"]
mod adapter;

squall_probe::subject_main!(LateWorkload<adapter::OnceCellUnderTest>, LateWorkload<adapter::LazyUnderTest>);
