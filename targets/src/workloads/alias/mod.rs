//! Maps of lists under load: the hazard `value-copy-aliasing` and its repairs, behind the adapter of the buffers, so that the
//! same workload with its rounds accounts for every element.

mod maps_of_lists;

pub use maps_of_lists::{ListMap, Lists};
