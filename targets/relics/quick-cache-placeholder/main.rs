//! The relic `quick-cache-placeholder`: in quick_cache 0.6.1, a plain insertion may take the place of a placeholder whose value is
//! still being made. The maker then wakes those who wait without saying that there is a value, and they come to
//! code that is held to be unreachable. 0.6.2 tells them.
//! Source: <https://github.com/arthurprs/quick-cache/pull/40>.

use squall_targets::workloads::cache::CacheWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/quick_cache.rs"]
mod adapter;

squall_probe::subject_main!(CacheWorkload<adapter::QuickCacheUnderTest>);
