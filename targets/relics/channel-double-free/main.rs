//! The relic `channel-double-free`: in crossbeam-channel 0.5.14, the last consumer of an unbounded channel may give it up while
//! producers are still setting up its first block. What it then drops is dropped again with the channel itself.
//! 0.5.15 takes the block out first.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2025-0024>.

use squall_targets::workloads::queue::QueueWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/crossbeam_channel.rs"]
mod adapter;

squall_probe::subject_main!(QueueWorkload<adapter::BoundedUnderTest>, QueueWorkload<adapter::UnboundedUnderTest>);
