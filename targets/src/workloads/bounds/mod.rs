//! Lists that shrink under load: the hazard `slice-bounds` and its repairs behind one adapter and one workload.

mod bounds_under_test;
mod workload;

pub use bounds_under_test::{Bounded, BoundsUnderTest, Checked, Snapshotted, Unchecked};
pub use workload::{BoundsOperation, BoundsParams, BoundsWorkload};
