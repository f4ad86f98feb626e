//! Searches for an order of which only each process's own order is asked: the situations are how far each process has come, the
//! state, and which of the operations without an answer were used up.
//!
//! Real time has no say in the answer, but it shows the way: what was answered early is tried first, and orders that stay near
//! the time in which things happened are tried before those that do not. So the search runs again and again with a wider window
//! of responses, and only what the widest finds in vain is certain. An operation that changes nothing takes effect as soon as
//! its answer fits, and what failed with less used up fails with more, for the reasons that the search by real time gives.

use super::Found;
use super::budget::{Budget, Purse};
use super::situation::{Seen, Situation, States, has, state_bytes, with};
use super::tracks::Tracks;
use crate::history::model::{Operation, Sequential};
use crate::history::value::Value;

/// How many responses an order may run ahead of the earliest one that is left, and the part of the budget that is tried so.
const WINDOWS: [(u32, u32); 3] = [(32, 8), (1_024, 4), (u32::MAX, 1)];

/// Searches for an order of all operations with an answer that keeps the order of each process, and of any of those without. More
/// than 8,192 operations without an answer are given up.
pub(in crate::history) fn search_by_program<M: Sequential>(
    model: &M,
    operations: &[Operation<M::Call>],
    processes: &[Value],
    budget: &Budget,
) -> Found {
    let tracks = Tracks::of(model, operations, processes);
    let run = |window, budget: &Budget| match tracks.loose.len().div_ceil(64) {
        0 | 1 => ProgramSearch::<M, 1>::new(model, operations, &tracks, window, budget).run(),
        2 => ProgramSearch::<M, 2>::new(model, operations, &tracks, window, budget).run(),
        3..=16 => ProgramSearch::<M, 16>::new(model, operations, &tracks, window, budget).run(),
        17..=128 => ProgramSearch::<M, 128>::new(model, operations, &tracks, window, budget).run(),
        _ => (Found::GaveUp, false),
    };
    for (window, share) in WINDOWS {
        let part = budget.part(share);
        let (found, any_beyond) = run(window, &part);
        budget.spend(part.spent());
        if found == Found::Order || matches!(found, Found::None { .. }) && !any_beyond {
            return found;
        }
    }
    Found::GaveUp
}

/// A situation whose ways on are being tried.
struct Visit<const WORDS: usize> {
    situation: Situation<WORDS>,
    /// What may come next, in the order in which it is tried.
    candidates: Vec<Candidate>,
    candidate: usize,
    /// Which of the states that the candidate may lead to.
    branch: usize,
}

/// What may come next.
#[derive(Clone, Copy)]
enum Candidate {
    Track(u32),
    Loose(u32),
}

struct ProgramSearch<'a, M: Sequential, const WORDS: usize> {
    model: &'a M,
    operations: &'a [Operation<M::Call>],
    tracks: &'a Tracks,
    window: u32,
    /// Whether anything was left out because it lies beyond the window.
    any_beyond: bool,
    purse: Purse<'a>,
    positions: States<Box<[u32]>>,
    states: States<M::State>,
    seen: Seen<WORDS>,
    farthest: u32,
    /// Where a step's states are put, so that none allocates.
    next: Vec<M::State>,
}

impl<'a, M: Sequential, const WORDS: usize> ProgramSearch<'a, M, WORDS> {
    fn new(
        model: &'a M,
        operations: &'a [Operation<M::Call>],
        tracks: &'a Tracks,
        window: u32,
        budget: &'a Budget,
    ) -> Self {
        Self {
            model,
            operations,
            tracks,
            window,
            any_beyond: false,
            purse: Purse::new(budget),
            positions: States::default(),
            states: States::default(),
            seen: Seen::new(0, !tracks.loose.is_empty()),
            farthest: 0,
            next: Vec::new(),
        }
    }

    /// What was found, and whether anything lies beyond the window.
    fn run(mut self) -> (Found, bool) {
        let state = self.states.number(self.model.initial());
        let found = self.explore(state);
        self.purse.settle();
        (found, self.any_beyond)
    }

    fn explore(&mut self, state: u32) -> Found {
        let start = vec![0; self.tracks.tracks.len()];
        let Some(first) = self.visit(start, state, [0; WORDS]) else { return Found::Order };
        self.seen.note(&first.situation, false);
        let mut path = vec![first];
        while let Some(visit) = path.last_mut() {
            let Some((positions, state, done)) = self.way_on(visit) else {
                path.pop();
                continue;
            };
            let Some(next) = self.visit(positions, state, done) else { return Found::Order };
            if !self.purse.take(self.bytes(path.len())) {
                return Found::GaveUp;
            }
            if self.seen.note(&next.situation, false) {
                path.push(next);
            }
        }
        Found::None { operation: self.tracks.responses[self.farthest as usize] as usize }
    }

