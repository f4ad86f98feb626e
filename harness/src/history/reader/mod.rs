//! From a file's lines to a history: NDJSON, EDN maps and Jepsen's log lines, told apart by the first line. Lines are read
//! one after the other; only operations are kept.

mod assembly;
mod edn;
mod json;
mod lines;

pub use assembly::{Assembly, Event, Kind};
pub use lines::read;
