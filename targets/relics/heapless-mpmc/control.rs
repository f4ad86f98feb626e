//! The control of the relic `heapless-mpmc`: the ring of crossbeam-queue 0.3.12, built on the same idea, which is full only if it is full.

use squall_targets::workloads::queue::QueueWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/crossbeam_queue.rs"]
mod adapter;

squall_probe::subject_main!(QueueWorkload<adapter::ArrayQueueUnderTest>, QueueWorkload<adapter::SegQueueUnderTest>);
