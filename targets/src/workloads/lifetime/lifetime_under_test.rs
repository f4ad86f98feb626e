//! What a region has to offer to be put under load, and how the four variants offer it.

use crate::containers::{DropLedger, EpochRegion, KeptRegion, OwnedRegion, Region};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How often the variant that puts its freeing off is asked to do it, before it is taken to be unable to.
const SETTLE_TRIES_MAX: usize = 100_000;

/// A region under test.
pub trait LifetimeUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// A region of these elements.
    fn build(values: Range<u64>, ledger: &Arc<DropLedger>) -> Self;

    /// Finds the present region, and uses it, in the way that the variant asks of its users.
    fn apply<R>(current: &Mutex<Arc<Self>>, apply: impl FnOnce(&Region) -> R) -> R;

    /// The container that held the region is gone.
    fn close(&self);

    /// Does what was put off, until so many elements are left.
    fn settle(_: &DropLedger, _: u64) {}
}

/// The region that is present now.
fn present<R>(current: &Mutex<Arc<R>>) -> Arc<R> {
    Arc::clone(&current.lock().unwrap_or_else(PoisonError::into_inner))
}

impl LifetimeUnderTest for Region {
    const NAME: &'static str = "lifetime.deferred";
    const SUMMARY: &'static str = "hazard lifetime: elements are used and finalised after their container is gone";

    fn build(values: Range<u64>, ledger: &Arc<DropLedger>) -> Self {
        Self::new(values, ledger)
    }

    fn apply<R>(current: &Mutex<Arc<Self>>, apply: impl FnOnce(&Region) -> R) -> R {
        apply(&present(current))
    }

    fn close(&self) {
        self.free();
    }
}

impl LifetimeUnderTest for OwnedRegion {
    const NAME: &'static str = "lifetime.owned";
    const SUMMARY: &'static str = "repair of lifetime: whoever uses an element owns its container, too";

    fn build(values: Range<u64>, ledger: &Arc<DropLedger>) -> Self {
        Self::new(values, ledger)
    }

    fn apply<R>(current: &Mutex<Arc<Self>>, apply: impl FnOnce(&Region) -> R) -> R {
        apply(&present(current))
    }

    /// Nothing: the last owner frees it.
    fn close(&self) {}
}

impl LifetimeUnderTest for KeptRegion {
    const NAME: &'static str = "lifetime.kept_alive";
    const SUMMARY: &'static str = "repair of lifetime: whoever uses an element says so until it is through";

    fn build(values: Range<u64>, ledger: &Arc<DropLedger>) -> Self {
        Self::new(values, ledger)
    }

    /// A region that is closed already has been replaced.
    fn apply<R>(current: &Mutex<Arc<Self>>, apply: impl FnOnce(&Region) -> R) -> R {
        loop {
            let found = present(current);
            if let Some(alive) = found.keep_alive() {
                return apply(alive.region());
            }
        }
    }

    fn close(&self) {
        self.close();
    }
}

impl LifetimeUnderTest for EpochRegion {
    const NAME: &'static str = "lifetime.epoch";
    const SUMMARY: &'static str = "repair of lifetime: a container is freed once all are through who may have found it";

    fn build(values: Range<u64>, ledger: &Arc<DropLedger>) -> Self {
        Self::new(values, ledger)
    }

    fn apply<R>(current: &Mutex<Arc<Self>>, apply: impl FnOnce(&Region) -> R) -> R {
        Self::pinned(|| present(current), apply)
    }

    fn close(&self) {
        self.close();
    }

    fn settle(ledger: &DropLedger, left: u64) {
        for _ in (0..SETTLE_TRIES_MAX).take_while(|_| ledger.left() > left) {
            Self::collect();
            std::thread::yield_now();
        }
    }
}
