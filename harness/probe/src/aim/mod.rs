//! Aimed stalls: hardware breakpoints hold a worker where it enters a function of the unmodified program, or right after it
//! touches a named word.
//!
//! The plan tells where functions begin in the program's file, the workload tells its words. A manager thread sets the
//! breakpoints on the workers and takes turns where there are more aims than a thread has breakpoints; the handler of
//! SIGTRAP holds the thread that ran into one. Nothing of it needs root, a debugger, or a rebuilt target.

mod aims;
mod breakpoint;
mod duty;
mod load_address;
mod manager;
mod place;
mod survey;
mod tag;
mod trap;
mod words;

#[cfg(test)]
mod tests;

pub use words::{WatchedWord, Words};

pub(crate) use breakpoint::refusal;
pub(crate) use load_address::load_address;
pub(crate) use manager::{arm, heal};
pub(crate) use words::export;
