//! Short scripts of slabs: the threads share the keys of two values that are there before they begin, and each has the key of what it
//! inserted last.

use super::slab_under_test::SlabUnderTest;
use super::workload::SlabOperation;
use crate::tracked::{PREFILL_WORKER, Value, in_callback};
use crate::workloads::script::{At, Family, Next, Progress, Written, drawable};
use squall_probe::script::{Draw, THREADS_MAX};
use squall_probe::{Operation, point};
use std::marker::PhantomData;

/// How many keys the threads share.
const SHARED: usize = 2;
/// One call in so many is on the thread's own key.
const OWN_ONE_IN: u64 = 3;

/// Answers that are no value.
const NOTHING: u16 = 0;
const DONE: u16 = 1;
const FULL: u16 = 2;
const FOREIGN: u16 = 3;
/// The thread has no key of its own.
const KEYLESS: u16 = 4;
const THERE: u16 = 5;
/// What is found at the end: a bit for each key whose value is there, and this one if another value is.
const FOREIGN_FOUND: u128 = 1 << 16;

/// Draws scripts of a slab.
pub struct SlabScripts<S> {
    weights: Vec<u32>,
    slab: PhantomData<fn() -> S>,
}

impl<S: SlabUnderTest> SlabScripts<S> {
    /// Scripts of a slab whose operations have these weights.
    ///
    /// # Errors
    /// If no operation of a script is among them.
    pub fn new(weights: &[u32]) -> Result<Self, String> {
        Ok(Self { weights: drawable(SlabOperation::ALL, weights, is_able)?, slab: PhantomData })
    }
}

const fn is_able(operation: SlabOperation) -> bool {
    matches!(operation, SlabOperation::Insert | SlabOperation::Get | SlabOperation::Remove | SlabOperation::Take)
}

/// One call on a slab.
#[derive(Debug, Clone, Copy)]
pub struct SlabCall {
    operation: SlabOperation,
    /// Which of the shared keys it is on; on the thread's own, if on none.
    shared: Option<u8>,
}

/// A slab, and the keys that the threads share.
pub struct SlabObject<S> {
    slab: S,
    keys: [Option<usize>; SHARED],
}

/// What a thread inserted last: its key, and the place of the call.
pub type OwnEntry = Option<(usize, u8)>;

/// Which values are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Living {
    shared: [bool; SHARED],
    own: [Option<(u8, bool)>; THREADS_MAX],
}

impl<S: SlabUnderTest> Family for SlabScripts<S> {
    type Call = SlabCall;
    type Start = ();
    type Object = SlabObject<S>;
    type Part = OwnEntry;
    type State = Living;

    fn draw_start(&self, _: &mut Draw, _: usize, _: usize) {}

    fn draw_call(&self, draw: &mut Draw, _: usize, (): &()) -> SlabCall {
        let shared = (!draw.one_in(OWN_ONE_IN)).then(|| draw.between(0, SHARED - 1) as u8);
        SlabCall { operation: SlabOperation::ALL[draw.weighted(&self.weights)], shared }
    }

    fn operation(&self, call: SlabCall) -> Option<usize> {
        SlabOperation::ALL.iter().position(|operation| *operation == call.operation)
    }

    fn fresh(&self, (): &(), threads: usize, parts: &mut Vec<OwnEntry>) -> SlabObject<S> {
        parts.resize(threads, None);
        let slab = S::empty();
        let keys = std::array::from_fn(|number| slab.insert(Value::new(0, PREFILL_WORKER, number as u64)));
        SlabObject { slab, keys }
    }

    fn call(&self, at: At, call: SlabCall, object: &SlabObject<S>, own: &mut OwnEntry) -> u16 {
        if call.operation == SlabOperation::Insert {
            let key = object.slab.insert(Value::new(0, u32::from(at.thread), u64::from(at.place)));
            *own = key.map(|key| (key, at.place)).or(*own);
            return if key.is_some() { DONE } else { FULL };
        }
        let Some(key) = call.shared.map_or_else(|| own.map(|(key, _)| key), |shared| object.keys[usize::from(shared)])
        else {
            return KEYLESS;
        };
        match call.operation {
            SlabOperation::Remove => {
                if object.slab.remove(key) {
                    THERE
                } else {
                    NOTHING
                }
            }
            SlabOperation::Take => object.slab.take(key).map_or(NOTHING, |value| seen(&value)),
            _ => look(&object.slab, key),
        }
    }

