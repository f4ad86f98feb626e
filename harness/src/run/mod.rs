//! The only stage that touches the world: it builds the target, runs one subject a trial, injects and heals faults,
//! watches, and hands on what happened.

mod atomics;
mod build;
mod conversation;
mod fault;
mod functions;
mod host;
mod launch;
mod memory;
mod outcome;
mod reach;
mod reading;
mod run_error;
mod schedule;
mod subject;
mod symbols;
mod tail;
mod testimony;
mod trial;
mod watchdog;

pub use build::{BuildRequest, build};
pub use conversation::describe;
pub use functions::{describe_functions, functions};
pub use host::{Interrupts, Leash, host_facts, leash_main};
pub use launch::Launch;
pub use outcome::{RecordedHistory, TrialOutcome};
pub use run_error::RunError;
pub use trial::{TrialContext, run_trial};
