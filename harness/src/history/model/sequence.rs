//! A stack, a queue, a bounded queue, a deque and a log: a sequence that grows at its end.

use super::{Chain, Removals, Sequential};
use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::value::{Value, Values};
use std::cell::RefCell;

/// Where a sequence gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::history) enum Discipline {
    /// At its end: a stack.
    Last,
    /// At its beginning: a queue.
    First,
    /// At its end, and to those who steal at its beginning: a deque.
    Both,
    /// Nowhere: a log.
    Never,
}

/// A sequence that grows at its end.
#[derive(Debug)]
pub(in crate::history) struct Sequence {
    chain: RefCell<Chain>,
    discipline: Discipline,
    capacity: u32,
    removals: Removals,
}

/// A sequence of which so many values at the beginning are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) struct Rest {
    gone: u32,
    whole: u32,
}

/// What a call says of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum SequenceCall {
    /// Nothing, and changes nothing.
    Anything,
    /// The value is put at the end, at this place if it is known.
    Push(Value, Option<u32>),
    /// The value is put at the end if there is room.
    MaybePush(Value),
    /// There was no room.
    Full,
    /// The value was given back.
    Pop(Value),
    /// Whatever was next was given back.
    MaybePop,
    /// The value was given back at the beginning.
    Steal(Value),
    /// Whatever was at the beginning was given back.
    MaybeSteal,
    /// The value is next; `null` if there is none.
    Next(Value),
    /// The value at a place; `null` if there is none.
    At(u32, Value),
    /// The whole is this one.
    Whole(u32),
    /// It is so long.
    Length(u32),
}

impl Sequence {
    /// An empty sequence, of which is known when its values are taken out.
    pub(in crate::history) fn new(discipline: Discipline, capacity: Option<u32>, removals: Removals) -> Self {
        Self { chain: RefCell::default(), discipline, capacity: capacity.unwrap_or(u32::MAX), removals }
    }

    fn next_of(&self, rest: Rest) -> Value {
        let chain = self.chain.borrow();
        let next = match self.discipline {
            Discipline::Last | Discipline::Both => chain.split_last(rest.whole).map(|(_, last)| last),
            Discipline::First | Discipline::Never => chain.at(rest.whole, rest.gone),
        };
        next.unwrap_or(Value::NULL)
    }

    fn first_of(&self, rest: Rest) -> Value {
        self.chain.borrow().at(rest.whole, rest.gone).unwrap_or(Value::NULL)
    }

    fn length(&self, rest: Rest) -> u32 {
        self.chain.borrow().length(rest.whole) - rest.gone
    }

    fn pushed(&self, rest: Rest, value: Value) -> Rest {
        let removal = self.removals.of_value(value);
        Rest { whole: self.chain.borrow_mut().with(rest.whole, value, removal), ..rest }
    }

    /// Whether the value can be taken out again as it was, if it is put at the end.
    fn may_carry(&self, rest: Rest, value: Value) -> bool {
        self.chain.borrow().removal(rest.whole).may_carry(self.removals.of_value(value))
    }

    fn popped(&self, rest: Rest) -> Rest {
        match self.discipline {
            Discipline::Last | Discipline::Both if self.length(rest) > 1 => {
                let before = self.chain.borrow().split_last(rest.whole).map_or(Chain::EMPTY, |(before, _)| before);
                Rest { whole: before, ..rest }
            }
            _ => self.stolen(rest),
        }
    }

    fn stolen(&self, rest: Rest) -> Rest {
        // An empty sequence is an empty sequence, whatever went through it.
        if self.length(rest) == 1 {
            return Rest { gone: 0, whole: Chain::EMPTY };
        }
        Rest { gone: rest.gone + 1, ..rest }
    }
}

