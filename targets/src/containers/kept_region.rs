//! A repair of the hazard `lifetime`: whoever uses a region says so from before the first use until after the last, and the region
//! is freed when nobody does.

use super::region::{DropLedger, Region};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The mark of a region whose container is gone; the bits below count those who use it.
const CLOSED: u64 = 1 << 63;

/// A region that is kept alive explicitly.
///
/// **Guarantees.** [`keep_alive`](Self::keep_alive) says whether the region is still there; if so, it is not freed before the
/// guard is dropped. Each element is dropped once. Whoever uses the region without the guard is on its own.
///
/// **Cost.** Two read-modify-writes of a word that all users share, for each use; the last user of a closed region pays for the
/// freeing. Unlike a counted reference, it keeps only those waiting who use the region now, and not those who know of it.
///
/// **Source.** `runtime.KeepAlive` in Go, as a guard that cannot be forgotten; run-down protection in the Windows kernel.
///
/// ```
/// use squall_targets::containers::{DropLedger, KeptRegion};
/// use std::sync::Arc;
/// let ledger = Arc::new(DropLedger::default());
/// let region = KeptRegion::new(0..4, &ledger);
/// let alive = region.keep_alive().unwrap();
/// region.close();
/// assert_eq!((alive.region().read(3), ledger.left()), (Some(3), 4));
/// drop(alive);
/// assert!(region.keep_alive().is_none() && ledger.left() == 0);
/// ```
#[derive(Debug)]
pub struct KeptRegion {
    region: Region,
    users: AtomicU64,
}

/// Keeps a region alive for as long as it lives.
#[derive(Debug)]
#[must_use = "the region may be freed once the guard is dropped"]
pub struct Alive<'region>(&'region KeptRegion);

impl KeptRegion {
    /// A region of these elements.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = u64>, ledger: &Arc<DropLedger>) -> Self {
        Self { region: Region::new(values, ledger), users: AtomicU64::new(0) }
    }

    /// Keeps the region alive; `None` if it is closed.
    pub fn keep_alive(&self) -> Option<Alive<'_>> {
        let one_more = |users: u64| (users & CLOSED == 0).then_some(users + 1);
        self.users.fetch_update(Ordering::Acquire, Ordering::Relaxed, one_more).ok()?;
        Some(Alive(self))
    }

    /// The container is gone: the region is freed now, or by the last who uses it.
    pub fn close(&self) {
        if self.users.fetch_or(CLOSED, Ordering::AcqRel) == 0 {
            self.region.free();
        }
    }
}

impl Alive<'_> {
    /// The region.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.0.region
    }
}

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        if self.0.users.fetch_sub(1, Ordering::AcqRel) == CLOSED + 1 {
            self.0.region.free();
        }
    }
}
