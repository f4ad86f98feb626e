//! The faults as a human writes them and as a plan carries them: one struct a kind, in one-key maps.

mod kind;
mod place;
mod planned;
mod shape;

pub use kind::{AllocFailure, ErrorReturn, Failpoint, InjectedPanic, Latency, LoadShift, Realloc, Stall};
pub use place::{StallPlace, ThreadShare};
pub use planned::{FAULTS_MAX, FaultPlan};
pub use shape::{Fault, FaultName, Window};
