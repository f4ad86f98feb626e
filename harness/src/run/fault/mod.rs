//! Injects and heals the faults of a trial.

mod armed;
mod refused_allocation;

pub(super) use armed::FaultBoard;
pub(super) use refused_allocation::refused_allocation;
