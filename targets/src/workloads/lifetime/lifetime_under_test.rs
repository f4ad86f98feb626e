//! What a region has to offer to be put under load, and how the two variants offer it.

use crate::containers::{DropLedger, OwnedRegion, Region};
use std::sync::Arc;

/// A region under test.
pub trait LifetimeUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// A region of these elements.
    fn build(values: std::ops::Range<u64>, ledger: &Arc<DropLedger>) -> Self;

    /// The region's elements.
    fn region(&self) -> &Region;

    /// The container that held the region is gone.
    fn close(&self);
}

impl LifetimeUnderTest for Region {
    const NAME: &'static str = "lifetime.deferred";
    const SUMMARY: &'static str = "hazard lifetime: elements are used and finalised after their container is gone";

    fn build(values: std::ops::Range<u64>, ledger: &Arc<DropLedger>) -> Self {
        Self::new(values, ledger)
    }

    fn region(&self) -> &Region {
        self
    }

    fn close(&self) {
        self.free();
    }
}

impl LifetimeUnderTest for OwnedRegion {
    const NAME: &'static str = "lifetime.owned";
    const SUMMARY: &'static str = "repair of lifetime: whoever holds an element keeps its container alive";

    fn build(values: std::ops::Range<u64>, ledger: &Arc<DropLedger>) -> Self {
        Self::new(values, ledger)
    }

    fn region(&self) -> &Region {
        self
    }

    /// Nothing: the last holder frees it.
    fn close(&self) {}
}
