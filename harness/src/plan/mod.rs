//! From an experiment, a target's description and a seed to a plan: everything that a run is going to do.

mod length;
mod make;
mod render;
#[cfg(test)]
mod tests;

pub use length::expected_length;
pub use make::{Extent, make};
pub use render::render;
