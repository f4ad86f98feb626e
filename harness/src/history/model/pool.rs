//! A pool: each thing has one holder at a time. Which things there are shows in the answers; nothing is held at first.

use super::{Operation, Sequential};
use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::value::Value;

/// A pool.
#[derive(Debug)]
pub(in crate::history) struct Pool {
    /// The things that anybody was given, sorted.
    things: Vec<Value>,
    capacity: Option<u32>,
}

/// What a call says of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum PoolCall {
    /// The thing was free and is held now.
    Acquire(Value),
    /// Something was free and is held now, or nothing was.
    MaybeAcquire,
    /// Nothing was free.
    Exhausted,
    /// The thing was held and is free now.
    Release(Value),
}

/// What a record says of its pool.
pub(in crate::history) fn pool_call(record: &Record) -> PoolCall {
    match (record.verb, record.answer) {
        (Verb::Release, _) => PoolCall::Release(record.argument),
        (_, None) => PoolCall::MaybeAcquire,
        (_, Some(Value::NULL)) => PoolCall::Exhausted,
        (_, Some(thing)) => PoolCall::Acquire(thing),
    }
}

impl Pool {
    /// The pool of these operations.
    pub(in crate::history) fn of(operations: &[Operation<PoolCall>], capacity: Option<u32>) -> Self {
        let named = operations.iter().filter_map(|operation| match operation.call {
            PoolCall::Acquire(thing) | PoolCall::Release(thing) => Some(thing),
            _ => None,
        });
        let mut things: Vec<Value> = named.collect();
        things.sort_unstable();
        things.dedup();
        Self { things, capacity }
    }

    fn has_free(&self, held: &[Value]) -> bool {
        self.capacity.is_none_or(|capacity| (held.len() as u64) < u64::from(capacity))
    }
}

fn with(held: &[Value], place: usize, thing: Value) -> Vec<Value> {
    let mut after = held.to_vec();
    after.insert(place, thing);
    after
}

impl Sequential for Pool {
    /// What is held, sorted.
    type State = Vec<Value>;
    type Call = PoolCall;

    fn initial(&self) -> Vec<Value> {
        Vec::new()
    }

    fn step(&self, held: &Vec<Value>, call: &PoolCall, next: &mut Vec<Vec<Value>>) {
        match *call {
            PoolCall::Acquire(thing) => {
                let place = held.binary_search(&thing).err().filter(|_| self.has_free(held));
                next.extend(place.map(|place| with(held, place, thing)));
            }
            PoolCall::MaybeAcquire => {
                if self.has_free(held) {
                    let free = self.things.iter().filter_map(|thing| Some((held.binary_search(thing).err()?, *thing)));
                    next.extend(free.map(|(place, thing)| with(held, place, thing)));
                }
            }
            PoolCall::Exhausted => next.extend(self.fits(held, call).then(|| held.clone())),
            PoolCall::Release(thing) => next.extend(held.binary_search(&thing).ok().map(|place| {
                let mut after = held.clone();
                after.remove(place);
                after
            })),
        }
    }

    fn is_one_at_rest(&self) -> bool {
        true
    }

    fn changes_nothing(&self, call: &PoolCall) -> bool {
        *call == PoolCall::Exhausted
    }

    /// How many things there are is known only if it was told; otherwise a pool may be exhausted at any time.
    fn fits(&self, held: &Vec<Value>, call: &PoolCall) -> bool {
        *call == PoolCall::Exhausted && (self.capacity.is_none() || !self.has_free(held))
    }
}
