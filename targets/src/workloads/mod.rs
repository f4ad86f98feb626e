//! Workloads: containers under load, with oracles that know which answers are right. One family a directory: what its
//! containers have in common is an adapter trait, and one workload with one set of oracles drives them all.

pub mod aba;
pub mod address;
pub mod alias;
pub mod bounds;
pub mod buffer;
pub mod cache;
pub mod cell;
pub mod conservation;
pub mod draw;
pub mod feed;
pub mod gate;
pub mod growth;
pub mod handle;
pub mod header;
pub mod iteration;
pub mod judge;
pub mod late;
pub mod lazy;
pub mod lifetime;
pub mod map;
pub mod once;
pub mod oneshot;
pub mod queue;
pub mod relay;
pub mod sequence;
pub mod script;
pub mod shards;
pub mod slab;
pub mod slots;
pub mod table;
pub mod task;
pub mod vector;
pub mod window;
pub mod words;

use crate::containers::{
    AccountShards, BucketMap, BufferPool, DoubleChecked, EagerBuffer, EntryMap, EpochFreeList, EpochRegion,
    FixedBuffer, FreeList, GrowingBuffer, HashRing, Header, KeptRegion, LazyBuffer, LiveSequence, LockedMap,
    LockedSequence, Modulo, MutexBuffer, OnceBuffer, OnceTable, OwnedMap, OwnedRegion, ReadDirtyMap, Region,
    SegmentedVector, SequenceLock, ShardedMap, SharedBuffer, Snapshot, Stamped, TornHeader, Unversioned, ValueMap,
    Versioned, VersionedBuffer, Wide,
};
use aba::AbaWorkload;
use address::AddressWorkload;
use alias::Lists;
use bounds::{BoundsWorkload, Checked, Snapshotted, Unchecked};
use buffer::BufferWorkload;
use growth::GrowthWorkload;
use header::HeaderWorkload;
use iteration::IterationWorkload;
use lifetime::LifetimeWorkload;
use map::{CachedMapUnderTest, LockedMapUnderTest, MapWorkload, ShardedMapUnderTest};
use once::OnceWorkload;
use shards::ShardsWorkload;
use slots::SlotsWorkload;
use squall_probe::Entry;
use window::WindowWorkload;
use words::{LockedBuckets, ShardedBuckets, WordMapWorkload};

/// The workloads of all families.
pub(crate) fn entries() -> Vec<Entry> {
    vec![
        Entry::of::<MapWorkload<ShardedMapUnderTest>>(),
        Entry::of::<MapWorkload<LockedMapUnderTest>>(),
        Entry::of::<MapWorkload<CachedMapUnderTest>>(),
        Entry::of::<BufferWorkload<SharedBuffer>>(),
        Entry::of::<BufferWorkload<MutexBuffer>>(),
        Entry::of::<BufferWorkload<BufferPool>>(),
        Entry::of::<BufferWorkload<SegmentedVector>>(),
        Entry::of::<GrowthWorkload<GrowingBuffer>>(),
        Entry::of::<GrowthWorkload<FixedBuffer>>(),
        Entry::of::<GrowthWorkload<SegmentedVector>>(),
        Entry::of::<GrowthWorkload<VersionedBuffer>>(),
        Entry::of::<HeaderWorkload<TornHeader>>(),
        Entry::of::<HeaderWorkload<Snapshot<Header>>>(),
        Entry::of::<HeaderWorkload<SequenceLock>>(),
        Entry::of::<BoundsWorkload<Unchecked>>(),
        Entry::of::<BoundsWorkload<Checked>>(),
        Entry::of::<BoundsWorkload<Snapshotted>>(),
        Entry::of::<IterationWorkload<LiveSequence>>(),
        Entry::of::<IterationWorkload<Snapshot<Vec<u64>>>>(),
        Entry::of::<IterationWorkload<LockedSequence>>(),
        Entry::of::<BufferWorkload<LazyBuffer>>(),
        Entry::of::<BufferWorkload<EagerBuffer>>(),
        Entry::of::<BufferWorkload<OnceBuffer>>(),
        Entry::of::<OnceWorkload<DoubleChecked>>(),
        Entry::of::<OnceWorkload<OnceTable>>(),
        Entry::of::<AbaWorkload<FreeList<Unversioned>>>(),
        Entry::of::<AbaWorkload<FreeList<Versioned>>>(),
        Entry::of::<AbaWorkload<FreeList<Stamped>>>(),
        Entry::of::<AbaWorkload<FreeList<Wide>>>(),
        Entry::of::<AbaWorkload<EpochFreeList>>(),
        Entry::of::<SlotsWorkload<Unversioned>>(),
        Entry::of::<SlotsWorkload<Versioned>>(),
        Entry::of::<AddressWorkload<false>>(),
        Entry::of::<AddressWorkload<true>>(),
        Entry::of::<BufferWorkload<Lists<ValueMap>>>(),
        Entry::of::<BufferWorkload<Lists<OwnedMap>>>(),
        Entry::of::<BufferWorkload<Lists<EntryMap>>>(),
        Entry::of::<LifetimeWorkload<Region>>(),
        Entry::of::<LifetimeWorkload<OwnedRegion>>(),
        Entry::of::<LifetimeWorkload<KeptRegion>>(),
        Entry::of::<LifetimeWorkload<EpochRegion>>(),
        Entry::of::<WordMapWorkload<BucketMap>>(),
        Entry::of::<WordMapWorkload<LockedBuckets>>(),
        Entry::of::<WordMapWorkload<ShardedBuckets>>(),
        Entry::of::<ShardsWorkload<AccountShards<Modulo, false>>>(),
        Entry::of::<ShardsWorkload<AccountShards<Modulo, true>>>(),
        Entry::of::<ShardsWorkload<AccountShards<HashRing, true>>>(),
        Entry::of::<WordMapWorkload<ReadDirtyMap>>(),
        Entry::of::<WordMapWorkload<LockedMap<u64, u64>>>(),
        Entry::of::<WordMapWorkload<ShardedMap<u64, u64>>>(),
        Entry::of::<WindowWorkload>(),
    ]
}
