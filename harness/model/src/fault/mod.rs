//! The faults as a human writes them and as a plan carries them: one struct a kind, in one-key maps.

mod function_pattern;
mod kind;
mod place;
mod planned;
mod shape;

pub use function_pattern::{ATOMIC_ADDRESSES_MAX, FUNCTIONS_MAX, FunctionPattern, last_segment};
pub use kind::{AllocFailure, BURSTS_MAX, ErrorReturn, Failpoint, InjectedPanic, Latency, LoadShift, Realloc, Stall};
pub use place::{AUTO, StallPlace, ThreadShare};
pub use planned::{FAULTS_MAX, FaultPlan};
pub use shape::{Fault, FaultName, Window};
