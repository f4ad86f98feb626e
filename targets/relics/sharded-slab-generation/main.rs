//! The relic `sharded-slab-generation`: in sharded-slab 0.1.4, a configuration of one's own puts the generation of a slot into bits
//! that its key does not keep, so that a key may be found that was removed, or may not be found though it lives.
//! 0.1.5 counts the bits right.
//! Source: <https://github.com/hawkw/sharded-slab/pull/80>.

use squall_targets::workloads::slab::SlabWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/sharded_slab.rs"]
mod adapter;

squall_probe::subject_main!(SlabWorkload<adapter::ShardedSlabUnderTest<adapter::SmallConfig>>);
