//! Reads panics and their kin out of logs: of Rust, of Go, of sanitizers and of the probe's own hook, wherever they stand and
//! whatever a log writer did to their lines.

mod go;
mod go_frame;
mod go_message;
mod joined;
mod lines;
mod native;
mod occurrence;
mod open;
mod place;
mod prefix;
mod primary;
mod race;
mod reader;
mod record;
mod rust;
mod rust_frame;

pub use occurrence::{Consequence, Frame, Kind, Language, Occurrence, Place};
pub use reader::{Reader, Reading, read};

#[cfg(test)]
mod tests;
