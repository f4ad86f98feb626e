//! Injects and heals the faults of a trial.

mod armed;

pub(super) use armed::FaultBoard;
