//! What a target implements: a workload, its operations, its parameters, and the oracles that judge its answers.

mod catalogue;
mod operation;
mod oracle;
mod params;
mod scripts_of;
mod worker;
mod workload_trait;
mod write_back;

pub use catalogue::Entry;
pub use operation::Operation;
pub use oracle::{FinalCheck, Oracle};
pub use params::{NoParams, Params};
pub use worker::{Call, OperationError, Setup, Worker};
pub use workload_trait::Workload;
pub use write_back::write_back;

pub(crate) use catalogue::{RunningWorkload, WorkerResult, describe, panic_text};
pub(crate) use oracle::Tally;
