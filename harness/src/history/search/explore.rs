//! Goes through the situations, deepest first.

use super::Found;
use super::budget::{Budget, Purse};
use super::situation::{Seen, Situation, States, has, state_bytes, with, without};
use super::timeline::Timeline;
use crate::history::model::{Operation, Sequential};

/// Searches for an order of all operations with an answer, and any of those without. More than 8,192 operations that are open
/// at once are given up.
pub(in crate::history) fn search<M: Sequential>(
    model: &M,
    operations: &[Operation<M::Call>],
    budget: &Budget,
) -> Found {
    let timeline = Timeline::of(model, operations);
    match timeline.slots.div_ceil(64) {
        0 | 1 => Search::<M, 1>::new(model, operations, &timeline, budget).run(),
        2 => Search::<M, 2>::new(model, operations, &timeline, budget).run(),
        3 | 4 => Search::<M, 4>::new(model, operations, &timeline, budget).run(),
        5..=16 => Search::<M, 16>::new(model, operations, &timeline, budget).run(),
        17..=128 => Search::<M, 128>::new(model, operations, &timeline, budget).run(),
        _ => Found::GaveUp,
    }
}

/// A situation whose ways on are being tried.
struct Visit<const WORDS: usize> {
    situation: Situation<WORDS>,
    /// Which of the open operations is tried next.
    candidate: u32,
    /// Which of the states that it may lead to.
    branch: u32,
}

impl<const WORDS: usize> Visit<WORDS> {
    const fn of(situation: Situation<WORDS>) -> Self {
        Self { situation, candidate: 0, branch: 0 }
    }
}

struct Search<'a, M: Sequential, const WORDS: usize> {
    model: &'a M,
    operations: &'a [Operation<M::Call>],
    timeline: &'a Timeline,
    purse: Purse<'a>,
    states: States<M::State>,
    seen: Seen<WORDS>,
    /// Whether there is one state only whenever nothing is open.
    is_one_at_rest: bool,
    /// The next of the moments at rest.
    next_rest: usize,
    farthest: u32,
    /// Where a step's states are put, so that none allocates.
    next: Vec<M::State>,
}

impl<'a, M: Sequential, const WORDS: usize> Search<'a, M, WORDS> {
    fn new(model: &'a M, operations: &'a [Operation<M::Call>], timeline: &'a Timeline, budget: &'a Budget) -> Self {
        Self {
            model,
            operations,
            timeline,
            purse: Purse::new(budget),
            states: States::default(),
            seen: Seen::new(timeline.answered_slots, !timeline.unanswered.is_empty()),
            is_one_at_rest: timeline.unanswered.is_empty() && model.is_one_at_rest(),
            next_rest: 0,
            farthest: 0,
            next: Vec::new(),
        }
    }

    fn run(mut self) -> Found {
        let state = self.states.number(self.model.initial());
        let found = self.explore(Situation { place: 0, state, done: [0; WORDS] });
        self.purse.settle();
        found
    }

    fn explore(&mut self, first: Situation<WORDS>) -> Found {
        let Some(first) = self.settled(first, false) else { return Found::Order };
        self.seen.note(&first, false);
        let mut path = vec![Visit::of(first)];
        while let Some(visit) = path.last_mut() {
            let Some((next, overwritten)) = self.way_on(visit) else {
                path.pop();
                continue;
            };
            let Some(mut next) = self.settled(next, overwritten) else { return Found::Order };
            if !self.purse.take(self.bytes(path.len())) {
                return Found::GaveUp;
            }
            if self.is_one_at_rest && self.passes_rest(&next) {
                path.clear();
                next = self.forget_before(next);
            }
            if self.seen.note(&next, self.is_at_rest(&next)) {
                path.push(Visit::of(next));
            }
        }
        Found::None { operation: self.timeline.responses[self.farthest as usize] as usize }
    }

    /// How much memory is held beside the situations that were visited.
    fn bytes(&self, path: usize) -> usize {
        path * size_of::<Visit<WORDS>>() + self.states.count() * state_bytes::<M>()
    }

    /// Whether nothing that was ever answered is open in a situation.
    fn is_at_rest(&self, situation: &Situation<WORDS>) -> bool {
        let rests = &self.timeline.rests;
        let is_done = |number: &u32| has(&situation.done, self.timeline.slot[*number as usize]);
        rests.binary_search(&situation.place).is_ok()
            && !self.timeline.open(situation.place as usize).iter().any(is_done)
    }

