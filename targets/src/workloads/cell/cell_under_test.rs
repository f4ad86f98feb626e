//! What a cell that holds a shared snapshot has to offer to be put under load: the adapter that one workload drives them all
//! through.

use crate::tracked::Value;
use crate::workloads::conservation::Identity;
use std::sync::Arc;

/// What a cell holds: a value, and which one it was computed from, if from any.
#[derive(Debug)]
pub struct Snapshot {
    /// The value.
    pub value: Value,
    /// The snapshot that this one is to replace, if it was computed from one.
    pub parent: Option<Identity>,
}

impl Snapshot {
    /// Which snapshot it is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { worker: self.value.writer(), sequence: self.value.sequence() }
    }
}

/// A cell under test. Beside the snapshot, it may hold a weak pointer to one.
pub trait CellUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// A cell that holds `first`, strongly and weakly.
    fn holding(first: Arc<Snapshot>) -> Self;

    /// Looks at the present snapshot without owning it.
    fn look<R>(&self, look: impl FnOnce(&Snapshot) -> R) -> R;

    /// The present snapshot, owned.
    fn load(&self) -> Arc<Snapshot>;

    /// Puts another snapshot in.
    fn store(&self, next: Arc<Snapshot>);

    /// Puts another snapshot in; hands on the one before.
    fn swap(&self, next: Arc<Snapshot>) -> Arc<Snapshot>;

    /// Puts `next` in if `present` is still there, and hands on what was there, and whether it was `present`.
    fn compare_and_swap(&self, present: &Arc<Snapshot>, next: Arc<Snapshot>) -> (Arc<Snapshot>, bool);

    /// Puts in what `next` makes of the present snapshot, and asks again if it was replaced meanwhile; hands on the one that
    /// was replaced in the end.
    fn update(&self, next: impl FnMut(&Arc<Snapshot>) -> Arc<Snapshot>) -> Arc<Snapshot>;

    /// Points the weak pointer to a snapshot. A cell without one does nothing.
    fn store_weak(&self, snapshot: &Arc<Snapshot>) {
        let _ = snapshot;
    }

    /// The snapshot that the weak pointer points to, if it is there and lives.
    fn load_weak(&self) -> Option<Arc<Snapshot>> {
        None
    }
}
