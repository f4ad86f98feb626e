//! Points: named places in code where a fault can act.

mod asynchronous;
mod error;
mod site;
mod timer;

pub use error::InjectedError;
pub use site::{POINTS, Point};

pub(crate) use error::InjectedPanic;
