//! Mature crates as targets, one file a crate: each container behind the adapter of its family. They have to come out clean;
//! one that does not is a discovery.

pub mod append_only_vec;
pub mod arc_swap;
pub mod boxcar;
pub mod concurrent_queue;
pub mod crossbeam_channel;
pub mod crossbeam_deque;
pub mod crossbeam_queue;
pub mod flume;
pub mod lru;
pub mod moka;
pub mod quick_cache;
pub mod scc_bags;
pub mod sharded_slab;
pub mod std_channel;

use crate::workloads::cache::CacheWorkload;
use crate::workloads::cell::CellWorkload;
use crate::workloads::queue::QueueWorkload;
use crate::workloads::slab::SlabWorkload;
use crate::workloads::vector::VectorWorkload;
use ::sharded_slab::DefaultConfig;
use squall_probe::Entry;

/// The workloads of all crates.
pub(crate) fn entries() -> Vec<Entry> {
    vec![
        Entry::of::<QueueWorkload<crossbeam_queue::ArrayQueueUnderTest>>(),
        Entry::of::<QueueWorkload<crossbeam_queue::SegQueueUnderTest>>(),
        Entry::of::<QueueWorkload<crossbeam_channel::BoundedUnderTest>>(),
        Entry::of::<QueueWorkload<crossbeam_channel::UnboundedUnderTest>>(),
        Entry::of::<QueueWorkload<flume::BoundedUnderTest>>(),
        Entry::of::<QueueWorkload<flume::UnboundedUnderTest>>(),
        Entry::of::<QueueWorkload<concurrent_queue::BoundedUnderTest>>(),
        Entry::of::<QueueWorkload<concurrent_queue::UnboundedUnderTest>>(),
        Entry::of::<QueueWorkload<std_channel::BoundedUnderTest>>(),
        Entry::of::<QueueWorkload<std_channel::UnboundedUnderTest>>(),
        Entry::of::<QueueWorkload<crossbeam_deque::DequeUnderTest>>(),
        Entry::of::<QueueWorkload<crossbeam_deque::InjectorUnderTest>>(),
        Entry::of::<QueueWorkload<scc_bags::StackUnderTest>>(),
        Entry::of::<QueueWorkload<scc_bags::QueueUnderTest>>(),
        Entry::of::<QueueWorkload<scc_bags::BagUnderTest>>(),
        Entry::of::<VectorWorkload<boxcar::BoxcarUnderTest>>(),
        Entry::of::<VectorWorkload<append_only_vec::AppendOnlyUnderTest>>(),
        Entry::of::<CellWorkload<arc_swap::ArcSwapUnderTest>>(),
        Entry::of::<SlabWorkload<sharded_slab::ShardedSlabUnderTest<DefaultConfig>>>(),
        Entry::of::<SlabWorkload<sharded_slab::ShardedSlabUnderTest<sharded_slab::SmallConfig>>>(),
        Entry::of::<CacheWorkload<moka::MokaUnderTest>>(),
        Entry::of::<CacheWorkload<quick_cache::QuickCacheUnderTest>>(),
        Entry::of::<CacheWorkload<lru::LruUnderTest>>(),
    ]
}
