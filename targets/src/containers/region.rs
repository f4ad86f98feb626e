//! The hazard `lifetime`, and its repair: elements that live in a region of memory, and are used and finalised by someone who
//! may come after the region is gone.

use super::growing_buffer::POISON;
use squall_probe::point;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// A region of elements, each of which is dropped by its handle, or with the region.
///
/// **Guarantees.** [`free`](Self::free) drops every element that was not dropped before, whoever still holds one: a handle
/// that comes later reads [`POISON`], and drops its element a **second time**. A region that its holders own together, as
/// [`OwnedRegion`](super::OwnedRegion), is freed after the last of them, and so never too early.
///
/// The memory itself is kept as long as anyone can reach it, and only poisoned: the failure is real, yet no behaviour is
/// undefined.
///
/// **Cost.** One memory access for a use; one read-modify-write for a drop.
///
/// **Source.** Finalisers in Go, and why `runtime.KeepAlive` exists; deferred reclamation without epochs (Fraser, *Practical
/// lock-freedom*, 2004).
pub struct Region {
    elements: Box<[Element]>,
    ledger: Arc<DropLedger>,
}

struct Element {
    value: AtomicU64,
    drops: AtomicU8,
}

/// What became of the elements of all regions that share it.
#[derive(Debug, Default)]
pub struct DropLedger {
    made: AtomicU64,
    dropped: AtomicU64,
    again: AtomicU64,
}

impl DropLedger {
    /// How many elements were made and not dropped.
    pub fn left(&self) -> u64 {
        self.made.load(Ordering::Relaxed).saturating_sub(self.dropped.load(Ordering::Relaxed))
    }

    /// How many drops met an element that had been dropped before.
    pub fn dropped_again(&self) -> u64 {
        self.again.load(Ordering::Relaxed)
    }
}

impl Region {
    /// A region of these elements.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = u64>, ledger: &Arc<DropLedger>) -> Self {
        let element = |value| Element { value: AtomicU64::new(value), drops: AtomicU8::new(0) };
        let elements: Box<[_]> = values.into_iter().map(element).collect();
        ledger.made.fetch_add(elements.len() as u64, Ordering::Relaxed);
        Self { elements, ledger: Arc::clone(ledger) }
    }

    /// Uses an element: finds it, and later reads it. `None` if there is no such element.
    pub fn read(&self, place: usize) -> Option<u64> {
        let element = self.elements.get(place)?;
        point!("lifetime.borrowed");
        Some(element.value.load(Ordering::Relaxed))
    }

    /// Drops an element, as its finaliser does; hands on whether it was still there.
    pub fn drop_element(&self, place: usize) -> bool {
        self.elements.get(place).is_some_and(|element| {
            point!("lifetime.borrowed");
            self.finalise(element)
        })
    }

    /// Drops all elements that were not dropped before.
    pub fn free(&self) {
        let left = self.elements.iter().filter(|element| element.drops.load(Ordering::Relaxed) == 0);
        left.for_each(|element| _ = self.finalise(element));
    }

    fn finalise(&self, element: &Element) -> bool {
        let first = element.drops.fetch_add(1, Ordering::Relaxed) == 0;
        element.value.store(POISON, Ordering::Relaxed);
        let count = if first { &self.ledger.dropped } else { &self.ledger.again };
        count.fetch_add(1, Ordering::Relaxed);
        first
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Region").field("elements", &self.elements.len()).finish_non_exhaustive()
    }
}
