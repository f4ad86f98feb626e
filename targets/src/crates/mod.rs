//! Mature crates under load, one file each: they have to come out clean, or it is a discovery.
//!
//! Behind the feature `crates`, which is on by default. Everything that drives and judges them is in [`crate::workloads`] and
//! [`crate::tracked`] and needs none of them, so that a workspace of its own can put another version of such a crate under
//! the same load. Where a crate guarantees less than others, its adapter says what, after the crate's own documentation.

pub mod append_only_vec;
pub mod arc_swap;
pub mod arrayvec;
pub mod boxcar;
pub mod bytes;
pub mod concurrent_queue;
pub mod crossbeam_channel;
pub mod crossbeam_deque;
pub mod crossbeam_queue;
mod crossbeam_skiplist;
mod dashmap;
pub mod flume;
mod futures_oneshot;
pub mod hashbrown;
pub mod indexmap;
pub mod internment;
pub mod lru;
pub mod moka;
mod moka_map;
pub mod once_cell;
mod once_cell_race;
pub mod oneshot;
mod papaya;
mod parking_lot_maps;
pub mod quick_cache;
pub mod scc_bags;
mod scc_maps;
pub mod sharded_slab;
pub mod smallvec;
pub mod std_channel;
mod std_late;
mod std_maps;
mod std_ordered_map;
mod tokio_oneshot;
pub mod std_sequences;
pub mod std_tables;
pub mod thin_vec;
pub mod thingbuf;

pub use crossbeam_skiplist::SkipMapUnderTest;
pub use dashmap::DashMapUnderTest;
pub use futures_oneshot::FuturesUnderTest;
pub use moka_map::MokaMapUnderTest;
pub use once_cell_race::OnceBoxUnderTest;
pub use papaya::PapayaUnderTest;
pub use parking_lot_maps::{ParkingLotMutex, ParkingLotRwLock};
pub use scc_maps::{SccHashIndexUnderTest, SccHashMapUnderTest, SccTreeIndexUnderTest};
pub use std_late::{LazyLockUnderTest, OnceLockUnderTest};
pub use std_maps::{StdMutex, StdRwLock};
pub use std_ordered_map::OrderedUnderTest;
pub use tokio_oneshot::TokioUnderTest;

use crate::workloads::cache::CacheWorkload;
use crate::workloads::cell::CellWorkload;
use crate::workloads::handle::{BufferHandleWorkload, InternWorkload};
use crate::workloads::late::LateWorkload;
use crate::workloads::map::{LockMapUnderTest, MapWorkload};
use crate::workloads::oneshot::OneshotWorkload;
use crate::workloads::queue::QueueWorkload;
use crate::workloads::sequence::SequenceWorkload;
use crate::workloads::slab::SlabWorkload;
use crate::workloads::table::TableWorkload;
use crate::workloads::vector::VectorWorkload;
use ::sharded_slab::DefaultConfig;
use squall_probe::Entry;

/// The workloads on mature crates.
pub(crate) fn entries() -> Vec<Entry> {
    vec![
        Entry::of::<MapWorkload<LockMapUnderTest<StdMutex>>>(),
        Entry::of::<MapWorkload<LockMapUnderTest<StdRwLock>>>(),
        Entry::of::<MapWorkload<OrderedUnderTest>>(),
        Entry::of::<MapWorkload<LockMapUnderTest<ParkingLotMutex>>>(),
        Entry::of::<MapWorkload<LockMapUnderTest<ParkingLotRwLock>>>(),
        Entry::of::<MapWorkload<DashMapUnderTest>>(),
        Entry::of::<MapWorkload<PapayaUnderTest>>(),
        Entry::of::<MapWorkload<SccHashMapUnderTest>>(),
        Entry::of::<MapWorkload<SccHashIndexUnderTest>>(),
        Entry::of::<MapWorkload<SccTreeIndexUnderTest>>(),
        Entry::of::<MapWorkload<SkipMapUnderTest>>(),
        Entry::of::<MapWorkload<MokaMapUnderTest>>(),
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
        Entry::of::<QueueWorkload<crossbeam_deque::TeamUnderTest>>(),
        Entry::of::<QueueWorkload<crossbeam_deque::InjectorUnderTest>>(),
        Entry::of::<QueueWorkload<scc_bags::StackUnderTest>>(),
        Entry::of::<QueueWorkload<scc_bags::QueueUnderTest>>(),
        Entry::of::<QueueWorkload<scc_bags::BagUnderTest>>(),
        Entry::of::<QueueWorkload<thingbuf::ThingBufUnderTest>>(),
        Entry::of::<VectorWorkload<boxcar::BoxcarUnderTest>>(),
        Entry::of::<VectorWorkload<append_only_vec::AppendOnlyUnderTest>>(),
        Entry::of::<CellWorkload<arc_swap::ArcSwapUnderTest>>(),
        Entry::of::<SlabWorkload<sharded_slab::ShardedSlabUnderTest<DefaultConfig>>>(),
        Entry::of::<SlabWorkload<sharded_slab::ShardedSlabUnderTest<sharded_slab::SmallConfig>>>(),
        Entry::of::<LateWorkload<once_cell::OnceCellUnderTest>>(),
        Entry::of::<LateWorkload<once_cell::LazyUnderTest>>(),
        Entry::of::<LateWorkload<OnceBoxUnderTest>>(),
        Entry::of::<LateWorkload<OnceLockUnderTest>>(),
        Entry::of::<LateWorkload<LazyLockUnderTest>>(),
        Entry::of::<OneshotWorkload<TokioUnderTest>>(),
        Entry::of::<OneshotWorkload<FuturesUnderTest>>(),
        Entry::of::<OneshotWorkload<oneshot::BlockingUnderTest>>(),
        Entry::of::<OneshotWorkload<oneshot::AsyncUnderTest>>(),
        Entry::of::<CacheWorkload<moka::MokaUnderTest>>(),
        Entry::of::<CacheWorkload<quick_cache::QuickCacheUnderTest>>(),
        Entry::of::<CacheWorkload<lru::LruUnderTest>>(),
        Entry::of::<SequenceWorkload<std_sequences::StdVec>>(),
        Entry::of::<SequenceWorkload<std_sequences::StdVecDeque>>(),
        Entry::of::<SequenceWorkload<smallvec::SmallVecUnderTest>>(),
        Entry::of::<SequenceWorkload<arrayvec::ArrayVecUnderTest>>(),
        Entry::of::<SequenceWorkload<thin_vec::ThinVecUnderTest>>(),
        Entry::of::<TableWorkload<std_tables::StdHashMap>>(),
        Entry::of::<TableWorkload<std_tables::StdBTreeMap>>(),
        Entry::of::<TableWorkload<hashbrown::HashbrownUnderTest>>(),
        Entry::of::<TableWorkload<indexmap::IndexMapUnderTest>>(),
        Entry::of::<BufferHandleWorkload<bytes::BytesUnderTest>>(),
        Entry::of::<InternWorkload<internment::ArcInternUnderTest>>(),
    ]
}
