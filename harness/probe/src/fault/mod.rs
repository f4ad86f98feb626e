//! The faults inside a subject: which are armed, what each decides at a point, and the threads that drive timed ones.

mod act;
mod disturber;
#[cfg(feature = "failpoints")]
mod failpoint;
mod reallocation;
mod session;
mod signal;

pub(crate) use act::{Dose, act_at, doses_at, hold_at_aim, raise, reenter};
pub use reallocation::reallocate_late;
pub(crate) use session::{ActiveFault, Session, session};
pub(crate) use signal::{hold_if_asked, keep_errno};
