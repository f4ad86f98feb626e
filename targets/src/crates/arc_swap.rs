//! The cells of the crate `arc-swap`, behind the adapter: a strong one, and a weak one beside it that points to the same
//! snapshots.

use crate::workloads::cell::{CellUnderTest, Snapshot};
use arc_swap::{ArcSwap, ArcSwapWeak};
use std::sync::{Arc, Weak};

/// `cell.arc_swap`.
#[derive(Debug)]
pub struct ArcSwapUnderTest {
    strong: ArcSwap<Snapshot>,
    weak: ArcSwapWeak<Snapshot>,
}

impl CellUnderTest for ArcSwapUnderTest {
    const NAME: &'static str = "cell.arc_swap";
    const SUMMARY: &'static str = "the cell of the crate arc-swap, strong and weak";

    fn holding(first: Arc<Snapshot>) -> Self {
        let weak = ArcSwapWeak::new(Arc::downgrade(&first));
        Self { strong: ArcSwap::new(first), weak }
    }

    fn look<R>(&self, look: impl FnOnce(&Snapshot) -> R) -> R {
        look(&self.strong.load())
    }

    fn load(&self) -> Arc<Snapshot> {
        self.strong.load_full()
    }

    fn store(&self, next: Arc<Snapshot>) {
        self.strong.store(next);
    }

    fn swap(&self, next: Arc<Snapshot>) -> Arc<Snapshot> {
        self.strong.swap(next)
    }

    fn compare_and_swap(&self, present: &Arc<Snapshot>, next: Arc<Snapshot>) -> (Arc<Snapshot>, bool) {
        let found = Arc::clone(&self.strong.compare_and_swap(present, next));
        let swapped = Arc::ptr_eq(&found, present);
        (found, swapped)
    }

    fn update(&self, next: impl FnMut(&Arc<Snapshot>) -> Arc<Snapshot>) -> Arc<Snapshot> {
        self.strong.rcu(next)
    }

    fn store_weak(&self, snapshot: &Arc<Snapshot>) {
        self.weak.store(Arc::downgrade(snapshot));
    }

    fn load_weak(&self) -> Option<Arc<Snapshot>> {
        Weak::upgrade(&self.weak.load())
    }
}