    /// How much memory is held beside the situations that were visited.
    fn bytes(&self, path: usize) -> usize {
        let tracks = self.tracks.tracks.len();
        let visit = size_of::<Visit<WORDS>>() + (tracks + self.tracks.loose.len()) * size_of::<Candidate>();
        let positions = size_of::<Box<[u32]>>() + tracks * size_of::<u32>();
        path * visit + self.positions.count() * positions + self.states.count() * state_bytes::<M>()
    }

    /// The next situation that a visit has not tried, before what changes nothing takes effect.
    fn way_on(&mut self, visit: &mut Visit<WORDS>) -> Option<(Vec<u32>, u32, [u64; WORDS])> {
        let Situation { place, state, done } = visit.situation;
        while let Some(candidate) = visit.candidates.get(visit.candidate) {
            let number = self.operation_of(*candidate, place);
            self.next.clear();
            self.model.step(self.states.get(state), &self.operations[number as usize].call, &mut self.next);
            if visit.branch >= self.next.len() {
                (visit.candidate, visit.branch) = (visit.candidate + 1, 0);
                continue;
            }
            let after = self.next.swap_remove(visit.branch);
            visit.branch += 1;
            // The first candidate is the one whose response is the earliest that is left.
            let goal = self.operation_of(visit.candidates[0], place);
            if visit.candidate > 0 && !self.model.may_lead(&after, &self.operations[goal as usize].call) {
                continue;
            }
            let mut positions = self.positions.get(place).to_vec();
            let done = match candidate {
                Candidate::Track(track) => {
                    positions[*track as usize] += 1;
                    done
                }
                Candidate::Loose(loose) => with(done, *loose),
            };
            return Some((positions, self.states.number(after), done));
        }
        None
    }

    fn operation_of(&self, candidate: Candidate, place: u32) -> u32 {
        match candidate {
            Candidate::Track(track) => {
                let track = track as usize;
                self.tracks.tracks[track][self.positions.get(place)[track] as usize]
            }
            Candidate::Loose(loose) => self.tracks.loose[loose as usize].operation,
        }
    }

    /// Lets take effect what changes nothing and fits; hands on the situation with what may come next, or `None` if nothing
    /// that was answered is left.
    fn visit(&mut self, mut positions: Vec<u32>, state: u32, done: [u64; WORDS]) -> Option<Visit<WORDS>> {
        let held = self.states.get(state);
        for track in 0..positions.len() {
            while let Some(number) = self.tracks.head(track, &positions)
                && self.tracks.quiet[number as usize]
                && self.model.fits(held, &self.operations[number as usize].call)
            {
                positions[track] += 1;
            }
        }
        let earliest = self.tracks.earliest_left(&positions)?;
        self.farthest = self.farthest.max(earliest);
        let candidates = self.candidates(&positions, &done, earliest);
        let place = self.positions.number(positions.into_boxed_slice());
        Some(Visit { situation: Situation { place, state, done }, candidates, candidate: 0, branch: 0 })
    }

    /// What may come next: the heads of the tracks in the order of their responses, then what was never answered.
    fn candidates(&mut self, positions: &[u32], done: &[u64; WORDS], earliest: u32) -> Vec<Candidate> {
        let tracks = self.tracks;
        let rank =
            |track: u32| tracks.head(track as usize, positions).map_or(u32::MAX, |number| tracks.rank[number as usize]);
        let beyond = earliest.saturating_add(self.window);
        let mut heads: Vec<u32> = (0..positions.len() as u32).filter(|track| rank(*track) < u32::MAX).collect();
        let all = heads.len();
        heads.retain(|track| rank(*track) < beyond);
        self.any_beyond |= heads.len() < all;
        heads.sort_unstable_by_key(|track| rank(*track));
        let may_go = |number: &u32| {
            let loose = &tracks.loose[*number as usize];
            let is_left = !has(done, *number) && loose.twin.is_none_or(|twin| has(done, twin));
            is_left && positions[loose.track as usize] >= loose.after
        };
        let loose = (0..tracks.loose.len() as u32).filter(may_go).map(Candidate::Loose);
        heads.into_iter().map(Candidate::Track).chain(loose).collect()
    }
}
