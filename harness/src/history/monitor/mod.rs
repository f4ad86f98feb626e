//! Decides without a search where the operations allow it: near-linear in their number, and for the weaker models exactly what
//! they promise.

mod blocks;
mod cover;
mod iteration;
mod lives;
mod priority;
mod queue;
mod snapshot;
mod stack;

pub(super) use blocks::{Ruling, blocks};
pub(super) use iteration::iteration;
pub(super) use lives::first_refused;
pub(super) use priority::priority_queue;
pub(super) use queue::{bag, queue};
pub(super) use snapshot::{Breach, snapshot, snapshot_breach};
pub(super) use stack::stack;
