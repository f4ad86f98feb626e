//! The data structures under test, written for use outside of squall, too: each states its operations, what it
//! guarantees about them, what they cost, and where its design comes from.
//!
//! | container | is | guarantee |
//! |---|---|---|
//! | [`ShardedMap`] | a hash map behind many locks | every operation on a key is linearizable |
//! | [`LockedMap`] | a hash map behind one lock | every operation is linearizable |
//! | [`SharedBuffer`] | an array with one unguarded header, as a slice in Go | **none when appended to concurrently** |
//! | [`MutexBuffer`] | an array behind one lock | every operation is linearizable |
//! | [`BufferPool`] | a private array for each owner | each owner's elements keep their order |

mod buffer_pool;
mod locked_map;
mod mutex_buffer;
mod padded;
mod sharded_map;
mod shared_buffer;

pub use buffer_pool::BufferPool;
pub use locked_map::LockedMap;
pub use mutex_buffer::MutexBuffer;
pub use padded::Padded;
pub use sharded_map::ShardedMap;
pub use shared_buffer::{Full, SharedBuffer, View};
