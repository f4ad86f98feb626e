//! The hazard `aba`, and its repairs: a list of free slots whose head is swapped by compare-and-swap, and cannot tell a head
//! that stayed from one that went and came back; unless it carries a stamp.

use super::head::{END, Head, Stamp, Word};
use squall_probe::point;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

/// A stack of free slots, the last given being the first taken.
///
/// **Guarantees.** With the stamp [`Versioned`](super::Versioned), [`Stamped`](super::Stamped) or [`Wide`](super::Wide): taking
/// and giving are linearizable and lock-free, and each slot has one owner. With [`Unversioned`](super::Unversioned) this is so
/// **only while nobody is held while it takes**: a slot that was taken and given back meanwhile makes an old compare-and-swap
/// succeed, and the slot after it is handed to two owners, or is lost. A slot is to be given by its owner, once.
///
/// **Cost.** One compare-and-swap each, again for each other one that comes between. What a stamp costs, and how long it lasts
/// before it comes round, its type says.
///
/// **Source.** Treiber, *Systems Programming: Coping with Parallelism* (1986); the stamp is IBM's, *System/370 Principles of
/// Operation*, for compare-double-and-swap.
///
/// ```
/// use squall_targets::containers::{FreeList, Versioned};
/// let list = FreeList::<Versioned>::new(2);
/// let slot = list.take().unwrap();
/// assert_eq!((slot, list.take(), list.take()), (0, Some(1), None));
/// list.give(slot);
/// assert_eq!(list.take(), Some(slot));
/// ```
pub struct FreeList<S: Stamp> {
    /// The first free slot, and its stamp.
    head: S::Word,
    slots: Box<[Slot]>,
}

#[derive(Debug)]
struct Slot {
    next: AtomicU32,
    /// How often the slot was given.
    given: AtomicU32,
}

impl Slot {
    /// A slot of a list in which all are free.
    const fn free(number: u32, slots: u32) -> Self {
        Self { next: AtomicU32::new(following(number, slots)), given: AtomicU32::new(0) }
    }
}

impl<S: Stamp> FreeList<S> {
    /// A list of so many slots, all free, the first on top.
    ///
    /// # Panics
    /// If there are more slots than an index can name.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        let slots = u32::try_from(slots).ok().filter(|slots| *slots < END).expect("an index has 32 bits");
        let slot = |number| Slot::free(number, slots);
        Self { head: S::Word::new(Head::of(slots)), slots: (0..slots).map(slot).collect() }
    }

    /// Takes a free slot; `None` if there is none.
    pub fn take(&self) -> Option<usize> {
        self.take_with(|| point!("aba.take.between"))
    }

    /// Takes a free slot, and does `between` after head and next were read: the window in which the head may go and come
    /// back.
    pub fn take_with(&self, mut between: impl FnMut()) -> Option<usize> {
        loop {
            let head = self.head.load();
            let taken = self.slots.get(head.slot as usize)?;
            let next = taken.next.load(Ordering::Acquire);
            between();
            if self.replace(head, next) {
                return Some(head.slot as usize);
            }
        }
    }

    /// Gives a slot back.
    ///
    /// # Panics
    /// If there is no such slot.
    pub fn give(&self, slot: usize) {
        let given = &self.slots[slot];
        given.given.fetch_add(1, Ordering::Relaxed);
        loop {
            let head = self.head.load();
            given.next.store(head.slot, Ordering::Release);
            if self.replace(head, slot as u32) {
                return;
            }
        }
    }

    /// The word that names the first free slot: what takers and givers race for.
    pub const fn head(&self) -> &S::Word {
        &self.head
    }

    /// The words in which each slot names the one after it: what a taker reads between the head and its swap.
    pub fn nexts(&self) -> impl Iterator<Item = &AtomicU32> {
        self.slots.iter().map(|slot| &slot.next)
    }

    /// Makes all slots free, in their order and at their place in memory.
    pub fn reset(&mut self) {
        let slots = self.slots.len() as u32;
        for (number, slot) in (0..slots).zip(&mut self.slots) {
            *slot = Slot::free(number, slots);
        }
        self.head = S::Word::new(Head::of(slots));
    }

    /// The free slots from the top, as long as nobody takes or gives. A list that bites its own tail is shown once around.
    pub fn free(&self) -> impl Iterator<Item = usize> {
        let first = self.head.load().slot;
        let next = |slot: &u32| self.slots.get(*slot as usize).map(|slot| slot.next.load(Ordering::Acquire));
        let all = std::iter::successors(Some(first), next).take_while(|slot| *slot != END);
        all.map(|slot| slot as usize).take(self.slots.len() + 1)
    }

    /// Puts another slot on top, if the head is still the same as before.
    fn replace(&self, before: Head, slot: u32) -> bool {
        let given = self.slots.get(slot as usize).map_or(0, |slot| slot.given.load(Ordering::Acquire));
        self.head.replace(before, Head { slot, stamp: S::next(before, given) })
    }
}

const fn following(slot: u32, slots: u32) -> u32 {
    if slot + 1 < slots { slot + 1 } else { END }
}

impl<S: Stamp> fmt::Debug for FreeList<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.head.load();
        formatter.debug_struct("FreeList").field("head", &head).field("slots", &self.slots.len()).finish()
    }
}
