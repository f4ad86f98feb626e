//! Mature crates under load, one file each: they have to come out clean, or it is a discovery.
//!
//! Behind the feature `crates`, which is on by default. Everything that drives and judges them is in [`crate::workloads`] and
//! [`crate::tracked`] and needs none of them, so that a workspace of its own can put another version of such a crate under
//! the same load. Where a crate guarantees less than others, its adapter says what, after the crate's own documentation.

mod crossbeam_skiplist;
mod dashmap;
mod moka_map;
mod papaya;
mod parking_lot_maps;
mod scc_maps;
mod std_maps;

pub use crossbeam_skiplist::SkipMapUnderTest;
pub use dashmap::DashMapUnderTest;
pub use moka_map::MokaMapUnderTest;
pub use papaya::PapayaUnderTest;
pub use parking_lot_maps::{ParkingLotMutex, ParkingLotRwLock};
pub use scc_maps::{SccHashIndexUnderTest, SccHashMapUnderTest, SccTreeIndexUnderTest};
pub use std_maps::{StdMutex, StdRwLock};

use crate::workloads::map::{LockMapUnderTest, MapWorkload};
use squall_probe::Entry;

/// The workloads on mature crates.
pub(crate) fn entries() -> Vec<Entry> {
    vec![
        Entry::of::<MapWorkload<LockMapUnderTest<StdMutex>>>(),
        Entry::of::<MapWorkload<LockMapUnderTest<StdRwLock>>>(),
        Entry::of::<MapWorkload<LockMapUnderTest<ParkingLotMutex>>>(),
        Entry::of::<MapWorkload<LockMapUnderTest<ParkingLotRwLock>>>(),
        Entry::of::<MapWorkload<DashMapUnderTest>>(),
        Entry::of::<MapWorkload<PapayaUnderTest>>(),
        Entry::of::<MapWorkload<SccHashMapUnderTest>>(),
        Entry::of::<MapWorkload<SccHashIndexUnderTest>>(),
        Entry::of::<MapWorkload<SccTreeIndexUnderTest>>(),
        Entry::of::<MapWorkload<SkipMapUnderTest>>(),
        Entry::of::<MapWorkload<MokaMapUnderTest>>(),
    ]
}
