//! Takes what a trial told while it ran and hands on its record: the time series, bounded, and the panics, grouped.

mod panics;
mod sampler;
mod timeline;

pub use sampler::Sampler;
