//! Maps of words under load: the hazards `concurrent-map-write` and `read-dirty-cliff` and their repairs behind one adapter
//! and one workload, whose workers write keys of their own and know what has to be there.

mod new_keys;
mod read_dirty;
mod word_map_under_test;
mod workload;
mod written_keys;

pub use new_keys::NewKeys;
pub use word_map_under_test::{LockedBuckets, ShardedBuckets, WordMapUnderTest};
pub use workload::{WordMapWorkload, WordMemory, WordOperation, WordParams};
pub use written_keys::WrittenKeys;
