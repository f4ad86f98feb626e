//! The oracles of the general workloads: each is quiet over a correct container under many threads, and each catches the
//! mistake that it is there for, planted in a container that is correct otherwise.

mod cache;
mod cell;
mod driver;
mod handle;
mod late;
mod oneshot;
mod queue;
mod sequence;
mod slab;
mod table;
mod vector;
