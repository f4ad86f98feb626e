//! A global allocator that can be made hostile: growth always moves, freed memory is poisoned, kept back or handed out again
//! at once, blocks end at unmapped pages, allocations fail. It writes down its blocks, and tells how they are misused.

mod armed;
mod checks;
mod failure;
mod faulty;
mod guard;
mod leaks;
mod ledger;
mod misuse;
mod published;
mod quarantine;
mod reachable;
mod rehearsal;
mod reuse;
mod rules;
mod spin_lock;
mod trace;

pub use faulty::FaultyAllocator;
pub use rehearsal::{HostileReport, with_hostile_allocator};

pub(crate) use faulty::installed;
pub(crate) use leaks::{Leaks, judge_leaks};
pub(crate) use rules::{arm_failure, arm_realloc, heal};
