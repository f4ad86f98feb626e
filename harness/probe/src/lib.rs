//! The part of squall that lives inside a target.
//!
//! - [`point!`] and [`point_async!`] name places where faults can act; disarmed, a point is one relaxed load.
//! - [`Workload`] makes a container a target; [`subject_main!`] makes a program of it that `squall run` drives.
//! - [`script`] runs a few operations of a few threads on fresh small objects, millions of times.
//! - [`rehearse`] runs a workload within a test, to see its oracles judge; [`write_back`] keeps a worker's notes across a panic;
//!   [`documented_panic`] takes a panic for an answer; [`reallocate_late`] does what had to wait.
//! - [`FaultyAllocator`] is a global allocator that faults can make hostile.
//! - [`panic_hook`] reports panics with the business [`context`]; it works in production processes, too.
//!
//! The harness never links a target. It starts the program, hands it a plan and a memory segment in which the workers
//! record what they do, and reads the segment while they run and after they died.

mod aim;
mod allocator;
mod clock;
pub mod context;
mod documented;
mod fault;
mod history;
mod hold;
pub mod panic_hook;
mod point;
pub mod script;
mod subject;
mod thread_state;
mod workload;

pub use aim::{WatchedWord, Words};
pub use allocator::FaultyAllocator;
pub use clock::now_nanos;
pub use documented::documented_panic;
pub use fault::reallocate_late;
pub use history::Question;
pub use point::{InjectedError, POINTS, Point};
pub use squall_model::history::{HistoryModel, Verb};
pub use squall_model::segment::{HistoryStart, Told};
pub use subject::{rehearse, subject_main};
pub use workload::{
    Call, Entry, FinalCheck, NoParams, Operation, OperationError, Oracle, Params, Setup, Worker, Workload, write_back,
};

/// Calibrates the clock behind [`now_nanos`], and chooses what orders the events of histories; takes 20 ms. A subject does it
/// before its load begins.
pub fn calibrate_clock() {
    clock::calibrate();
    history::choose();
}

/// Does a workload's own bookkeeping, out of reach of every fault: no stall holds it with one of its locks, and no allocation
/// of it fails. Not for what is under test.
pub fn exempt<R>(body: impl FnOnce() -> R) -> R {
    let _exemption = thread_state::Exemption::begin();
    body()
}

/// What the macros need; not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::allocator::{HostileReport, with_hostile_allocator};
    pub use crate::history::Recorder;
    pub use linkme;
    pub use serde;
    pub use squall_model::ParamDescription;

    /// What the caller's closure makes of an injected error; gives the closure's argument its type.
    pub fn on_error<R>(error: crate::InjectedError, make: impl FnOnce(crate::InjectedError) -> R) -> R {
        make(error)
    }

    /// A parameter's default as JSON.
    pub fn json(value: &impl serde::Serialize) -> serde_json::Value {
        serde_json::to_value(value).unwrap_or(serde_json::Value::Null)
    }
}
