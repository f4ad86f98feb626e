//! Sharded accounts under load: the hazard `shard-imbalance` and its repairs behind one adapter and one workload, which adds
//! and takes stock.

mod shards_under_test;
mod workload;

pub use shards_under_test::ShardsUnderTest;
pub use workload::{Additions, ShardsOperation, ShardsParams, ShardsWorkload};
