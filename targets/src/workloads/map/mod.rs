//! Maps under load: an adapter for each map, one workload, and the ledger by which its oracle counts.

mod adapters;
mod ledger;
mod map_under_test;
mod workload;

pub use adapters::{DashMapUnderTest, LockedMapUnderTest, MapParams, ShardedMapParams, ShardedMapUnderTest};
pub use ledger::{Change, Ledger, Reckoning};
pub use map_under_test::MapUnderTest;
pub use workload::{MapLocal, MapOperation, MapWorkload};
