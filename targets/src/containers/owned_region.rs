//! A repair of the hazard `lifetime`: a region that is freed by whoever lets go of it last.

use super::region::{DropLedger, Region};
use std::ops::Deref;
use std::sync::Arc;

/// A region that all its holders own; behind an `Arc`, it lives as long as any of them.
///
/// **Guarantees.** No element is poisoned while the region is held, except by its own finaliser; each is dropped once. Everything
/// else is as [`Region`] has it: each operation is linearizable.
///
/// **Cost.** Two read-modify-writes of a counter that all holders share, for each hold. One holder that lingers keeps the
/// whole region.
///
/// **Source.** Reference counting (Collins, 1960); `std::sync::Arc`.
#[derive(Debug)]
pub struct OwnedRegion(Region);

impl OwnedRegion {
    /// A region of these elements.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = u64>, ledger: &Arc<DropLedger>) -> Self {
        Self(Region::new(values, ledger))
    }
}

impl Deref for OwnedRegion {
    type Target = Region;

    fn deref(&self) -> &Region {
        &self.0
    }
}

impl Drop for OwnedRegion {
    fn drop(&mut self) {
        self.0.free();
    }
}
