//! The hazard `aba`, and its repairs: a list of free slots whose head is swapped by compare-and-swap, and cannot tell a head
//! that stayed from one that went and came back; unless it carries a stamp.

use squall_probe::point;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// The index that stands for the end of the list.
const END: u32 = u32::MAX;

/// A stack of free slots, the last given being the first taken.
///
/// **Guarantees.** With the stamp [`Versioned`] or [`Stamped`]: taking and giving are linearizable and lock-free, and each
/// slot has one owner. With [`Unversioned`] this is so **only while nobody is held while it takes**: a slot that was taken and
/// given back meanwhile makes an old compare-and-swap succeed, and the slot after it is handed to two owners, or is lost.
/// A slot is to be given by its owner, once.
///
/// **Cost.** One compare-and-swap each, again for each other one that comes between. Stamps have 32 bits: a taker would have
/// to be held for exactly 2³² changes, of the whole list ([`Versioned`]) or of the very slot ([`Stamped`]).
///
/// **Source.** Treiber, *Systems Programming: Coping with Parallelism* (1986); the stamp is IBM's, *System/370 Principles of
/// Operation*, for compare-double-and-swap. Index and stamp share one word here, so that no 128-bit instruction is needed.
///
/// ```
/// use squall_targets::containers::{FreeList, Versioned};
/// let list = FreeList::<Versioned>::new(2);
/// let slot = list.take().unwrap();
/// assert_eq!((slot, list.take(), list.take()), (0, Some(1), None));
/// list.give(slot);
/// assert_eq!(list.take(), Some(slot));
/// ```
pub struct FreeList<S> {
    /// The first free slot, and its stamp.
    head: AtomicU64,
    slots: Box<[Slot]>,
    stamp: PhantomData<S>,
}

#[derive(Debug)]
struct Slot {
    next: AtomicU32,
    /// How often the slot was given.
    given: AtomicU32,
}

/// The head of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    slot: u32,
    stamp: u32,
}

/// What a head carries besides its slot.
pub trait Stamp: Send + Sync + 'static {
    /// The stamp of the head that replaces `before`, whose slot was given `given` times.
    fn next(before: Head, given: u32) -> u32;
}

/// No stamp: the hazard.
#[derive(Debug)]
pub struct Unversioned;

/// A stamp that counts the changes of the head.
#[derive(Debug)]
pub struct Versioned;

/// A stamp that counts how often the slot itself was given: no two heads are alike as long as no slot is given twice.
#[derive(Debug)]
pub struct Stamped;

impl Stamp for Unversioned {
    fn next(_: Head, _: u32) -> u32 {
        0
    }
}

impl Stamp for Versioned {
    fn next(before: Head, _: u32) -> u32 {
        before.stamp.wrapping_add(1)
    }
}

impl Stamp for Stamped {
    fn next(_: Head, given: u32) -> u32 {
        given
    }
}

impl Slot {
    /// A slot of a list in which all are free.
    const fn free(number: u32, slots: u32) -> Self {
        Self { next: AtomicU32::new(following(number, slots)), given: AtomicU32::new(0) }
    }
}

impl Head {
    /// The head of a list in which all slots are free.
    const fn of(slots: u32) -> Self {
        Self { slot: if slots == 0 { END } else { 0 }, stamp: 0 }
    }

    const fn pack(self) -> u64 {
        (self.stamp as u64) << 32 | self.slot as u64
    }

    const fn unpack(word: u64) -> Self {
        Self { slot: word as u32, stamp: (word >> 32) as u32 }
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
        let head = AtomicU64::new(Head::of(slots).pack());
        Self { head, slots: (0..slots).map(slot).collect(), stamp: PhantomData }
    }

    /// Takes a free slot; `None` if there is none.
    pub fn take(&self) -> Option<usize> {
        self.take_with(|| point!("aba.take.between"))
    }

    /// Takes a free slot, and does `between` after head and next were read: the window in which the head may go and come
    /// back.
    pub fn take_with(&self, mut between: impl FnMut()) -> Option<usize> {
        loop {
            let head = Head::unpack(self.head.load(Ordering::Acquire));
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
            let head = Head::unpack(self.head.load(Ordering::Acquire));
            given.next.store(head.slot, Ordering::Release);
            if self.replace(head, slot as u32) {
                return;
            }
        }
    }

    /// The word that names the first free slot: what takers and givers race for.
    pub const fn head(&self) -> &AtomicU64 {
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
        *self.head.get_mut() = Head::of(slots).pack();
    }

    /// The free slots from the top, as long as nobody takes or gives. A list that bites its own tail is shown once around.
    pub fn free(&self) -> impl Iterator<Item = usize> {
        let first = Head::unpack(self.head.load(Ordering::Acquire)).slot;
        let next = |slot: &u32| self.slots.get(*slot as usize).map(|slot| slot.next.load(Ordering::Acquire));
        let all = std::iter::successors(Some(first), next).take_while(|slot| *slot != END);
        all.map(|slot| slot as usize).take(self.slots.len() + 1)
    }

    /// Puts another slot on top, if the head is still the same as before.
    fn replace(&self, before: Head, slot: u32) -> bool {
        let given = self.slots.get(slot as usize).map_or(0, |slot| slot.given.load(Ordering::Acquire));
        let after = Head { slot, stamp: S::next(before, given) };
        let swapped = self.head.compare_exchange(before.pack(), after.pack(), Ordering::AcqRel, Ordering::Acquire);
        swapped.is_ok()
    }
}

const fn following(slot: u32, slots: u32) -> u32 {
    if slot + 1 < slots { slot + 1 } else { END }
}

impl<S> fmt::Debug for FreeList<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = Head::unpack(self.head.load(Ordering::Relaxed));
        formatter.debug_struct("FreeList").field("head", &head).field("slots", &self.slots.len()).finish()
    }
}
