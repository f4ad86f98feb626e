//! The subject process: it takes commands, drives the workload with its workers, and reports.

mod calls;
mod control;
mod driver;
mod main_loop;
mod mapping;
mod pacing;

mod rehearsal;
mod shift;

pub use main_loop::subject_main;
pub use rehearsal::rehearse;

pub(crate) use driver::{WorkerTask, run_scripts, run_worker};
pub(crate) use main_loop::{note_fault, refuse_fault, running_workload, tell_scripts};
pub(crate) use rehearsal::rehearsal_segment;