    fn end(&self, (): &(), object: SlabObject<S>, parts: &mut Vec<OwnEntry>) -> u128 {
        let shared = object
            .keys
            .iter()
            .enumerate()
            .filter_map(|(number, key)| key.map(|key| (number, key, Written::first(number as u8))));
        let own = parts.iter().enumerate().filter_map(|(thread, own)| {
            own.map(|(key, place)| (SHARED + thread, key, Written { writer: thread as u8, place, updates: 0 }))
        });
        shared.chain(own).fold(0, |found, (bit, key, written)| match look(&object.slab, key) {
            NOTHING => found,
            answer if answer == written.answer() => found | 1 << bit,
            _ => found | FOREIGN_FOUND,
        })
    }

    fn begin(&self, (): &()) -> Living {
        Living { shared: [true; SHARED], own: [None; THREADS_MAX] }
    }

    fn explain(&self, (): &(), living: &Living, at: At, call: SlabCall, answer: u16, _: u8) -> Next<Living> {
        let (mut next, thread) = (*living, usize::from(at.thread));
        if call.operation == SlabOperation::Insert {
            // A slab may say that it is full: how much it has room for is its own affair.
            if answer == DONE {
                next.own[thread] = Some((at.place, true));
            }
            return if answer == DONE || answer == FULL { done(next) } else { Vec::new() };
        }
        let (written, lives) = match (call.shared, living.own[thread]) {
            (Some(shared), _) => (Written::first(shared), living.shared[usize::from(shared)]),
            (None, Some((place, lives))) => (Written { writer: at.thread, place, updates: 0 }, lives),
            (None, None) => return if answer == KEYLESS { done(next) } else { Vec::new() },
        };
        if !lives {
            let removed_again = !S::REMOVES_ONCE && call.operation == SlabOperation::Remove && answer == THERE;
            return if answer == NOTHING || removed_again { done(next) } else { Vec::new() };
        }
        let removes = call.operation != SlabOperation::Get;
        let right = if call.operation == SlabOperation::Remove { THERE } else { written.answer() };
        if answer != right {
            return Vec::new();
        }
        match call.shared {
            Some(shared) => next.shared[usize::from(shared)] = !removes,
            None => next.own[thread] = Some((written.place, !removes)),
        }
        done(next)
    }

    fn explains_end(&self, (): &(), living: &Living, end: u128) -> bool {
        let shared = living.shared.iter().enumerate().filter(|(_, lives)| **lives).map(|(number, _)| number);
        let own = living.own.iter().enumerate();
        let own = own.filter(|(_, own)| own.is_some_and(|(_, lives)| lives)).map(|(thread, _)| SHARED + thread);
        end == shared.chain(own).fold(0, |bits, bit| bits | 1 << bit)
    }

    fn is_foreign(&self, answer: u16) -> bool {
        answer == FOREIGN
    }

    fn tell_start(&self, (): &()) -> String {
        "insert a; insert b".to_owned()
    }

    fn tell_call(&self, _: At, call: SlabCall) -> String {
        match (call.operation, call.shared) {
            (SlabOperation::Insert, _) => "insert".to_owned(),
            (operation, Some(0)) => format!("{} a", operation.name()),
            (operation, Some(_)) => format!("{} b", operation.name()),
            (operation, None) => format!("{} its own", operation.name()),
        }
    }

    fn tell_answer(&self, _: SlabCall, answer: u16) -> String {
        match answer {
            NOTHING => "nothing".to_owned(),
            DONE => "done".to_owned(),
            FULL => "full".to_owned(),
            FOREIGN => "a foreign value".to_owned(),
            KEYLESS => "it has none".to_owned(),
            THERE => "there".to_owned(),
            value => Written::of(value).to_string(),
        }
    }

    fn tell_end(&self, end: u128) -> String {
        const NAMES: [&str; SHARED + THREADS_MAX] = ["a", "b", "thread 0's", "thread 1's", "thread 2's", "thread 3's"];
        let there: Vec<_> =
            NAMES.iter().enumerate().filter(|(bit, _)| end & 1 << bit != 0).map(|(_, name)| *name).collect();
        let foreign = if end & FOREIGN_FOUND == 0 { "" } else { ", and a foreign value" };
        format!("there: [{}]{foreign}", there.join(", "))
    }
}

fn done(next: Living) -> Next<Living> {
    vec![(next, Progress::Done)]
}

fn look<S: SlabUnderTest>(slab: &S, key: usize) -> u16 {
    let found = slab.get(key, |value| {
        in_callback(|| point!("script.inside"));
        seen(value)
    });
    found.unwrap_or(NOTHING)
}

fn seen(value: &Value) -> u16 {
    Written::of_value(0, value).map_or(FOREIGN, Written::answer)
}
