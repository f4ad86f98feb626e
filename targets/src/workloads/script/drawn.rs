//! A script that was drawn for a family, and the source that draws one after the other.

use super::explanation::Explanation;
use super::family::{At, Family};
use super::{EXPLAINED, SCRIPT_ORACLES};
use crate::tracked::{self, OWN_VALUE};
use squall_probe::script::{
    ANSWER_BITS, AnyScript, Draw, Judgement, Outcome, OutcomeKind, Pace, Script, ScriptSource, ScriptText, unpacked,
};
use squall_probe::{FinalCheck, Oracle, Worker, point};
use std::sync::Arc;

/// One script in so many lets its threads run freely; in the others they go in step, because a container's operations take long
/// enough to miss each other.
const FREE_ONE_IN: u64 = 8;

/// Draws scripts of a family.
pub struct FamilyScripts<F> {
    family: Arc<F>,
    threads: usize,
    operations: usize,
}

impl<F: Family> FamilyScripts<F> {
    /// Scripts of at most so many threads with at most so many calls each.
    pub fn new(family: F, threads: u32, operations: u32) -> Self {
        Self { family: Arc::new(family), threads: threads as usize, operations: operations as usize }
    }
}

impl<F: Family> ScriptSource for FamilyScripts<F> {
    fn draw(&self, draw: &mut Draw) -> AnyScript {
        let threads = draw.between(2.min(self.threads), self.threads);
        let lengths: Vec<usize> = (0..threads).map(|_| draw.between(1, self.operations)).collect();
        let start = self.family.draw_start(draw, threads, lengths.iter().sum());
        let call = |draw: &mut Draw, thread| self.family.draw_call(draw, thread, &start);
        let calls: Vec<Vec<F::Call>> = (lengths.iter().enumerate())
            .map(|(thread, length)| (0..*length).map(|_| call(draw, thread)).collect())
            .collect();
        let operation = |calls: &Vec<F::Call>| calls.iter().filter_map(|call| self.family.operation(*call)).collect();
        AnyScript::new(FamilyScript {
            family: Arc::clone(&self.family),
            operations: calls.iter().map(operation).collect(),
            pace: if draw.one_in(FREE_ONE_IN) { Pace::Free } else { Pace::InStep },
            start,
            calls,
        })
    }

    fn judges(&self) -> &[Oracle] {
        &[OWN_VALUE, EXPLAINED]
    }

    fn watch(&self, worker: &mut Worker) {
        tracked::watch(worker);
    }

    fn settle(&self, check: &mut FinalCheck) {
        debug_assert_eq!(SCRIPT_ORACLES[3], EXPLAINED);
        tracked::reclaim_all(|| self.family.reclaim());
        tracked::settle(check);
    }
}

/// One script.
struct FamilyScript<F: Family> {
    family: Arc<F>,
    start: F::Start,
    calls: Vec<Vec<F::Call>>,
    operations: Vec<Vec<usize>>,
    pace: Pace,
}

impl<F: Family> FamilyScript<F> {
    /// The answers of each thread, one by one.
    fn answers(&self, outcome: &Outcome) -> Vec<Vec<u16>> {
        let threads = self.calls.iter().zip(outcome.threads);
        threads.map(|(calls, word)| unpacked(word, calls.len()).collect()).collect()
    }
}

impl<F: Family> Script for FamilyScript<F> {
    type Object = F::Object;
    type Part = F::Part;

    fn threads(&self) -> usize {
        self.calls.len()
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    fn operations(&self, thread: usize) -> &[usize] {
        &self.operations[thread]
    }

    fn fresh(&self, parts: &mut Vec<F::Part>) -> F::Object {
        self.family.fresh(&self.start, self.calls.len(), parts)
    }

    fn act(&self, thread: usize, object: &F::Object, part: &mut F::Part) -> u64 {
        let mut word = 0;
        for (place, call) in self.calls[thread].iter().enumerate() {
            point!("script.call");
            let at = At { thread: thread as u8, place: place as u8 };
            word |= u64::from(self.family.call(at, *call, object, part)) << (place as u32 * ANSWER_BITS);
        }
        word
    }

    fn end(&self, object: F::Object, parts: &mut Vec<F::Part>) -> u128 {
        self.family.end(&self.start, object, parts)
    }

    fn judge(&self, outcome: &Outcome) -> Judgement {
        let answers = self.answers(outcome);
        if answers.iter().flatten().any(|answer| self.family.is_foreign(*answer)) {
            let why = "a value that was not written there".to_owned();
            return Judgement { kind: OutcomeKind::Forbidden, why, oracle: OWN_VALUE };
        }
        if Explanation::of(&*self.family, &self.start, &self.calls, answers, outcome.end).exists() {
            return Judgement { kind: OutcomeKind::Accepted, why: String::new(), oracle: EXPLAINED };
        }
        let why = "no order of the calls explains the answers".to_owned();
        Judgement { kind: OutcomeKind::Forbidden, why, oracle: EXPLAINED }
    }

    fn text(&self) -> ScriptText {
        let tell = |(thread, calls): (usize, &Vec<F::Call>)| {
            let one = |(place, call): (usize, &F::Call)| {
                self.family.tell_call(At { thread: thread as u8, place: place as u8 }, *call)
            };
            calls.iter().enumerate().map(one).collect::<Vec<_>>().join("; ")
        };
        ScriptText {
            prepared: self.family.tell_start(&self.start),
            threads: self.calls.iter().enumerate().map(tell).collect(),
        }
    }

    fn tell(&self, outcome: &Outcome) -> Vec<String> {
        let tell = |(calls, answers): (&Vec<F::Call>, Vec<u16>)| {
            let told = calls.iter().zip(answers).map(|(call, answer)| self.family.tell_answer(*call, answer));
            told.collect::<Vec<_>>().join("; ")
        };
        let mut told: Vec<String> = self.calls.iter().zip(self.answers(outcome)).map(tell).collect();
        told.push(self.family.tell_end(outcome.end));
        told
    }
}
