//! Caches under load: an adapter for each, and one workload.

mod cache_under_test;
mod script;
mod tally;
mod workload;

pub use cache_under_test::CacheUnderTest;
pub use script::CacheScripts;
pub use tally::{KeyTally, UpdateBounds};
pub use workload::{CacheLocal, CacheOperation, CacheParams, CacheRound, CacheWorkload};
