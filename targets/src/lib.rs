//! What squall is tried on: concurrent [containers], [workloads] on them with oracles that know the right answers, and
//! short [scripts] written by hand, and [canaries], planted bugs that a run has to catch before its verdict on anything else is worth reading.
//!
//! The program `squall-target` serves all of it to the harness, which never links this crate: it starts the program as
//! the subject of one trial and speaks with it through the probe.

pub mod canaries;
pub mod containers;
#[cfg(feature = "crates")]
pub mod crates;
pub mod scripts;
pub mod tracked;
pub mod workloads;

use squall_probe::Entry;

/// Every workload of this crate: what `squall list workloads` shows.
#[must_use]
pub fn catalogue() -> Vec<Entry> {
    let mut entries = workloads::entries();
    #[cfg(feature = "crates")]
    entries.extend(crates::entries());
    entries.extend(scripts::entries());
    entries.extend(canaries::entries());
    entries
}