/// What a record says of its sequence.
pub(in crate::history) fn sequence_call(model: &Sequence, record: &Record, values: &Values) -> SequenceCall {
    let place = |value: Value| value.as_whole().map_or(u32::MAX, |place| u32::try_from(place).unwrap_or(u32::MAX));
    let bounded = model.capacity < u32::MAX;
    match (record.verb, record.answer) {
        (Verb::Push, _) => match record.applied {
            Some(false) => SequenceCall::Full,
            None if bounded && !record.is_answered() => SequenceCall::MaybePush(record.argument),
            _ => SequenceCall::Push(record.argument, None),
        },
        (Verb::Append, answer) => SequenceCall::Push(record.argument, answer.map(place)),
        (Verb::Pop, None) => SequenceCall::MaybePop,
        (Verb::Steal, None) => SequenceCall::MaybeSteal,
        (Verb::Pop | Verb::Steal, Some(Value::NULL)) => SequenceCall::Next(Value::NULL),
        (Verb::Pop, Some(value)) => SequenceCall::Pop(value),
        (Verb::Steal, Some(value)) => SequenceCall::Steal(value),
        (_, None) => SequenceCall::Anything,
        (Verb::Peek, Some(value)) => SequenceCall::Next(value),
        (Verb::At, Some(value)) => SequenceCall::At(place(record.argument), value),
        (Verb::Length, Some(value)) => SequenceCall::Length(place(value)),
        (_, Some(whole)) => SequenceCall::Whole(model.chain.borrow_mut().of(values.as_list(whole).unwrap_or_default())),
    }
}

impl Sequential for Sequence {
    type State = Rest;
    type Call = SequenceCall;

    /// A link and its place in the table.
    const SHARED_BYTES: usize = 80;

    fn initial(&self) -> Rest {
        Rest { gone: 0, whole: Chain::EMPTY }
    }

    fn step(&self, state: &Rest, call: &SequenceCall, next: &mut Vec<Rest>) {
        let has_room = || self.length(*state) < self.capacity;
        match *call {
            SequenceCall::Push(value, _) | SequenceCall::MaybePush(value) if !self.may_carry(*state, value) => {}
            SequenceCall::Push(value, place) => {
                let fits = has_room() && place.is_none_or(|place| place == self.length(*state));
                next.extend(fits.then(|| self.pushed(*state, value)));
            }
            SequenceCall::MaybePush(value) => next.push(if has_room() { self.pushed(*state, value) } else { *state }),
            SequenceCall::Pop(value) => {
                let fits = self.length(*state) > 0 && self.next_of(*state) == value;
                next.extend(fits.then(|| self.popped(*state)));
            }
            SequenceCall::MaybePop => next.push(if self.length(*state) > 0 { self.popped(*state) } else { *state }),
            SequenceCall::Steal(value) => {
                let fits = self.length(*state) > 0 && self.first_of(*state) == value;
                next.extend(fits.then(|| self.stolen(*state)));
            }
            SequenceCall::MaybeSteal => next.push(if self.length(*state) > 0 { self.stolen(*state) } else { *state }),
            _ => next.extend(self.fits(state, call).then_some(*state)),
        }
    }

    fn changes_nothing(&self, call: &SequenceCall) -> bool {
        use SequenceCall::{MaybePop, MaybePush, MaybeSteal, Pop, Push, Steal};
        !matches!(call, Push(..) | MaybePush(_) | Pop(_) | MaybePop | Steal(_) | MaybeSteal)
    }

    fn fits(&self, state: &Rest, call: &SequenceCall) -> bool {
        match *call {
            SequenceCall::Anything => true,
            SequenceCall::Full => self.length(*state) >= self.capacity,
            SequenceCall::Next(Value::NULL) => self.length(*state) == 0,
            SequenceCall::Next(value) => self.length(*state) > 0 && self.next_of(*state) == value,
            SequenceCall::At(place, value) => {
                self.chain.borrow().at(state.whole, place).unwrap_or(Value::NULL) == value
            }
            SequenceCall::Whole(whole) => state.whole == whole,
            SequenceCall::Length(length) => self.length(*state) == length,
            _ => false,
        }
    }

    fn comes_first(&self, first: &SequenceCall, second: &SequenceCall) -> bool {
        use SequenceCall::{MaybePush, Push};
        match (*first, *second) {
            (Push(first, _) | MaybePush(first), Push(second, _) | MaybePush(second)) => {
                self.removals.comes_first(first, second)
            }
            _ => false,
        }
    }

    /// A log only grows.
    fn may_lead(&self, state: &Rest, goal: &SequenceCall) -> bool {
        if self.discipline != Discipline::Never {
            return true;
        }
        let length = self.length(*state);
        match *goal {
            SequenceCall::Push(_, Some(place)) => length <= place,
            SequenceCall::Length(longer) => length <= longer,
            SequenceCall::At(place, value) => length <= place || self.fits(state, &SequenceCall::At(place, value)),
            SequenceCall::Whole(whole) => {
                let chain = self.chain.borrow();
                length <= chain.length(whole)
                    && (length == 0 || chain.at(whole, length - 1) == chain.at(state.whole, length - 1))
            }
            _ => true,
        }
    }
}
