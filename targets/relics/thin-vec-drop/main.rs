//! The relic `thin-vec-drop`: in thin-vec 0.2.15, an element whose drop panics in `clear`, or while what is left of an iterator is dropped,
//! leaves the vector as long as it was, so that the elements are dropped again. 0.2.16 sets the length first.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2026-0103>.

use squall_targets::workloads::sequence::SequenceWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/thin_vec.rs"]
mod adapter;

squall_probe::subject_main!(SequenceWorkload<adapter::ThinVecUnderTest>);
