//! Maps under load: an adapter for each map, one workload, and the ledger by which its oracle counts.

mod adapters;
mod ledger;
mod lock_map;
mod map_under_test;
mod owned;
mod params;
mod recorded;
mod script;
mod script_model;
mod walks;
mod workload;

pub use adapters::{CachedMapUnderTest, LockedMapUnderTest, ShardedMapUnderTest};
pub use ledger::{Change, Ledger, Reckoning};
pub use lock_map::{LockMapUnderTest, Table, TableLock};
pub use map_under_test::{Inserted, MapSettings, MapUnderTest, Removed, Walk};
pub use owned::{Known, Owned};
pub use params::{MapParams, ShardedMapParams};
pub use script::{MapCall, MapScripts, MapStart};
pub use walks::Seen;
pub use workload::{MapLocal, MapOperation, MapWorkload};
