//! From an experiment, a target's description and a seed to a plan: everything that a run is going to do.

mod make;
mod render;
#[cfg(test)]
mod tests;

pub use make::{Extent, make};
pub use render::render;
