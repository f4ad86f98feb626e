//! A place for one value: a register, a map's or a cache's entry, an element of a set, a once-cell. `null` is the empty place.
//!
//! Each record becomes what it says of the place before and after; so that, for example, an insertion that answered what was there before
//! is the exchange of that value.

use super::Sequential;
use crate::history::kind::{HistoryModel, Verb};
use crate::history::record::Record;
use crate::history::value::{Value, Values};

/// A place for one value.
#[derive(Debug, Clone, Copy)]
pub(in crate::history) struct Cell {
    /// What is there at first.
    pub(in crate::history) initial: Value,
}

/// What a call says of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::history) enum CellCall {
    /// Nothing, and changes nothing.
    Anything,
    /// What cannot be, such as that nothing is there after it was put there if nothing was.
    Never,
    /// The value was there.
    Is(Value),
    /// Another value was there.
    Differs(Value),
    /// The value is there now.
    Write(Value),
    /// The first value was there, the second one is now.
    Exchange(Value, Value),
    /// The first value was there, and the second one is now; or another was, and still is.
    MaybeExchange(Value, Value),
    /// The value was there or nothing was; the value is there now.
    Ensure(Value),
    /// The value is there now, or what was there still is.
    MaybeWrite(Value),
    /// Some value was there, and this one is now.
    Replace(Value),
    /// Some value was there, and this one is now; or nothing was, and still is nothing.
    MaybeReplace(Value),
}

/// What a record says of its place.
pub(in crate::history) fn cell_call(model: HistoryModel, record: &Record, values: &Values) -> CellCall {
    let call = kept_call(model, record, values);
    if model == HistoryModel::Cache { call.of_what_may_vanish() } else { call }
}

impl CellCall {
    /// The same of a place that may become empty at any time. That matters only when somebody finds it empty, so that it may as well
    /// have become so right then: nothing can be done with an empty place that could not be done with one that may become empty.
    const fn of_what_may_vanish(self) -> Self {
        match self {
            Self::Is(Value::NULL) => Self::Write(Value::NULL),
            Self::Exchange(Value::NULL, new) | Self::Ensure(new) => Self::Write(new),
            Self::MaybeExchange(Value::NULL, new) => Self::MaybeWrite(new),
            other => other,
        }
    }
}

fn kept_call(model: HistoryModel, record: &Record, values: &Values) -> CellCall {
    let new = if model == HistoryModel::Set { Value::TRUE } else { record.argument };
    let answered = record.is_answered();
    match record.verb {
        Verb::Write => CellCall::Write(new),
        Verb::CompareAndSwap => {
            let (from, to) = values.as_pair(record.argument).unwrap_or((Value::NULL, Value::NULL));
            match record.applied {
                None => CellCall::MaybeExchange(from, to),
                Some(true) => CellCall::Exchange(from, to),
                Some(false) => CellCall::Differs(from),
            }
        }
        Verb::Contains => record.applied.map_or(CellCall::Anything, |is_there| match is_there {
            true => CellCall::Is(Value::TRUE),
            false => CellCall::Is(Value::NULL),
        }),
        Verb::GetOrInsert => match record.answer {
            None => CellCall::MaybeExchange(Value::NULL, new),
            Some(there) if there == new => CellCall::Ensure(new),
            Some(Value::NULL) => CellCall::Never,
            Some(there) => CellCall::Is(there),
        },
        Verb::Insert | Verb::Set => inserted(model, new, record),
        Verb::Remove | Verb::Update => {
            let new = if record.verb == Verb::Remove { Value::NULL } else { new };
            match (record.applied, record.answer) {
                (Some(false), _) | (_, Some(Value::NULL)) => CellCall::Is(Value::NULL),
                (_, Some(before)) => CellCall::Exchange(before, new),
                (Some(true), None) => CellCall::Replace(new),
                (None, None) if record.verb == Verb::Remove => CellCall::Write(Value::NULL),
                (None, None) => CellCall::MaybeReplace(new),
            }
        }
        _ if answered => record.answer.map_or(CellCall::Anything, CellCall::Is),
        _ => CellCall::Anything,
    }
}

/// What an insertion says: one that may be refused leaves what is there.
fn inserted(model: HistoryModel, new: Value, record: &Record) -> CellCall {
    match (record.applied, record.answer) {
        (Some(true), _) => CellCall::Exchange(Value::NULL, new),
        (Some(false), _) => CellCall::Differs(Value::NULL),
        (None, Some(before)) => CellCall::Exchange(before, new),
        // A map's insertion replaces; a set's leaves the same either way; only a once-cell refuses.
        (None, None) if model == HistoryModel::OnceCell => CellCall::MaybeExchange(Value::NULL, new),
        (None, None) => CellCall::Write(new),
    }
}

impl Sequential for Cell {
    type State = Value;
    type Call = CellCall;

    fn initial(&self) -> Value {
        self.initial
    }

    fn step(&self, state: &Value, call: &CellCall, next: &mut Vec<Value>) {
        if let CellCall::MaybeWrite(new) = *call {
            next.extend([*state, new]);
            return;
        }
        let after = match *call {
            CellCall::Write(new) | CellCall::MaybeWrite(new) => Some(new),
            CellCall::Exchange(from, to) => (*state == from).then_some(to),
            CellCall::MaybeExchange(from, to) => Some(if *state == from { to } else { *state }),
            CellCall::Ensure(value) => (*state == value || *state == Value::NULL).then_some(value),
            CellCall::Replace(new) => (*state != Value::NULL).then_some(new),
            CellCall::MaybeReplace(new) => Some(if *state == Value::NULL { *state } else { new }),
            CellCall::Anything | CellCall::Never | CellCall::Is(_) | CellCall::Differs(_) => {
                self.fits(state, call).then_some(*state)
            }
        };
        next.extend(after);
    }

    fn changes_nothing(&self, call: &CellCall) -> bool {
        matches!(call, CellCall::Anything | CellCall::Never | CellCall::Is(_) | CellCall::Differs(_))
    }

    fn fits(&self, state: &Value, call: &CellCall) -> bool {
        match *call {
            CellCall::Anything => true,
            CellCall::Is(value) => *state == value,
            CellCall::Differs(value) => *state != value,
            _ => false,
        }
    }
}
