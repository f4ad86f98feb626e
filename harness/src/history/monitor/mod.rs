//! Decides without a search where the operations allow it: near-linear in their number, and for the weaker models exactly what
//! they promise.

mod iteration;
mod queue;
mod snapshot;

pub(super) use iteration::iteration;
pub(super) use queue::queue;
pub(super) use snapshot::{Breach, snapshot, snapshot_breach};
