//! What a search remembers: the situations it was in, and the states as numbers.

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet, HashTable};
use std::hash::{BuildHasher, Hash};

/// A set of bits.
pub(super) type Bits<const WORDS: usize> = [u64; WORDS];

pub(super) const fn has<const WORDS: usize>(bits: &Bits<WORDS>, slot: u32) -> bool {
    bits[slot as usize / 64] & 1 << (slot % 64) != 0
}

pub(super) const fn with<const WORDS: usize>(mut bits: Bits<WORDS>, slot: u32) -> Bits<WORDS> {
    bits[slot as usize / 64] |= 1 << (slot % 64);
    bits
}

pub(super) const fn without<const WORDS: usize>(mut bits: Bits<WORDS>, slot: u32) -> Bits<WORDS> {
    bits[slot as usize / 64] &= !(1 << (slot % 64));
    bits
}

fn is_within<const WORDS: usize>(part: &Bits<WORDS>, whole: &Bits<WORDS>) -> bool {
    part.iter().zip(whole).all(|(part, whole)| part & !whole == 0)
}

/// A situation: how far the answered operations have come, the state, and which of the open operations have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Situation<const WORDS: usize> {
    /// The next response that is waited for; or the number of how far each process has come.
    pub(super) place: u32,
    pub(super) state: u32,
    pub(super) done: Bits<WORDS>,
}

/// The situations that were visited.
pub(super) enum Seen<const WORDS: usize> {
    /// As they are.
    Exactly(HashSet<Situation<WORDS>, FixedState>),
    /// By what they are without the operations that have no answer; of those, which were used up.
    WithLess {
        /// The bits of the operations with an answer.
        answered: Bits<WORDS>,
        tried: HashMap<Situation<WORDS>, Vec<Bits<WORDS>>, FixedState>,
    },
}

impl<const WORDS: usize> Seen<WORDS> {
    /// Nothing yet. The first so many bits belong to operations with an answer.
    pub(super) fn new(answered_slots: usize, any_unanswered: bool) -> Self {
        if !any_unanswered {
            return Self::Exactly(HashSet::with_hasher(FixedState::default()));
        }
        let answered = (0..answered_slots as u32).fold([0; WORDS], with);
        Self::WithLess { answered, tried: HashMap::with_hasher(FixedState::default()) }
    }

    /// Notes a situation; hands on whether it is worth a visit.
    pub(super) fn note(&mut self, situation: &Situation<WORDS>) -> bool {
        match self {
            Self::Exactly(seen) => seen.insert(*situation),
            Self::WithLess { answered, tried } => {
                let used = std::array::from_fn(|word| situation.done[word] & !answered[word]);
                let done = std::array::from_fn(|word| situation.done[word] & answered[word]);
                let tried = tried.entry(Situation { done, ..*situation }).or_default();
                if tried.iter().any(|less| is_within(less, &used)) {
                    return false;
                }
                tried.retain(|more| !is_within(&used, more));
                tried.push(used);
                true
            }
        }
    }
}

/// The states, each with a number.
pub(super) struct States<S> {
    states: Vec<S>,
    numbers: HashTable<u32>,
}

impl<S> Default for States<S> {
    fn default() -> Self {
        Self { states: Vec::new(), numbers: HashTable::new() }
    }
}

impl<S: Hash + Eq> States<S> {
    /// The number of a state.
    pub(super) fn number(&mut self, state: S) -> u32 {
        let hash = FixedState::default().hash_one(&state);
        if let Some(known) = self.numbers.find(hash, |number| self.states[*number as usize] == state) {
            return *known;
        }
        let number = self.states.len() as u32;
        self.states.push(state);
        let states = &self.states;
        self.numbers.insert_unique(hash, number, |number| FixedState::default().hash_one(&states[*number as usize]));
        number
    }

    /// The state of a number.
    pub(super) fn get(&self, number: u32) -> &S {
        &self.states[number as usize]
    }
}
