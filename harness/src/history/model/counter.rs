//! A counter: whole numbers are added to it.

use super::{Operation, Sequential};
use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::value::Value;

/// A counter.
#[derive(Debug, Clone, Copy)]
pub(in crate::history) struct Counter {
    initial: i64,
    /// Whether nothing is ever taken away.
    only_rises: bool,
}

/// What a call says of the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum CounterCall {
    /// Nothing, and changes nothing.
    Anything,
    /// It had this value.
    Is(i64),
    /// So much is added.
    Add(i64),
    /// So much is added to this value.
    AddTo(i64, i64),
}

/// What a record says of its counter.
pub(in crate::history) fn counter_call(record: &Record) -> CounterCall {
    let argument = record.argument.as_whole().unwrap_or(0);
    let answer = record.answer.and_then(Value::as_whole);
    match (record.verb, answer) {
        (Verb::Increment, _) => CounterCall::Add(1),
        (Verb::Decrement, _) => CounterCall::Add(-1),
        (Verb::FetchAdd, Some(before)) => CounterCall::AddTo(before, argument),
        (Verb::Add | Verb::FetchAdd, _) => CounterCall::Add(argument),
        (_, Some(value)) => CounterCall::Is(value),
        (_, None) => CounterCall::Anything,
    }
}

impl Counter {
    /// The counter of these operations.
    pub(in crate::history) fn of(initial: i64, operations: &[Operation<CounterCall>]) -> Self {
        let falls =
            |call: &CounterCall| matches!(call, CounterCall::Add(more) | CounterCall::AddTo(_, more) if *more < 0);
        Self { initial, only_rises: !operations.iter().any(|operation| falls(&operation.call)) }
    }
}

impl Sequential for Counter {
    type State = i64;
    type Call = CounterCall;

    fn initial(&self) -> i64 {
        self.initial
    }

    fn step(&self, state: &i64, call: &CounterCall, next: &mut Vec<i64>) {
        match *call {
            CounterCall::Add(more) => next.push(state.wrapping_add(more)),
            CounterCall::AddTo(before, more) => next.extend((*state == before).then_some(before.wrapping_add(more))),
            CounterCall::Anything | CounterCall::Is(_) => next.extend(self.fits(state, call).then_some(*state)),
        }
    }

    fn is_one_at_rest(&self) -> bool {
        true
    }

    fn changes_nothing(&self, call: &CounterCall) -> bool {
        matches!(call, CounterCall::Anything | CounterCall::Is(_) | CounterCall::Add(0))
    }

    fn fits(&self, state: &i64, call: &CounterCall) -> bool {
        match *call {
            CounterCall::Is(value) => *state == value,
            CounterCall::Anything | CounterCall::Add(0) => true,
            _ => false,
        }
    }

    /// What only rises never comes back to a smaller number.
    fn may_lead(&self, state: &i64, goal: &CounterCall) -> bool {
        match *goal {
            CounterCall::Is(value) | CounterCall::AddTo(value, _) => !self.only_rises || *state <= value,
            _ => true,
        }
    }
}
