//! The words that a workload exports: their names, addresses and lengths, for as long as they live.
//!
//! Addresses are only watched, never read or written, so that exporting a word is safe whatever it is.

use super::breakpoint::Trigger;
use super::tag::{GENERATION_MASK, NUMBERS, Purpose};
use crate::clock::kernel_nanos;
use crate::thread_state::Exemption;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most words that are known at a time; further ones are not watched.
const WORDS_MAX: usize = 1_024;
/// A thread can watch so many pieces at a time; of a longer value only so much is watched.
const PIECES_MAX: usize = 4;

/// A word that dies may come again, such as one that lives for an operation. After so long it is gone.
const GONE_NANOS: u64 = 100_000_000;

/// A word, or an aligned piece of a longer value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) address: u64,
    pub(super) bytes: u8,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    name: &'static str,
    piece: Piece,
}

#[derive(Default)]
struct Registry {
    places: Vec<Option<Entry>>,
    /// The names of words that lived at some time, and when the last one died.
    ever: Vec<(&'static str, u64)>,
}

impl Registry {
    /// Gives a place up, and notes when.
    fn bury(&mut self, number: usize) {
        let Some(entry) = self.places[number].take() else { return };
        if let Some((_, died)) = self.ever.iter_mut().find(|(name, _)| *name == entry.name) {
            *died = kernel_nanos();
        }
    }
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { places: Vec::new(), ever: Vec::new() });
/// How often each place was given up. A breakpoint of an earlier use does not hold anybody any more: what lies there now
/// is somebody else's.
static GENERATIONS: [AtomicU32; WORDS_MAX] = [const { AtomicU32::new(0) }; WORDS_MAX];
const _: () = assert!(WORDS_MAX <= NUMBERS, "a tag tells every word apart");

fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a workload names the words that a `stall` can aim at.
#[derive(Debug, Default)]
pub struct Words {
    pieces: Vec<Entry>,
}

impl Words {
    /// Exports a word of the workload. Of a value that is longer than 32 bytes only those at its beginning are watched.
    pub fn export<T>(&mut self, name: &'static str, word: &T) {
        self.pieces.extend(pieces_of(word).map(|piece| Entry { name, piece }));
    }
}

/// Takes up the words of the workload itself, which lives as long as the process.
pub(crate) fn export(words: Words) {
    for entry in words.pieces {
        register(entry);
    }
}

/// A word that faults can aim at until this is dropped.
#[derive(Debug)]
#[must_use = "the word is watched only as long as this lives"]
pub struct WatchedWord<'a> {
    numbers: [Option<u16>; PIECES_MAX],
    _word: PhantomData<&'a ()>,
}

impl<'a> WatchedWord<'a> {
    pub(crate) fn new<T>(name: &'static str, word: &'a T) -> Self {
        let _exemption = Exemption::begin();
        let mut numbers = [None; PIECES_MAX];
        for (number, piece) in numbers.iter_mut().zip(pieces_of(word)) {
            *number = register(Entry { name, piece });
        }
        Self { numbers, _word: PhantomData }
    }
}

impl Drop for WatchedWord<'_> {
    fn drop(&mut self) {
        let _exemption = Exemption::begin();
        let mut registry = registry();
        for number in self.numbers.into_iter().flatten() {
            GENERATIONS[number as usize].fetch_add(1, Ordering::AcqRel);
            registry.bury(number as usize);
        }
    }
}

fn register(entry: Entry) -> Option<u16> {
    let mut registry = registry();
    if !registry.ever.iter().any(|(name, _)| *name == entry.name) {
        registry.ever.push((entry.name, 0));
    }
    let number = match registry.places.iter().position(Option::is_none) {
        Some(free) => free,
        None if registry.places.len() < WORDS_MAX => {
            registry.places.push(None);
            registry.places.len() - 1
        }
        None => return None,
    };
    registry.places[number] = Some(entry);
    Some(number as u16)
}

/// The aligned pieces of a value, of 1, 2, 4 or 8 bytes each.
fn pieces_of<T>(word: &T) -> impl Iterator<Item = Piece> + use<T> {
    let start = std::ptr::from_ref(word) as u64;
    pieces(start, start + size_of::<T>() as u64).take(PIECES_MAX)
}

/// The aligned pieces of a range of addresses.
pub(super) fn pieces(start: u64, end: u64) -> impl Iterator<Item = Piece> {
    let mut address = start;
    std::iter::from_fn(move || {
        let fits = |bytes: &u64| address.is_multiple_of(*bytes) && address + bytes <= end;
        let bytes = [8, 4, 2, 1].into_iter().find(fits)?;
        address += bytes;
        Some(Piece { address: address - bytes, bytes: bytes as u8 })
    })
}

/// The living words of a name, with what their breakpoints are set for.
pub(super) fn living(name: &str) -> Vec<(Piece, Purpose)> {
    let registry = registry();
    let named = registry.places.iter().enumerate().filter_map(|(number, entry)| Some((number, (*entry)?)));
    let named = named.filter(|(_, entry)| entry.name == name);
    named
        .map(|(number, entry)| {
            let generation = GENERATIONS[number].load(Ordering::Acquire) & GENERATION_MASK;
            (entry.piece, Purpose::Word { number: number as u16, generation })
        })
        .collect()
}

/// All living words.
pub(super) fn all_pieces() -> Vec<Piece> {
    registry().places.iter().flatten().map(|entry| entry.piece).collect()
}

/// Whether a word of this name lived once, and none came after it in good time before `now_nanos`.
pub(super) fn is_gone(name: &str, now_nanos: u64) -> bool {
    let registry = registry();
    let lives = registry.places.iter().flatten().any(|entry| entry.name == name);
    let known = registry.ever.iter().find(|(known, _)| *known == name);
    !lives && known.is_some_and(|(_, died)| now_nanos.saturating_sub(*died) >= GONE_NANOS)
}

/// Whether the word that a breakpoint was set for still lives. Async-signal-safe.
pub(super) fn lives(number: u16, generation: u32) -> bool {
    GENERATIONS.get(number as usize).is_some_and(|now| now.load(Ordering::Acquire) & GENERATION_MASK == generation)
}

/// What touches a piece.
pub(super) const fn touch(piece: Piece) -> Trigger {
    Trigger::Touch { bytes: piece.bytes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn a_word_is_known_until_its_guard_is_dropped() {
        let word = AtomicU64::new(0);
        let watched = WatchedWord::new("test.living", &word);
        let [(piece, Purpose::Word { number, generation })] = living("test.living")[..] else { panic!("one piece") };
        assert_eq!(piece, Piece { address: std::ptr::from_ref(&word) as u64, bytes: 8 });
        assert!(lives(number, generation) && !is_gone("test.living", u64::MAX));
        drop(watched);
        assert!(!lives(number, generation) && living("test.living").is_empty());
        assert!(!is_gone("test.living", kernel_nanos()), "it may come again");
        assert!(is_gone("test.living", kernel_nanos() + GONE_NANOS) && !is_gone("test.never", u64::MAX));
    }

    proptest! {
        #[test]
        fn pieces_cover_their_range_without_a_gap(start in 0_u64..64, length in 0_u64..100) {
            let pieces: Vec<_> = pieces(start, start + length).collect();
            let mut next = start;
            for piece in &pieces {
                prop_assert!(piece.address == next && piece.address.is_multiple_of(u64::from(piece.bytes)));
                next += u64::from(piece.bytes);
            }
            prop_assert_eq!(next, start + length);
        }
    }
}
