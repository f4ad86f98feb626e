//! Short scripts of maps: calls on one or two keys, beside other keys that bring the map close to its next growth.

use super::map_under_test::{Inserted, MapUnderTest, Removed};
use super::script_model::{self as model, KEYS};
use super::workload::MapOperation;
use crate::tracked::{Key, PREFILL_WORKER, Value, in_callback};
use crate::workloads::script::{At, Family, Next, Written};
use squall_probe::point;
use squall_probe::script::Draw;
use std::cell::Cell;
use std::marker::PhantomData;

/// How many other keys a map has before the threads begin, in one script of three: tables of many kinds grow with the next one.
const OTHERS: [u8; 10] = [1, 2, 3, 6, 7, 13, 14, 27, 28, 56];
const OTHERS_ONE_IN: u64 = 3;
/// One call in so many moves the map's memory, if it can be asked for that.
const REALLOCATE_ONE_IN: u64 = 12;
/// One call in so many is on the second key, and one start in so many has it.
const SECOND_KEY_ONE_IN: u64 = 4;
/// One start in so many lacks the first key.
const NO_FIRST_KEY_ONE_IN: u64 = 4;

/// Answers that are no value.
pub(super) const NOTHING: u16 = 0;
pub(super) const NEW: u16 = 1;
pub(super) const REFUSED: u16 = 2;
pub(super) const UNSAID: u16 = 3;
pub(super) const UNSEEN: u16 = 4;
pub(super) const YES: u16 = 5;
pub(super) const NO: u16 = 6;
const FOREIGN: u16 = 7;
/// A walk: this bit, one for each key that was shown, and one more if a key came twice.
pub(super) const WALK: u16 = 8;
pub(super) const TWICE: u16 = 1 << KEYS;

/// Draws scripts of a map.
pub struct MapScripts<M: MapUnderTest> {
    params: M::Params,
    weights: Vec<u32>,
    map: PhantomData<fn() -> M>,
}

impl<M: MapUnderTest> MapScripts<M> {
    /// Scripts of a map with these parameters, whose operations have these weights.
    pub fn new(params: &M::Params, weights: &[u32]) -> Self {
        Self { params: params.clone(), weights: weights.to_vec(), map: PhantomData }
    }
}

/// What a map has before the threads begin.
#[derive(Debug, Clone, Copy)]
pub struct MapStart {
    pub(super) keys: [bool; KEYS],
    others: u8,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Operation(MapOperation),
    Reallocate,
}

/// One call on a map.
#[derive(Debug, Clone, Copy)]
pub struct MapCall {
    pub(super) act: Act,
    pub(super) key: u8,
}

impl<M: MapUnderTest> Family for MapScripts<M> {
    type Call = MapCall;
    type Start = MapStart;
    type Object = M;
    type Part = ();
    type State = model::State;

    fn draw_start(&self, draw: &mut Draw, _: usize, _: usize) -> MapStart {
        let keys = [!draw.one_in(NO_FIRST_KEY_ONE_IN), draw.one_in(SECOND_KEY_ONE_IN)];
        MapStart { keys, others: if draw.one_in(OTHERS_ONE_IN) { draw.one_of(OTHERS) } else { 0 } }
    }

    fn draw_call(&self, draw: &mut Draw, _: usize, _: &MapStart) -> MapCall {
        let key = u8::from(draw.one_in(SECOND_KEY_ONE_IN));
        if M::REALLOCATES && draw.one_in(REALLOCATE_ONE_IN) {
            return MapCall { act: Act::Reallocate, key };
        }
        MapCall { act: Act::Operation(M::OPERATIONS[draw.weighted(&self.weights)]), key }
    }

    fn operation(&self, call: MapCall) -> Option<usize> {
        M::OPERATIONS.iter().position(|operation| call.act == Act::Operation(*operation))
    }

    fn fresh(&self, start: &MapStart, threads: usize, parts: &mut Vec<()>) -> M {
        parts.resize(threads, ());
        let map = M::build(&self.params);
        let there = start.keys.iter().enumerate().filter(|(_, there)| **there).map(|(key, _)| key as u64);
        for key in there.chain(others(start)) {
            map.insert(Key::new(key), Value::new(key, PREFILL_WORKER, 0));
        }
        map
    }

    fn call(&self, at: At, call: MapCall, map: &M, (): &mut ()) -> u16 {
        let (key, Act::Operation(operation)) = (Key::new(u64::from(call.key)), call.act) else {
            map.reallocate();
            return UNSAID;
        };
        let value = || Value::new(u64::from(call.key), u32::from(at.thread), u64::from(at.place));
        match operation {
            MapOperation::Get => map.get(&key).map_or(NOTHING, |value| seen(call.key, &value)),
            MapOperation::Insert => match map.insert(key, value()) {
                Inserted::New => NEW,
                Inserted::Replaced(value) => seen(call.key, &value),
                Inserted::Refused => REFUSED,
                Inserted::Unsaid => UNSAID,
            },
            MapOperation::Remove => match map.remove(&key) {
                Removed::Nothing => NOTHING,
                Removed::Value(value) => seen(call.key, &value),
                Removed::Unseen => UNSEEN,
            },
            MapOperation::Update => update(map, at, &key),
            MapOperation::GetOrInsert => {
                let make = || {
                    in_callback(|| point!("script.inside"));
                    value()
                };
                seen(call.key, &map.get_or_insert_with(key, make))
            }
            MapOperation::Retain => retain(map, call.key),
            MapOperation::ForEach => walk(map),
        }
    }

