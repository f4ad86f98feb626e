//! A repair of the hazard `lifetime`: a region is freed once all are through who may have found it before its container went.

use super::region::{DropLedger, Region};
use crossbeam_epoch as epoch;
use std::sync::Arc;

/// A region that is reclaimed by epochs.
///
/// **Guarantees.** Who has pinned its thread before it found the region, and until it is through with it, meets no freed element;
/// each is dropped once. When a closed region is freed is **not** said: later, and while anyone stays pinned, never.
///
/// **Cost.** Pinning is one write to a word of the thread's own and a fence, however many regions are used meanwhile; no counter is
/// shared. Closing makes a deferred call. Memory: all regions that were closed while the slowest user was pinned.
///
/// **Source.** Fraser, *Practical lock-freedom* (2004); the crate `crossbeam-epoch`.
#[derive(Debug)]
pub struct EpochRegion(Arc<Region>);

impl EpochRegion {
    /// A region of these elements.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = u64>, ledger: &Arc<DropLedger>) -> Self {
        Self(Arc::new(Region::new(values, ledger)))
    }

    /// Finds a region by `find`, and uses it, pinned from before to after.
    pub fn pinned<R>(find: impl FnOnce() -> Arc<Self>, apply: impl FnOnce(&Region) -> R) -> R {
        let _pinned = epoch::pin();
        apply(&find().0)
    }

    /// The container is gone, and nobody can find the region any more: it is freed once all are through who have found it.
    pub fn close(&self) {
        let region = Arc::clone(&self.0);
        let pinned = epoch::pin();
        pinned.defer(move || region.free());
        pinned.flush();
    }

    /// Frees what can be freed now.
    pub fn collect() {
        epoch::pin().flush();
    }
}
