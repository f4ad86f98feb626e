//! An index and its stamp, as they are compared and swapped together: what tells an index that stayed from one that went and
//! came back.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

/// The index that stands for no slot.
pub(super) const END: u32 = u32::MAX;

/// An index with its stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The index of a slot.
    pub(super) slot: u32,
    /// As much of the stamp as its word has room for.
    pub(super) stamp: u64,
}

impl Head {
    /// The head of a list in which all slots are free.
    pub(super) const fn of(slots: u32) -> Self {
        Self { slot: if slots == 0 { END } else { 0 }, stamp: 0 }
    }
}

/// What an index carries besides itself.
pub trait Stamp: Debug + Send + Sync + 'static {
    /// Where index and stamp lie together.
    type Word: Word;

    /// The stamp of the head that replaces `before`, whose slot was given `given` times.
    fn next(before: Head, given: u32) -> u64;
}

/// A word that holds a head, and replaces it by compare-and-swap.
pub trait Word: Debug + Send + Sync + 'static {
    /// A word that holds this head.
    fn new(head: Head) -> Self;

    /// The head that it holds.
    fn load(&self) -> Head;

    /// Replaces a head by another, if it is still the same as before; hands on whether it was.
    fn replace(&self, before: Head, after: Head) -> bool;
}

/// No stamp: the hazard.
#[derive(Debug)]
pub struct Unversioned;

/// A stamp that counts the changes of the head, in one word with the index.
///
/// **Cost.** Nothing, on top of the compare-and-swap that an index needs anyway. It has 32 bits: who is held for exactly 2³²
/// changes is deceived.
///
/// **Source.** The version of `sharded-slab` and of other arenas that hand out indices.
#[derive(Debug)]
pub struct Versioned;

/// A stamp that counts how often the slot itself was given, in one word with the index: no two heads are alike as long as no
/// slot is given twice.
///
/// **Cost.** As [`Versioned`], and one counter beside each slot; who is held for exactly 2³² gifts of the very slot is deceived.
///
/// **Source.** The generation of a generational arena.
#[derive(Debug)]
pub struct Stamped;

/// A stamp that counts the changes of the head, in a word of 128 bits with the index.
///
/// **Guarantees.** The stamp has 64 bits, and comes round after centuries. The word is swapped by `cmpxchg16b`, and so is
/// lock-free, where the processor has that instruction: all x86-64 ones since 2006 have, and `portable_atomic` asks when it
/// runs. Elsewhere it falls back to a lock; [`Wide::is_lock_free`] tells which it is.
///
/// **Cost.** The 16-byte instruction is slower than that of one word, and a load of 16 bytes may be a compare-and-swap itself,
/// which takes the cache line away from the others.
///
/// **Source.** Compare-double-and-swap, as in IBM's *System/370 Principles of Operation*; the crate `portable-atomic`.
#[derive(Debug)]
pub struct Wide;

impl Wide {
    /// Whether the words of this stamp are swapped without a lock here.
    #[must_use]
    pub fn is_lock_free() -> bool {
        portable_atomic::AtomicU128::is_lock_free()
    }
}

impl Stamp for Unversioned {
    type Word = AtomicU64;

    fn next(_: Head, _: u32) -> u64 {
        0
    }
}

impl Stamp for Versioned {
    type Word = AtomicU64;

    fn next(before: Head, _: u32) -> u64 {
        before.stamp.wrapping_add(1)
    }
}

impl Stamp for Stamped {
    type Word = AtomicU64;

    fn next(_: Head, given: u32) -> u64 {
        u64::from(given)
    }
}

impl Stamp for Wide {
    type Word = portable_atomic::AtomicU128;

    fn next(before: Head, _: u32) -> u64 {
        before.stamp.wrapping_add(1)
    }
}

/// The lower half of the word is the index, the upper one the stamp, of which 32 bits are kept.
impl Word for AtomicU64 {
    fn new(head: Head) -> Self {
        Self::new(narrow(head))
    }

    fn load(&self) -> Head {
        let word = self.load(Ordering::Acquire);
        Head { slot: word as u32, stamp: word >> u32::BITS }
    }

    fn replace(&self, before: Head, after: Head) -> bool {
        self.compare_exchange(narrow(before), narrow(after), Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// The lower half of the word is the index, the upper one the stamp.
impl Word for portable_atomic::AtomicU128 {
    fn new(head: Head) -> Self {
        Self::new(wide(head))
    }

    fn load(&self) -> Head {
        let word = self.load(Ordering::Acquire);
        Head { slot: word as u32, stamp: (word >> u64::BITS) as u64 }
    }

    fn replace(&self, before: Head, after: Head) -> bool {
        self.compare_exchange(wide(before), wide(after), Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

const fn narrow(head: Head) -> u64 {
    head.stamp << u32::BITS | head.slot as u64
}

const fn wide(head: Head) -> u128 {
    (head.stamp as u128) << u64::BITS | head.slot as u128
}
