//! The relic `lru-pop`: in lru 0.18.1, `pop` drops the key while its entry is still linked into the list of uses. If that drop
//! panics, the entry is freed and stays linked, and the next walk over the list reads freed memory. 0.18.2 unlinks first.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2026-0253>.

use squall_targets::workloads::cache::CacheWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/lru.rs"]
mod adapter;

squall_probe::subject_main!(CacheWorkload<adapter::LruUnderTest>);
