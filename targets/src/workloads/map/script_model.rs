//! The sequential model of maps in scripts: which value each key has, and which answers that allows.

use super::map_under_test::MapUnderTest;
use super::script::{Act, MapCall, NEW, NO, NOTHING, REFUSED, TWICE, UNSAID, UNSEEN, WALK, YES};
use super::workload::MapOperation;
use crate::workloads::script::{At, Next, Progress, Written};

/// How many keys calls are on.
pub(super) const KEYS: usize = 2;
const ANSWER_BITS: u32 = 12;

/// The value of each key.
pub(super) type State = [Option<Written>; KEYS];

/// What is found at the end, in one number.
#[must_use]
pub(super) fn end(found: [u16; KEYS], flawed: bool) -> u128 {
    u128::from(found[0]) | u128::from(found[1]) << ANSWER_BITS | u128::from(flawed) << (2 * ANSWER_BITS)
}

/// The same, taken apart.
#[must_use]
pub(super) const fn found(end: u128) -> ([u16; KEYS], bool) {
    const MASK: u128 = (1 << ANSWER_BITS) - 1;
    ([(end & MASK) as u16, (end >> ANSWER_BITS & MASK) as u16], end >> (2 * ANSWER_BITS) != 0)
}

/// The states that a call can lead to which is answered so.
pub(super) fn explain<M: MapUnderTest>(state: &State, at: At, call: MapCall, answer: u16, step: u8) -> Next<State> {
    let key = call.key as usize;
    let with = |value: Option<Written>| {
        let mut next = *state;
        next[key] = value;
        (next, Progress::Done)
    };
    let Act::Operation(operation) = call.act else { return vec![with(state[key])] };
    let (there, own) = (state[key], Written::by(at));
    let shows = |value: Option<Written>| value.map_or(NOTHING, Written::answer) == answer;
    match (operation, there) {
        (MapOperation::Get, _) if shows(there) => vec![with(there)],
        (MapOperation::Insert, _) => insert::<M>(state, key, own, answer, step),
        (MapOperation::Remove, None) if answer == NOTHING => vec![with(None)],
        (MapOperation::Remove, Some(_)) if answer == UNSEEN || shows(there) => vec![with(None)],
        (MapOperation::Update, None) if answer == NO => vec![with(None)],
        (MapOperation::Update, Some(value)) if answer == YES => vec![with(Some(value.updated(at)))],
        (MapOperation::GetOrInsert, None) if shows(Some(own)) => vec![with(Some(own))],
        (MapOperation::GetOrInsert, Some(_)) if shows(there) => vec![with(there)],
        // A walk that may miss an entry may leave it, too.
        (MapOperation::Retain, Some(_)) if !M::WALK.sees_kept => vec![with(None), with(there)],
        (MapOperation::Retain, _) => vec![with(None)],
        (MapOperation::ForEach, _) => walk::<M>(state, answer, step),
        _ => Vec::new(),
    }
}

/// An insertion is one step, or, in a map that takes the old value out before it puts the new one in, two.
fn insert<M: MapUnderTest>(state: &State, key: usize, own: Written, answer: u16, step: u8) -> Next<State> {
    let with = |value, progress| {
        let mut next = *state;
        next[key] = value;
        (next, progress)
    };
    match state[key] {
        None if answer == NEW || answer == UNSAID => vec![with(Some(own), Progress::Done)],
        Some(value) => {
            let replaced = answer == UNSAID || answer == value.answer();
            let mut next: Next<State> = replaced.then(|| with(Some(own), Progress::Done)).into_iter().collect();
            next.extend((answer == REFUSED).then(|| with(Some(value), Progress::Done)));
            next.extend((!M::REPLACES_AT_ONCE && step == 0).then(|| with(None, Progress::Step(1))));
            next
        }
        None => Vec::new(),
    }
}

/// A walk looks at one key after the other, each at a moment of its own and in any order; `step` has a bit for each that it has
/// looked at.
fn walk<M: MapUnderTest>(state: &State, answer: u16, step: u8) -> Next<State> {
    if answer & WALK == 0 || (answer & TWICE != 0 && M::WALK.shows_once) {
        return Vec::new();
    }
    let fits = |key: usize| {
        let shown = answer & 1 << key != 0;
        // Where a key may be shown twice, it may be shown for a moment after it was removed; the crates say so.
        if shown { state[key].is_some() || !M::WALK.shows_once } else { state[key].is_none() || !M::WALK.sees_kept }
    };
    let open = (0..KEYS).filter(|key| step & 1 << key == 0 && fits(*key));
    open.map(|key| {
        let looked_at = step | 1 << key;
        let all = looked_at == (1 << KEYS) - 1;
        (*state, if all { Progress::Done } else { Progress::Step(looked_at) })
    })
    .collect()
}
