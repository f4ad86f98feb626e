//! What a search remembers: the situations it was in, and the states as numbers.

use crate::history::model::Sequential;
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

/// The memory that one search may take for the situations that it visited. Two threads search at a time on the smallest machines.
const SEEN_BYTES_MAX: usize = 192 << 20;

/// The situations that were visited, as far as there is memory. What was forgotten may be visited again, in vain; so those at rest are
/// never forgotten, and nothing before one is tried twice for the same state.
pub(super) struct Seen<const WORDS: usize> {
    recent: Visited<WORDS>,
    older: Visited<WORDS>,
    at_rest: Visited<WORDS>,
    /// How many of them are kept until the older ones are forgotten.
    each_max: usize,
}

impl<const WORDS: usize> Seen<WORDS> {
    /// Nothing yet. The first so many bits belong to operations with an answer.
    pub(super) fn new(answered_slots: usize, any_unanswered: bool) -> Self {
        // A table is at least half full, and there are two.
        let each_max = SEEN_BYTES_MAX / (4 * size_of::<Situation<WORDS>>());
        Self::with_memory(answered_slots, any_unanswered, each_max)
    }

    fn with_memory(answered_slots: usize, any_unanswered: bool, each_max: usize) -> Self {
        let none = || Visited::new(answered_slots, any_unanswered);
        Self { recent: none(), older: none(), at_rest: none(), each_max }
    }

    /// Notes a situation; hands on whether it is worth a visit.
    pub(super) fn note(&mut self, situation: &Situation<WORDS>, is_at_rest: bool) -> bool {
        if is_at_rest {
            return self.at_rest.note(situation);
        }
        if self.recent.count >= self.each_max {
            std::mem::swap(&mut self.recent, &mut self.older);
            self.recent.forget();
        }
        !self.older.has(situation) && self.recent.note(situation)
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        [&mut self.recent, &mut self.older, &mut self.at_rest].into_iter().for_each(Visited::forget);
    }
}

/// Situations that were visited.
struct Visited<const WORDS: usize> {
    situations: Situations<WORDS>,
    count: usize,
}

enum Situations<const WORDS: usize> {
    /// As they are.
    Exactly(HashSet<Situation<WORDS>, FixedState>),
    /// By what they are without the operations that have no answer; of those, which were used up.
    WithLess {
        /// The bits of the operations with an answer.
        answered: Bits<WORDS>,
        tried: HashMap<Situation<WORDS>, Vec<Bits<WORDS>>, FixedState>,
    },
}

impl<const WORDS: usize> Visited<WORDS> {
    fn new(answered_slots: usize, any_unanswered: bool) -> Self {
        let situations = if any_unanswered {
            let answered = (0..answered_slots as u32).fold([0; WORDS], with);
            Situations::WithLess { answered, tried: HashMap::with_hasher(FixedState::default()) }
        } else {
            Situations::Exactly(HashSet::with_hasher(FixedState::default()))
        };
        Self { situations, count: 0 }
    }

    fn forget(&mut self) {
        self.count = 0;
        match &mut self.situations {
            Situations::Exactly(seen) => seen.clear(),
            Situations::WithLess { tried, .. } => tried.clear(),
        }
    }

    /// Whether the situation was visited, or one with less used up.
    fn has(&self, situation: &Situation<WORDS>) -> bool {
        match &self.situations {
            Situations::Exactly(seen) => seen.contains(situation),
            Situations::WithLess { answered, tried } => {
                let (key, used) = apart(situation, answered);
                tried.get(&key).is_some_and(|tried| tried.iter().any(|less| is_within(less, &used)))
            }
        }
    }

    fn note(&mut self, situation: &Situation<WORDS>) -> bool {
        let is_new = match &mut self.situations {
            Situations::Exactly(seen) => seen.insert(*situation),
            Situations::WithLess { answered, tried } => {
                let (key, used) = apart(situation, answered);
                let tried = tried.entry(key).or_default();
                let is_new = !tried.iter().any(|less| is_within(less, &used));
                if is_new {
                    tried.retain(|more| !is_within(&used, more));
                    tried.push(used);
                }
                is_new
            }
        };
        self.count += usize::from(is_new);
        is_new
    }
}

/// A situation without the operations that have no answer, and which of those were used up.
fn apart<const WORDS: usize>(situation: &Situation<WORDS>, answered: &Bits<WORDS>) -> (Situation<WORDS>, Bits<WORDS>) {
    let used = std::array::from_fn(|word| situation.done[word] & !answered[word]);
    let done = std::array::from_fn(|word| situation.done[word] & answered[word]);
    (Situation { done, ..*situation }, used)
}

/// How much memory a state takes with its number.
pub(super) const fn state_bytes<M: Sequential>() -> usize {
    size_of::<M::State>() + 2 * size_of::<u32>() + M::SHARED_BYTES
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

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.states.len()
    }

    /// The state of a number.
    pub(super) fn get(&self, number: u32) -> &S {
        &self.states[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_at_rest_is_never_forgotten_and_the_latest_are_remembered() {
        let of = |place| Situation { place, state: 0, done: [0] };
        let mut seen = Seen::<1>::with_memory(0, false, 4);
        assert!(seen.note(&of(1_000), true));
        assert!((0..100).all(|place| seen.note(&of(place), false)), "each is new");
        assert!(!seen.note(&of(1_000), true));
        assert!((96..100).all(|place| !seen.note(&of(place), false)), "the latest are remembered");
        assert!(seen.note(&of(0), false), "the first is forgotten");
        let kept = seen.recent.count + seen.older.count;
        assert!(kept <= 8, "{kept} take no more memory than was given");
    }
}
