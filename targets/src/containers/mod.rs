//! The data structures under test, written for use outside of squall, too: each states its operations, what it
//! guarantees about them, what they cost, and where its design comes from.
//!
//! | container | is | guarantee |
//! |---|---|---|
//! | [`ShardedMap`] | a hash map behind many locks | every operation on a key is linearizable |
//! | [`LockedMap`] | a hash map behind one lock | every operation is linearizable |
//! | [`CachedMap`] | the same with a cache in front of it | changes are linearizable, **reads may be stale** |
//! | [`SharedBuffer`] | an array with one unguarded header, as a slice in Go | **none when appended to concurrently** |
//! | [`MutexBuffer`] | an array behind one lock | every operation is linearizable |
//! | [`BufferPool`] | a private array for each owner | each owner's elements keep their order |
//! | [`GrowingBuffer`] | an array that moves when it grows | **what is written through an old address is lost** |
//! | [`VersionedBuffer`] | the same, with a version beside the address | every operation is linearizable |
//! | [`FixedBuffer`] | an array with all its room taken ahead | linearizable, place by place |
//! | [`SegmentedVector`] | an append-only vector of segments | linearizable, place by place; **a later place may be seen before an earlier one** |
//! | [`TornHeader`] | a slice's header of three words | **each word for itself** |
//! | [`SequenceLock`] | the same behind a counter | loads and stores are linearizable |
//! | [`Snapshot`] | a copy-on-write value behind one pointer | loads and changes are linearizable |
//! | [`ShrinkingList`] | a list behind a lock, asked anew for each answer | each answer for itself; **bounds may be outrun** |
//! | [`LiveSequence`] | a sequence that is walked where it is changed | changes are linearizable, **walks show no one moment** |
//! | [`LockedSequence`] | a sequence behind one lock | every operation is linearizable |
//! | [`LazyBuffer`] | a buffer that is allocated by whoever finds none | **its first appends are lost** |
//! | [`EagerBuffer`] | a buffer that is there from the beginning | every operation is linearizable |
//! | [`OnceBuffer`] | a buffer that is allocated once | every operation is linearizable |
//! | [`DoubleChecked`] | a table that is built late, checked twice, guarded by nothing | **none while it is built** |
//! | [`OnceTable`] | a table that is built once | every look-up sees the whole table |
//! | [`FreeList`] | a stack of free slots, with a stamp or without | linearizable with a stamp; **two owners of a slot without** |
//! | [`EpochFreeList`] | the same, which holds back what is given | each slot has one owner; taking may find nothing for a while |
//! | [`AddressedRecords`] | records that are known by their address | **an update may replace another record than it read**, unless it keeps that |
//! | [`SlotTable`] | places that point to records, and a map beside them | linearizable with a stamp; **slot and map disagree without** |
//! | [`ValueMap`] | a map whose values are slice headers | **appends to copies of one header lose elements** |
//! | [`EntryMap`] | a map of lists, changed in place under one lock | every operation is linearizable |
//! | [`OwnedMap`] | a map of handles to lists, each with its lock | linearizable, list by list |
//! | [`Region`] | elements that are dropped by their handles or with their region | **whoever frees it first wins** |
//! | [`OwnedRegion`] | a region that its last holder owns | each element is dropped once |
//! | [`KeptRegion`] | a region that is freed after the last who said that it uses it | each element is dropped once |
//! | [`EpochRegion`] | a region that is freed once all are through who may have found it | each element is dropped once |
//! | [`BucketMap`] | a map that moves its buckets bit by bit, as in Go | **panics or loses entries with two writers** |
//! | [`GuardedBucketMap`] | the same behind one lock or many | every operation on a key is linearizable |
//! | [`AccountShards`] | accounts behind many locks, dealt out by [`Modulo`] or [`HashRing`] | linearizable; **one panic takes a shard away, unless it recovers** |
//! | [`ReadDirtyMap`] | a map in two parts, as Go's `sync.Map` | linearizable; **new keys cost a copy of all** |

mod account_shards;
mod addressed_records;
mod bucket_map;
mod buffer_pool;
mod cached_map;
mod double_checked;
mod eager_buffer;
mod entry_map;
mod epoch_free_list;
mod epoch_region;
mod fixed_buffer;
mod free_list;
mod growing_buffer;
mod guarded_bucket_map;
mod head;
mod kept_region;
mod lazy_buffer;
mod live_sequence;
mod locked_map;
mod locked_sequence;
mod mutex_buffer;
mod once_buffer;
mod once_table;
mod owned_map;
mod owned_region;
mod padded;
mod read_dirty_map;
mod region;
mod router;
mod segmented_vector;
mod sequence_lock;
mod sharded_map;
mod shared_buffer;
mod shrinking_list;
mod slot_table;
mod snapshot;
mod torn_header;
mod value_map;
mod versioned_buffer;

pub use account_shards::{AccountShards, Balance};
pub use addressed_records::{AddressedRecords, Replaced};
pub use bucket_map::BucketMap;
pub use buffer_pool::BufferPool;
pub use cached_map::CachedMap;
pub use double_checked::DoubleChecked;
pub use eager_buffer::EagerBuffer;
pub use entry_map::EntryMap;
pub use epoch_free_list::EpochFreeList;
pub use epoch_region::EpochRegion;
pub use fixed_buffer::FixedBuffer;
pub use free_list::FreeList;
pub use growing_buffer::{Address, GrowingBuffer, POISON};
pub use guarded_bucket_map::GuardedBucketMap;
pub use head::{Head, Stamp, Stamped, Unversioned, Versioned, Wide, Word};
pub use kept_region::{Alive, KeptRegion};
pub use lazy_buffer::LazyBuffer;
pub use live_sequence::LiveSequence;
pub use locked_map::LockedMap;
pub use locked_sequence::LockedSequence;
pub use mutex_buffer::MutexBuffer;
pub use once_buffer::OnceBuffer;
pub use once_table::OnceTable;
pub use owned_map::OwnedMap;
pub use owned_region::OwnedRegion;
pub use padded::Padded;
pub use read_dirty_map::ReadDirtyMap;
pub use region::{DropLedger, Region};
pub use router::{HashRing, Modulo, Router};
pub use segmented_vector::SegmentedVector;
pub use sequence_lock::SequenceLock;
pub use sharded_map::ShardedMap;
pub use shared_buffer::{Full, SharedBuffer, View};
pub use shrinking_list::{OutOfBounds, ShrinkingList};
pub use slot_table::{Disagreement, SlotTable};
pub use snapshot::Snapshot;
pub use torn_header::{Header, TornHeader};
pub use value_map::{ListHeader, ValueMap};
pub use versioned_buffer::VersionedBuffer;
