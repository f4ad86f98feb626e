//! What workloads put into containers: [keys](Key) and [values](Value) that carry points in everything that a container
//! calls, and that are watched from their making to their drop.
//!
//! Each instance, new or cloned, holds a [slot](Life) that no one else holds, in memory of our own that is never freed. Its
//! drop gives the slot back. An instance that a container drops twice, uses after its drop, or makes up out of poisoned, torn or
//! foreign memory meets a slot that does not fit, whether it lies where it lay, was copied bit by bit, or was overwritten.
//! That is seen without touching memory that may be gone, so the instance needs no heap memory of its own to be caught.
//!
//! The oracles that follow from it are the same for every family of containers; a workload lists them first, in this order:
//!
//! | oracle | says |
//! |---|---|
//! | [`OWN_VALUE`] | a value that is seen under a key was written for that key, and is whole |
//! | [`NO_USE_AFTER_DROP`] | no instance was used after its drop, and none that was never made |
//! | [`DROP_BALANCE`] | no instance was dropped twice; once the container is dropped, each that was made is dropped |
//!
//! A step ends with [`watch`]; the final check drops its container, and ends with [`settle`].
//!
//! **Panics in callbacks.** A container may leak what it was working on when `Hash`, `Eq`, `Ord`, `Clone`, `Drop` or a closure
//! unwinds; Rust calls that safe, and crates say so. How much is not to be bounded: one panic in a drop can leave the rest of a table.
//! So once a panic was injected inside such a callback ([`in_callback`]), leaks of that trial are not judged any more, which
//! the report says; nothing else is let off: double drops, uses after a drop and foreign values are judged always.

mod key;
mod life;
mod misuse;
mod oracles;
mod slots;
mod value;

pub use key::Key;
pub use life::{Kind, Life};
pub use misuse::{Misuse, Misuses, forgive_leaks, in_callback, take_misuses};
pub use oracles::{Balance, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE, reclaim_all, settle, watch};
pub use value::{PREFILL_WORKER, Value};
