//! Short scripts of caches: one key comes and goes, the other one is updated; as in the long load, because a cache need not order an
//! update among plain insertions and removals of its key.

use super::cache_under_test::CacheUnderTest;
use super::workload::{CacheOperation, CacheWorkload};
use crate::tracked::{Key, PREFILL_WORKER, Value, in_callback};
use crate::workloads::script::{At, Family, Next, Progress, Written, drawable};
use squall_probe::script::{ANSWER_BITS, Draw};
use squall_probe::{Operation, Workload, point};
use std::marker::PhantomData;

/// How many keys there are: the one that comes and goes, and the one that is updated.
const KEYS: usize = 2;
const UPDATED: u8 = 1;
/// A cache is made with so much room: more than it needs, because one may evict before it is full.
const ROOM: u64 = 64;

/// Answers that are no value.
const NOTHING: u16 = 0;
const DONE: u16 = 1;
const FOREIGN: u16 = 2;
/// A call has found that there is no value, and makes one.
const MAKES: u8 = 1;

/// Draws scripts of a cache.
pub struct CacheScripts<C> {
    weights: Vec<u32>,
    cache: PhantomData<fn() -> C>,
}

impl<C: CacheUnderTest> CacheScripts<C> {
    const OPERATIONS: &'static [CacheOperation] = <CacheWorkload<C> as Workload>::OPERATIONS;

    /// Scripts of a cache whose operations have these weights.
    ///
    /// # Errors
    /// If no operation of a script is among them.
    pub fn new(weights: &[u32]) -> Result<Self, String> {
        let able = |operation| !matches!(operation, CacheOperation::Renew);
        Ok(Self { weights: drawable(Self::OPERATIONS, weights, able)?, cache: PhantomData })
    }
}

/// One call on a cache.
#[derive(Debug, Clone, Copy)]
pub struct CacheCall {
    operation: CacheOperation,
    key: u8,
}

/// The values, and whether a call is making one for the key that comes and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cached {
    values: [Option<Written>; KEYS],
    making: bool,
}

impl<C: CacheUnderTest> Family for CacheScripts<C> {
    type Call = CacheCall;
    /// Whether the key that comes and goes is there.
    type Start = bool;
    type Object = C;
    type Part = ();
    type State = Cached;

    fn draw_start(&self, draw: &mut Draw, _: usize, _: usize) -> bool {
        draw.one_in(2)
    }

    fn draw_call(&self, draw: &mut Draw, _: usize, _: &bool) -> CacheCall {
        let operation = Self::OPERATIONS[draw.weighted(&self.weights)];
        let key = match operation {
            CacheOperation::Update => UPDATED,
            CacheOperation::Get if C::UPDATES => u8::from(draw.one_in(2)),
            _ => 0,
        };
        CacheCall { operation, key }
    }

    fn operation(&self, call: CacheCall) -> Option<usize> {
        Self::OPERATIONS.iter().position(|operation| *operation == call.operation)
    }

    fn fresh(&self, there: &bool, threads: usize, parts: &mut Vec<()>) -> C {
        parts.resize(threads, ());
        let cache = C::with_room(ROOM);
        if *there {
            cache.insert(Key::new(0), Value::new(0, PREFILL_WORKER, 0));
        }
        cache
    }

    fn call(&self, at: At, call: CacheCall, cache: &C, (): &mut ()) -> u16 {
        let number = u64::from(call.key);
        let key = Key::new(number);
        let own = || Value::new(number, u32::from(at.thread), u64::from(at.place));
        match call.operation {
            CacheOperation::Get => cache.get(&key).map_or(NOTHING, |value| seen(number, &value)),
            CacheOperation::GetOrInsert => {
                let make = || {
                    in_callback(|| point!("script.inside"));
                    own()
                };
                seen(number, &cache.get_or_insert_with(&key, make))
            }
            CacheOperation::Insert => {
                cache.insert(key, own());
                DONE
            }
            CacheOperation::Remove => {
                cache.remove(&key);
                DONE
            }
            CacheOperation::Update => update(cache, &key, own()),
            CacheOperation::Walk => walk(cache),
            CacheOperation::Renew => DONE,
        }
    }

    fn end(&self, _: &bool, cache: C, _: &mut Vec<()>) -> u128 {
        let found = |key: u64| cache.get(&Key::new(key)).map_or(NOTHING, |value| seen(key, &value));
        u128::from(found(0)) | u128::from(found(1)) << ANSWER_BITS
    }

