//! The hazard `lifetime`, on which its repairs are built: elements that live in a region of memory, and are used and finalised
//! by someone who may come after the region is gone.

use super::growing_buffer::POISON;
use squall_probe::point;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A region of elements, each of which is dropped by its finaliser, which waits in a queue, or with the region.
///
/// **Guarantees.** [`free`](Self::free) drops every element that was not dropped before, those included whose finalisers still
/// wait, whoever is using one: a use that is under way reads [`POISON`], and a finaliser that is under way drops its element a
/// **second time**. It is for others to see to it that nothing is under way: [`OwnedRegion`](super::OwnedRegion),
/// [`KeptRegion`](super::KeptRegion) and [`EpochRegion`](super::EpochRegion) do.
///
/// The memory itself is kept as long as anyone can reach it, and only poisoned: the failure is real, yet no behaviour is
/// undefined.
///
/// **Cost.** One memory access for a use; one lock for retiring an element, one more and a read-modify-write for its drop.
///
/// **Source.** Finalisers in Go, and why `runtime.KeepAlive` exists; deferred reclamation without epochs (Fraser, *Practical
/// lock-freedom*, 2004).
pub struct Region {
    elements: Box<[Element]>,
    retired: AtomicUsize,
    finalisers: Mutex<VecDeque<usize>>,
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
        let (retired, finalisers) = (AtomicUsize::new(0), Mutex::default());
        Self { elements, retired, finalisers, ledger: Arc::clone(ledger) }
    }

    /// Uses an element: finds it, and later reads it. `None` if there is no such element.
    pub fn read(&self, place: usize) -> Option<u64> {
        let element = self.elements.get(place)?;
        point!("lifetime.borrowed");
        Some(element.value.load(Ordering::Relaxed))
    }

    /// Leaves the dropping of the next element to a finaliser; hands on whether there was one left among the first so many.
    pub fn retire(&self, elements: usize) -> bool {
        let place = self.retired.fetch_add(1, Ordering::Relaxed);
        let retires = place < elements.min(self.elements.len());
        if retires {
            self.finalisers().push_back(place);
        }
        retires
    }

    /// Runs the finaliser that waits longest; hands on the place of its element, and whether that was still there.
    pub fn finalise_next(&self) -> Option<(usize, bool)> {
        let place = self.finalisers().pop_front()?;
        Some((place, self.drop_element(place)))
    }

    /// Drops an element, as its finaliser does; hands on whether it was still there.
    pub fn drop_element(&self, place: usize) -> bool {
        self.elements.get(place).is_some_and(|element| {
            point!("lifetime.borrowed");
            self.finalise(element)
        })
    }

    /// Drops all elements that were not dropped before, in place of the finalisers that wait.
    pub fn free(&self) {
        self.finalisers().clear();
        let left = self.elements.iter().filter(|element| element.drops.load(Ordering::Relaxed) == 0);
        left.for_each(|element| _ = self.finalise(element));
    }

    fn finalisers(&self) -> MutexGuard<'_, VecDeque<usize>> {
        self.finalisers.lock().unwrap_or_else(PoisonError::into_inner)
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
