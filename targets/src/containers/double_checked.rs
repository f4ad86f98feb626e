//! The hazard `broken-once`: a table that is built by whoever finds it unbuilt, checked twice, and guarded by nothing.

use squall_probe::point;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What stands in an entry that is not built yet.
const UNBUILT: u64 = 0;

/// A table that is built when it is first asked.
///
/// **Guarantees.** None while it is being built: **two may build it, and a reader may see it half built**, because the mark
/// that it is there can be seen before what it stands for. After that, every look-up answers rightly.
///
/// That the mark is written first is what a compiler or processor may make of the usual code. Here it is written so, with
/// relaxed atomic words, so that it happens on x86-64, too, and no behaviour is undefined.
///
/// **Cost.** Two memory accesses a look-up.
///
/// **Source.** Bacon and others, *The "Double-Checked Locking is Broken" Declaration* (2000); *The Go Memory Model*,
/// "Incorrect synchronization".
#[derive(Debug)]
pub struct DoubleChecked {
    there: AtomicBool,
    entries: Box<[AtomicU64]>,
}

impl DoubleChecked {
    /// A table of so many entries, unbuilt.
    #[must_use]
    pub fn new(entries: usize) -> Self {
        Self { there: AtomicBool::new(false), entries: (0..entries).map(|_| AtomicU64::new(UNBUILT)).collect() }
    }

    /// Looks an entry up; builds the table first if it is not there.
    pub fn get(&self, place: usize, build: impl FnOnce() -> Vec<u64>) -> Option<u64> {
        if !self.there.load(Ordering::Relaxed) {
            // The second check, which a lock should have preceded.
            if !self.there.load(Ordering::Relaxed) {
                point!("once.checked");
                self.fill(&build());
            }
        }
        Some(self.entries.get(place)?.load(Ordering::Relaxed))
    }

    /// Forgets what was built.
    pub fn clear(&mut self) {
        *self.there.get_mut() = false;
        self.entries.iter_mut().for_each(|entry| *entry.get_mut() = UNBUILT);
    }

    fn fill(&self, built: &[u64]) {
        self.there.store(true, Ordering::Relaxed);
        point!("once.build.between");
        for (entry, value) in self.entries.iter().zip(built) {
            entry.store(*value, Ordering::Relaxed);
        }
    }
}
