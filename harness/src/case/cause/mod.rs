//! From an occurrence to its cause class: a closed list, and a classifier that ranks it.

mod class;
mod classify;
mod words;

pub use class::CauseClass;
pub use classify::{Ranked, classify};
