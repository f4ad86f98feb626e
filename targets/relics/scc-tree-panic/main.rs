//! The relic `scc-tree-panic`: in scc 3.8.3, an insertion into a `TreeIndex` whose comparison panics leaves the key and the value
//! both in the leaf and with the caller, so that they are dropped twice. 3.8.4 gives the leaf's slot back first.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2026-0205>.
//!
//! 3.8.4 and all later versions up to 3.8.8 still drop a leaf's entries and leave them in the tree if the comparison panics
//! while a leaf is split, so no version comes out clean: see `results/discoveries/panics-in-callbacks.md`. The control is the standard
//! library's ordered map behind a lock.

use squall_targets::workloads::map::MapWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/scc_maps.rs"]
mod adapter;

/// The control.
#[path = "../../src/crates/std_ordered_map.rs"]
mod control;

squall_probe::subject_main!(
    MapWorkload<adapter::SccHashMapUnderTest>,
    MapWorkload<adapter::SccHashIndexUnderTest>,
    MapWorkload<adapter::SccTreeIndexUnderTest>,
    MapWorkload<control::OrderedUnderTest>
);
