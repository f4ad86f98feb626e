//! The slab of the crate `sharded-slab`, behind the adapter, with the crate's own configuration and with a small one.

use crate::tracked::Value;
use crate::workloads::slab::SlabUnderTest;
use sharded_slab::{Config, DefaultConfig, Slab};

/// `slab.sharded` with the crate's configuration, `slab.sharded_small` with small pages.
pub struct ShardedSlabUnderTest<C: Config>(Slab<Value, C>);

/// Few threads, pages that are soon full, and bits of a key that are left to its user.
#[derive(Debug)]
pub struct SmallConfig;

impl Config for SmallConfig {
    const MAX_THREADS: usize = 64;
    const MAX_PAGES: usize = 8;
    const INITIAL_PAGE_SIZE: usize = 4;
    const RESERVED_BITS: usize = 24;
}

/// The name of the workload with a configuration.
pub trait NamedConfig: Config + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
}

impl NamedConfig for DefaultConfig {
    const NAME: &'static str = "slab.sharded";
    const SUMMARY: &'static str = "the slab of the crate sharded-slab";
}

impl NamedConfig for SmallConfig {
    const NAME: &'static str = "slab.sharded_small";
    const SUMMARY: &'static str = "the slab of the crate sharded-slab with small pages";
}

impl<C: NamedConfig> SlabUnderTest for ShardedSlabUnderTest<C> {
    const NAME: &'static str = C::NAME;
    const SUMMARY: &'static str = C::SUMMARY;
    /// A removal that meets a value which another one has just marked says yes, too: `results/discoveries/sharded-slab-remove.md`.
    const REMOVES_ONCE: bool = false;

    fn empty() -> Self {
        Self(Slab::new_with_config::<C>())
    }

    fn insert(&self, value: Value) -> Option<usize> {
        self.0.insert(value)
    }

    fn get<R>(&self, key: usize, look: impl FnOnce(&Value) -> R) -> Option<R> {
        self.0.get(key).map(|value| look(&value))
    }

    fn remove(&self, key: usize) -> bool {
        self.0.remove(key)
    }

    fn take(&self, key: usize) -> Option<Value> {
        self.0.take(key)
    }
}