    /// Whether the next moment at rest lies before a situation.
    fn passes_rest(&mut self, situation: &Situation<WORDS>) -> bool {
        let passed = self.timeline.rests[self.next_rest..].iter().take_while(|rest| **rest <= situation.place).count();
        self.next_rest += passed;
        passed > 0
    }

    /// Forgets all ways to a situation behind a moment at rest: where there is one state only, all of them lead to it.
    fn forget_before(&mut self, situation: Situation<WORDS>) -> Situation<WORDS> {
        self.seen.forget();
        let states = std::mem::take(&mut self.states);
        Situation { state: self.states.number(states.get(situation.state).clone()), ..situation }
    }

    /// The operation that a visit tries next, if it may be tried; `Err` if there is none left.
    fn candidate(&self, visit: &Visit<WORDS>) -> Result<Option<u32>, ()> {
        let response = visit.situation.place as usize;
        let open = self.timeline.open(response);
        let candidate = visit.candidate as usize;
        if let Some(number) = open.get(candidate) {
            return Ok(Some(*number));
        }
        let place = candidate - open.len();
        if place >= self.timeline.unanswered_begun[response] as usize {
            return Err(());
        }
        let is_done = |twin: u32| has(&visit.situation.done, self.timeline.answered_slots as u32 + twin);
        let may_go = self.timeline.twin[place].is_none_or(is_done);
        Ok(may_go.then(|| self.timeline.unanswered[place]))
    }

    /// The next situation that a visit has not tried, and whether the state was overwritten on the way.
    fn way_on(&mut self, visit: &mut Visit<WORDS>) -> Option<(Situation<WORDS>, bool)> {
        let Situation { place: response, state, done } = visit.situation;
        let goal = &self.operations[self.timeline.responses[response as usize] as usize].call;
        loop {
            let candidate = self.candidate(visit).ok()?;
            // What changes nothing takes effect by itself as soon as it fits.
            let is_left = |number: &u32| {
                !has(&done, self.timeline.slot[*number as usize]) && !self.timeline.quiet[*number as usize]
            };
            let is_in_turn = |number: &u32| {
                let call = &self.operations[*number as usize].call;
                let comes_first = |other: &u32| self.model.comes_first(&self.operations[*other as usize].call, call);
                let open = self.timeline.begun(response as usize).filter(|other| *other != number);
                visit.branch > 0 || !open.into_iter().any(|other| comes_first(other) && is_left(other))
            };
            let Some(number) = candidate.filter(|number| is_left(number) && is_in_turn(number)) else {
                visit.candidate += 1;
                visit.branch = 0;
                continue;
            };
            let call = &self.operations[number as usize].call;
            self.next.clear();
            self.model.step(self.states.get(state), call, &mut self.next);
            if visit.branch as usize >= self.next.len() {
                visit.candidate += 1;
                visit.branch = 0;
                continue;
            }
            let after = self.next.swap_remove(visit.branch as usize);
            visit.branch += 1;
            if visit.candidate == 0 || self.model.may_lead(&after, goal) {
                let situation = Situation {
                    place: response,
                    state: self.states.number(after),
                    done: with(done, self.timeline.slot[number as usize]),
                };
                return Some((situation, self.timeline.any_hidden && self.model.overwrites(call)));
            }
        }
    }

    /// Lets take effect what changes nothing and fits, and goes on to the next response that has to be waited for; `None` if
    /// there is none any more.
    fn settled(&mut self, mut situation: Situation<WORDS>, mut overwritten: bool) -> Option<Situation<WORDS>> {
        loop {
            let response = situation.place as usize;
            let answered = *self.timeline.responses.get(response)?;
            self.farthest = self.farthest.max(situation.place);
            let state = self.states.get(situation.state);
            let hides = std::mem::take(&mut overwritten) || self.model.is_hidden_state(state);
            for number in self.timeline.open(response) {
                let slot = self.timeline.slot[*number as usize];
                let call = &self.operations[*number as usize].call;
                let (quiet, hidden) = (self.timeline.quiet[*number as usize], self.timeline.hidden[*number as usize]);
                let settles = quiet && self.model.fits(state, call) || hidden && hides;
                if settles && !has(&situation.done, slot) {
                    situation.done = with(situation.done, slot);
                }
            }
            let slot = self.timeline.slot[answered as usize];
            if !has(&situation.done, slot) {
                return Some(situation);
            }
            situation.done = without(situation.done, slot);
            situation.place += 1;
        }
    }
}
