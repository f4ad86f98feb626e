//! A repair of the hazard `broken-once`: the first who asks builds the table, everyone else waits until it is whole.

use squall_probe::point;
use std::sync::OnceLock;

/// A table that is built once, when it is first asked.
///
/// **Guarantees.** One builds, and every look-up sees the whole table. A `build` that panics leaves the table unbuilt, for
/// the next one to try.
///
/// **Cost.** One load more a look-up than a plain table; while it is built, everyone waits.
///
/// **Source.** `std::sync::OnceLock`; `sync.Once` in Go.
#[derive(Debug, Default)]
pub struct OnceTable {
    entries: OnceLock<Vec<u64>>,
}

impl OnceTable {
    /// An unbuilt table.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: OnceLock::new() }
    }

    /// Looks an entry up; builds the table first if it is not there.
    pub fn get(&self, place: usize, build: impl FnOnce() -> Vec<u64>) -> Option<u64> {
        let whole = || {
            point!("once.checked");
            let built = build();
            point!("once.build.between");
            built
        };
        self.entries.get_or_init(whole).get(place).copied()
    }

    /// Forgets what was built.
    pub fn clear(&mut self) {
        self.entries.take();
    }
}
