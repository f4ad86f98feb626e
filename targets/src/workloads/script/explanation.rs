//! Looks for an order of whole calls that explains what each was answered: a search over how far each thread has come and the
//! model's state. What cannot be answered so is cut off at once, and no situation is looked at twice.

use super::family::{At, Family, Progress};
use std::collections::HashSet;

/// So many situations are looked at for one outcome. A script of four threads with five calls each has 1,296 with one
/// state of the model; beyond this limit an outcome counts as explained, so that no right container is accused.
pub const STEPS_MAX: usize = 200_000;

/// The states that a call can lead to, and how far it is then.
pub type Next<S> = Vec<(S, Progress)>;

/// How far a thread has come: the call, and the steps within it.
type Position = (u8, u8);
const THREADS_MAX: usize = squall_probe::script::THREADS_MAX;

/// The search for an explanation of one outcome.
pub struct Explanation<'a, F: Family> {
    family: &'a F,
    start: &'a F::Start,
    calls: &'a [Vec<F::Call>],
    answers: Vec<Vec<u16>>,
    end: u128,
    seen: HashSet<([Position; THREADS_MAX], F::State)>,
}

impl<'a, F: Family> Explanation<'a, F> {
    /// Looks for one of these answers to these calls, with what was found at the end.
    pub fn of(
        family: &'a F,
        start: &'a F::Start,
        calls: &'a [Vec<F::Call>],
        answers: Vec<Vec<u16>>,
        end: u128,
    ) -> Self {
        Self { family, start, calls, answers, end, seen: HashSet::new() }
    }

    /// Whether there is one.
    #[must_use]
    pub fn exists(mut self) -> bool {
        let mut open = vec![([(0, 0); THREADS_MAX], self.family.begin(self.start))];
        while let Some((positions, state)) = open.pop() {
            if self.seen.len() > STEPS_MAX {
                return true;
            }
            if !self.seen.insert((positions, state.clone())) {
                continue;
            }
            let mut waiting = false;
            for (thread, calls) in self.calls.iter().enumerate() {
                let (place, step) = positions[thread];
                let Some(call) = calls.get(place as usize) else { continue };
                waiting = true;
                let at = At { thread: thread as u8, place };
                let answer = self.answers[thread][place as usize];
                for (next, progress) in self.family.explain(self.start, &state, at, *call, answer, step) {
                    let mut then = positions;
                    then[thread] = match progress {
                        Progress::Step(step) => (place, step),
                        Progress::Done => (place + 1, 0),
                    };
                    open.push((then, next));
                }
            }
            if !waiting && self.family.explains_end(self.start, &state, self.end) {
                return true;
            }
        }
        false
    }
}
