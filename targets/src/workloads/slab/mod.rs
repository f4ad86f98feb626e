//! Slabs, which hand out keys, under load: an adapter for each, and one workload.

mod script;
mod slab_under_test;
mod workload;

pub use script::{OwnEntry, SlabScripts};
pub use slab_under_test::SlabUnderTest;
pub use workload::{Entry, SlabLocal, SlabOperation, SlabParams, SlabRound, SlabWorkload};
