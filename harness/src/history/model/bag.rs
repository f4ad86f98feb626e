//! A bag, which gives back any of its values, and a priority queue, which gives back the smallest one.

use super::{Multisets, Sequential};
use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::value::Value;
use std::cell::RefCell;

/// A bag.
#[derive(Debug)]
pub(in crate::history) struct Bag {
    sets: RefCell<Multisets>,
    /// Whether it is a priority queue.
    smallest_first: bool,
}

/// What a call says of the bag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum BagCall {
    /// Nothing, and changes nothing.
    Anything,
    /// The value is put in.
    Push(Value),
    /// The value was given back.
    Pop(Value),
    /// Whatever was next was given back.
    MaybePop,
    /// The value is next; `null` if there is none.
    Next(Value),
}

/// What a record says of its bag.
pub(in crate::history) fn bag_call(record: &Record) -> BagCall {
    match (record.verb, record.answer) {
        (Verb::Push, _) => BagCall::Push(record.argument),
        (Verb::Pop, None) => BagCall::MaybePop,
        (_, None) => BagCall::Anything,
        (Verb::Pop, Some(value)) if value != Value::NULL => BagCall::Pop(value),
        (_, Some(next)) => BagCall::Next(next),
    }
}

impl Bag {
    /// An empty one.
    pub(in crate::history) fn new(smallest_first: bool) -> Self {
        Self { sets: RefCell::default(), smallest_first }
    }

    fn smallest(&self, state: u32) -> Value {
        self.sets.borrow().smallest(state).unwrap_or(Value::NULL)
    }
}

impl Sequential for Bag {
    /// The number of the multiset.
    type State = u32;
    type Call = BagCall;

    /// A path of some nodes from the root.
    const SHARED_BYTES: usize = 512;

    fn initial(&self) -> u32 {
        Multisets::EMPTY
    }

    fn step(&self, state: &u32, call: &BagCall, next: &mut Vec<u32>) {
        let without = |value| self.sets.borrow_mut().without(*state, value);
        match *call {
            BagCall::Push(value) => next.push(self.sets.borrow_mut().with(*state, value)),
            BagCall::Pop(value) if self.smallest_first && self.smallest(*state) != value => {}
            BagCall::Pop(value) => next.extend(without(value)),
            BagCall::MaybePop if self.smallest_first => next.push(without(self.smallest(*state)).unwrap_or(*state)),
            BagCall::MaybePop => {
                let values = self.sets.borrow().values(*state);
                next.extend(values.into_iter().filter_map(without));
            }
            BagCall::Anything | BagCall::Next(_) => next.extend(self.fits(state, call).then_some(*state)),
        }
    }

    fn is_one_at_rest(&self) -> bool {
        true
    }

    fn changes_nothing(&self, call: &BagCall) -> bool {
        matches!(call, BagCall::Anything | BagCall::Next(_))
    }

    fn fits(&self, state: &u32, call: &BagCall) -> bool {
        match *call {
            BagCall::Anything => true,
            BagCall::Next(next) => self.smallest(*state) == next,
            _ => false,
        }
    }
}
