//! A priority queue: the smallest whole number comes first.

use super::Sequential;
use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::value::Value;

/// A priority queue.
#[derive(Debug, Clone, Copy)]
pub(in crate::history) struct Heap;

/// What a call says of the priority queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum HeapCall {
    /// Nothing, and changes nothing.
    Anything,
    /// The number is put in.
    Push(i64),
    /// The number was the smallest, and was given back.
    Pop(i64),
    /// Whatever was the smallest was given back.
    MaybePop,
    /// The number is the smallest; none if it is empty.
    Smallest(Option<i64>),
}

/// What a record says of its priority queue.
pub(in crate::history) fn heap_call(record: &Record) -> HeapCall {
    match (record.verb, record.answer.map(Value::as_whole)) {
        (Verb::Push, _) => HeapCall::Push(record.argument.as_whole().unwrap_or(0)),
        (Verb::Pop, None) => HeapCall::MaybePop,
        (Verb::Pop, Some(Some(number))) => HeapCall::Pop(number),
        (_, None) => HeapCall::Anything,
        (_, Some(smallest)) => HeapCall::Smallest(smallest),
    }
}

impl Sequential for Heap {
    /// The numbers, the smallest last.
    type State = Vec<i64>;
    type Call = HeapCall;

    fn initial(&self) -> Vec<i64> {
        Vec::new()
    }

    fn step(&self, state: &Vec<i64>, call: &HeapCall, next: &mut Vec<Vec<i64>>) {
        match *call {
            HeapCall::Push(number) => {
                let mut after = state.clone();
                after.insert(state.partition_point(|other| *other > number), number);
                next.push(after);
            }
            HeapCall::Pop(number) => {
                next.extend((state.last() == Some(&number)).then(|| state[..state.len() - 1].to_vec()));
            }
            HeapCall::MaybePop => next.push(state[..state.len().saturating_sub(1)].to_vec()),
            HeapCall::Anything | HeapCall::Smallest(_) => next.extend(self.fits(state, call).then(|| state.clone())),
        }
    }

    fn changes_nothing(&self, call: &HeapCall) -> bool {
        matches!(call, HeapCall::Anything | HeapCall::Smallest(_))
    }

    fn fits(&self, state: &Vec<i64>, call: &HeapCall) -> bool {
        match call {
            HeapCall::Anything => true,
            HeapCall::Smallest(smallest) => state.last().copied() == *smallest,
            _ => false,
        }
    }
}
