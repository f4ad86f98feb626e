//! Takes the events of a run and tells them: live while it runs, as a table at its end, or as JSON.
//!
//! It stands beside the flow and knows only events, so a replayed record is told like a live run.

mod desk;
mod gate;
mod histories;
mod human;
mod json;
mod live;
mod paint;
mod sites;
mod scripts;
mod summary;
mod variants;

pub use desk::Desk;
pub use gate::gate_lines;
pub use human::Human;
pub use json::{Json, Ndjson};
pub use live::Live;
pub use paint::Paint;

use squall_model::Stamped;

/// Something that tells a run.
pub trait Reporter {
    /// Takes in the next event.
    fn see(&mut self, stamped: &Stamped);
}
