//! From an experiment, a target's description and a seed to a plan: everything that a run is going to do.

mod draw;
#[cfg(test)]
mod draw_tests;
mod length;
mod make;
mod render;
mod sites;
#[cfg(test)]
mod tests;

pub use draw::{SITES_MAX, draw, drawn_sites, redraw};
pub use length::expected_length;
pub use make::{Extent, TREATMENT, make};
pub use render::render;