    fn end(&self, start: &MapStart, map: M, _: &mut Vec<()>) -> u128 {
        let mut shown = [NOTHING; KEYS];
        let (mut flawed, mut others) = (false, 0);
        map.for_each(|key, value| match shown.get_mut(key.number() as usize) {
            Some(shown) => flawed |= std::mem::replace(shown, seen(key.number() as u8, value)) != NOTHING,
            None => {
                others += 1;
                flawed |= !value.belongs_to(key.number());
            }
        });
        flawed |= others != u64::from(start.others);
        let found: [u16; KEYS] =
            std::array::from_fn(|key| map.get(&Key::new(key as u64)).map_or(NOTHING, |value| seen(key as u8, &value)));
        flawed |= shown != found;
        model::end(found, flawed)
    }

    fn begin(&self, start: &MapStart) -> model::State {
        start.keys.map(|there| there.then_some(Written::first(0)))
    }

    fn explain(
        &self,
        _: &MapStart,
        state: &model::State,
        at: At,
        call: MapCall,
        answer: u16,
        step: u8,
    ) -> Next<model::State> {
        model::explain::<M>(state, at, call, answer, step)
    }

    fn explains_end(&self, _: &MapStart, state: &model::State, end: u128) -> bool {
        model::end(state.map(|value| value.map_or(NOTHING, Written::answer)), false) == end
    }

    fn is_foreign(&self, answer: u16) -> bool {
        answer == FOREIGN
    }

    fn tell_start(&self, start: &MapStart) -> String {
        let mut told: Vec<String> = Vec::new();
        told.extend(start.keys[0].then(|| "insert a".to_owned()));
        told.extend(start.keys[1].then(|| "insert b".to_owned()));
        told.extend((start.others > 0).then(|| format!("insert {} other keys", start.others)));
        told.join("; ")
    }

    fn tell_call(&self, _: At, call: MapCall) -> String {
        let key = if call.key == 0 { 'a' } else { 'b' };
        match call.act {
            Act::Reallocate => "reallocate".to_owned(),
            Act::Operation(MapOperation::Retain) => format!("retain all but {key}"),
            Act::Operation(MapOperation::ForEach) => "for_each".to_owned(),
            Act::Operation(operation) => format!("{} {key}", squall_probe::Operation::name(operation)),
        }
    }

    fn tell_answer(&self, call: MapCall, answer: u16) -> String {
        if call.act == Act::Operation(MapOperation::ForEach) && answer & WALK != 0 {
            let shown = |key: usize, name| if answer & 1 << key == 0 { "" } else { name };
            let twice = if answer & TWICE == 0 { "" } else { ", one twice" };
            return format!("showed [{}{}{twice}]", shown(0, "a"), shown(1, "b"));
        }
        tell(answer)
    }

    fn tell_end(&self, end: u128) -> String {
        let (found, flawed) = model::found(end);
        let flaw = if flawed { ", and a walk that does not fit" } else { "" };
        format!("a {}, b {}{flaw}", tell(found[0]), tell(found[1]))
    }

    fn reclaim(&self) {
        M::reclaim();
    }
}

/// The numbers of the other keys: they follow those that calls are on.
fn others(start: &MapStart) -> impl Iterator<Item = u64> {
    (0..u64::from(start.others)).map(|number| KEYS as u64 + number)
}

/// A value as an answer.
fn seen(key: u8, value: &Value) -> u16 {
    Written::of_value(u64::from(key), value).map_or(FOREIGN, Written::answer)
}

fn update<M: MapUnderTest>(map: &M, at: At, key: &Key) -> u16 {
    let (number, foreign) = (key.number(), Cell::new(false));
    let found = map.update(key, |value| {
        in_callback(|| point!("script.inside"));
        foreign.set(foreign.get() || !value.belongs_to(number));
        value.update(u32::from(at.thread), u64::from(at.place));
    });
    match (foreign.get(), found) {
        (true, _) => FOREIGN,
        (false, true) => YES,
        (false, false) => NO,
    }
}

fn retain<M: MapUnderTest>(map: &M, key: u8) -> u16 {
    let mut foreign = false;
    map.retain(|found, value| {
        in_callback(|| point!("script.inside"));
        foreign |= !value.belongs_to(found.number());
        found.number() != u64::from(key)
    });
    if foreign { FOREIGN } else { UNSAID }
}

fn walk<M: MapUnderTest>(map: &M) -> u16 {
    let (mut answer, mut foreign) = (WALK, false);
    map.for_each(|key, value| {
        in_callback(|| point!("script.inside"));
        foreign |= !value.belongs_to(key.number());
        if key.number() < KEYS as u64 {
            let bit = 1 << key.number();
            answer |= if answer & bit == 0 { bit } else { TWICE };
        }
    });
    if foreign { FOREIGN } else { answer }
}

/// An answer in words: a value is named after the call that wrote it.
fn tell(answer: u16) -> String {
    match answer {
        NOTHING => "nothing".to_owned(),
        NEW => "new".to_owned(),
        REFUSED => "refused".to_owned(),
        UNSAID => "done".to_owned(),
        UNSEEN | YES => "there".to_owned(),
        NO => "not there".to_owned(),
        FOREIGN => "a foreign value".to_owned(),
        value => Written::of(value).to_string(),
    }
}