    fn begin(&self, there: &bool) -> Cached {
        Cached { values: [there.then_some(Written::first(0)), None], making: false }
    }

    fn explain(&self, _: &bool, cached: &Cached, at: At, call: CacheCall, answer: u16, step: u8) -> Next<Cached> {
        let (key, value) = (usize::from(call.key), cached.values[usize::from(call.key)]);
        let when = |fits: bool, value: Option<Written>| {
            let mut next = *cached;
            next.values[key] = value;
            if fits { vec![(next, Progress::Done)] } else { Vec::new() }
        };
        match call.operation {
            CacheOperation::Get => when(answer == value.map_or(NOTHING, Written::answer), value),
            CacheOperation::Insert => when(answer == DONE, Some(Written::by(at))),
            CacheOperation::Remove => when(answer == DONE, None),
            CacheOperation::Update => {
                let before = value.unwrap_or(Written::by(at));
                when(answer == DONE, Some(before.updated(at)))
            }
            CacheOperation::GetOrInsert => get_or_insert(cached, at, answer, step),
            CacheOperation::Walk | CacheOperation::Renew => when(answer == DONE, value),
        }
    }

    fn explains_end(&self, _: &bool, cached: &Cached, end: u128) -> bool {
        let [first, second] = cached.values.map(|value| u128::from(value.map_or(NOTHING, Written::answer)));
        end == first | second << ANSWER_BITS
    }

    fn is_foreign(&self, answer: u16) -> bool {
        answer == FOREIGN
    }

    fn tell_start(&self, there: &bool) -> String {
        if *there { "insert a" } else { "" }.to_owned()
    }

    fn tell_call(&self, _: At, call: CacheCall) -> String {
        let name = call.operation.name();
        if call.operation == CacheOperation::Walk {
            name.to_owned()
        } else {
            format!("{name} {}", ["a", "b"][usize::from(call.key)])
        }
    }

    fn tell_answer(&self, _: CacheCall, answer: u16) -> String {
        tell(answer)
    }

    fn tell_end(&self, end: u128) -> String {
        const MASK: u128 = (1 << ANSWER_BITS) - 1;
        format!("a {}, b {}", tell((end & MASK) as u16), tell((end >> ANSWER_BITS & MASK) as u16))
    }

    fn reclaim(&self) {
        C::reclaim();
    }
}

/// Who finds no value makes one, while all others who would are kept waiting; plain insertions and removals are not, and are then
/// overwritten.
fn get_or_insert(cached: &Cached, at: At, answer: u16, step: u8) -> Next<Cached> {
    let [value, updated] = cached.values;
    if step == MAKES {
        let next = Cached { values: [Some(Written::by(at)), updated], making: false };
        return vec![(next, Progress::Done)];
    }
    match value {
        Some(value) if answer == value.answer() => vec![(*cached, Progress::Done)],
        None if answer == Written::by(at).answer() && !cached.making => {
            vec![(Cached { making: true, ..*cached }, Progress::Step(MAKES))]
        }
        _ => Vec::new(),
    }
}

fn update<C: CacheUnderTest>(cache: &C, key: &Key, fresh: Value) -> u16 {
    let (number, mut foreign) = (key.number(), false);
    cache.update(key, |present| {
        in_callback(|| point!("script.inside"));
        foreign = present.as_ref().is_some_and(|value| !value.belongs_to(number));
        let (writer, sequence) = (fresh.writer(), fresh.sequence());
        let mut value = present.unwrap_or(fresh);
        value.update(writer, sequence);
        value
    });
    if foreign { FOREIGN } else { DONE }
}

fn walk<C: CacheUnderTest>(cache: &C) -> u16 {
    let mut foreign = false;
    cache.for_each(|key, value| {
        in_callback(|| point!("script.inside"));
        foreign |= !value.belongs_to(key.number());
    });
    if foreign { FOREIGN } else { DONE }
}

fn seen(key: u64, value: &Value) -> u16 {
    Written::of_value(key, value).map_or(FOREIGN, Written::answer)
}

fn tell(answer: u16) -> String {
    match answer {
        NOTHING => "nothing".to_owned(),
        DONE => "done".to_owned(),
        FOREIGN => "a foreign value".to_owned(),
        value => Written::of(value).to_string(),
    }
}
