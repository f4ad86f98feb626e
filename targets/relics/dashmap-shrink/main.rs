//! The relic `dashmap-shrink`: in dashmap 6.0.0, `shrink_to_fit` locks a shard for writing and then asks for the same lock again to
//! do the work, so that it never comes back, and whoever needs that shard waits for ever. 6.0.1 locks once.
//! Source: <https://github.com/xacrimon/dashmap/issues/304>.

use squall_targets::workloads::map::MapWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/dashmap.rs"]
mod adapter;

squall_probe::subject_main!(MapWorkload<adapter::DashMapUnderTest>);
