//! Workloads: containers under load, with oracles that know which answers are right. One family a directory: what its
//! containers have in common is an adapter trait, and one workload with one set of oracles drives them all.

pub mod buffer;
pub mod map;

use crate::containers::{BufferPool, MutexBuffer, SharedBuffer};
use buffer::BufferWorkload;
use map::{DashMapUnderTest, LockedMapUnderTest, MapWorkload, ShardedMapUnderTest};
use squall_probe::Entry;

/// The workloads of all families.
pub(crate) fn entries() -> Vec<Entry> {
    vec![
        Entry::of::<MapWorkload<ShardedMapUnderTest>>(),
        Entry::of::<MapWorkload<LockedMapUnderTest>>(),
        Entry::of::<MapWorkload<DashMapUnderTest>>(),
        Entry::of::<BufferWorkload<SharedBuffer>>(),
        Entry::of::<BufferWorkload<MutexBuffer>>(),
        Entry::of::<BufferWorkload<BufferPool>>(),
    ]
}
