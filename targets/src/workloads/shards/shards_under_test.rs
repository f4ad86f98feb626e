//! What sharded accounts have to offer to be put under load, and how the three variants offer it.

use crate::containers::{AccountShards, Balance, HashRing, Modulo};

/// Sharded accounts under test.
pub trait ShardsUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// So many shards without accounts.
    fn build(shards: usize) -> Self;

    /// Adds to an account.
    fn add(&self, key: u64, amount: u64);

    /// Looks at an account, and at its shard.
    fn look(&self, key: u64) -> Balance;

    /// What all accounts hold together.
    fn sum(&self) -> u64;
}

/// The adapter of shards whose methods have the adapter's names.
macro_rules! adapt {
    ($shards:ty, $name:literal, $summary:literal) => {
        impl ShardsUnderTest for $shards {
            const NAME: &'static str = $name;
            const SUMMARY: &'static str = $summary;

            fn build(shards: usize) -> Self {
                Self::new(shards)
            }

            fn add(&self, key: u64, amount: u64) {
                self.add(key, amount);
            }

            fn look(&self, key: u64) -> Balance {
                self.look(key)
            }

            fn sum(&self) -> u64 {
                self.sum()
            }
        }
    };
}

adapt!(
    AccountShards<Modulo, false>,
    "shards.modulo",
    "hazard shard-imbalance: the shard of the hot keys is poisoned by one panic, and every later call panics"
);
adapt!(
    AccountShards<Modulo, true>,
    "shards.recovering",
    "repair of shard-imbalance: a poisoned shard is made right and used on"
);
adapt!(
    AccountShards<HashRing, true>,
    "shards.consistent",
    "repair of shard-imbalance: shards that recover, dealt out by consistent hashing"
);
