//! A global allocator that can be made hostile: growth always moves, freed memory is poisoned and kept back, blocks end at
//! unmapped pages, allocations fail.

mod failure;
mod faulty;
mod guard;
mod published;
mod quarantine;
mod spin_lock;

pub use faulty::FaultyAllocator;

pub(crate) use faulty::{arm_failure, arm_realloc, heal, installed};
