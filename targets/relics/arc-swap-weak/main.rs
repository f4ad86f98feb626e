//! The relic `arc-swap-weak`: in arc-swap 1.9.3, whoever replaces a weak pointer pays the debts of all readers of the same
//! allocation, also of those who read a strong one, and so raises the wrong count: the snapshot is freed while it is looked at.
//! 1.9.4 tells the two apart.
//! Source: <https://github.com/vorner/arc-swap/issues/214>.

use squall_targets::workloads;
use squall_targets::workloads::cell::CellWorkload;

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/arc_swap.rs"]
mod adapter;

squall_probe::subject_main!(CellWorkload<adapter::ArcSwapUnderTest>);
