//! When the values of a sequence are taken out again: takes the operations, hands on what must not lie upon what, and what comes first. So that the search
//! does not put values into an order in which nobody can take them out as they were, and find that out much later.

use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

/// When the values of a sequence are taken out.
#[derive(Debug, Clone, Copy)]
pub(in crate::history) struct Removal {
    /// The earliest end of a removal at the sequence's end; whatever lies upon that has to be gone by then.
    popped_by: u32,
    /// The latest beginning of a removal at the sequence's beginning; whatever lies upon that stays at least until then, unless it is popped.
    stays_until: u32,
    /// When the value itself begins to be popped, or is gone at the latest if it is stolen.
    own: Own,
}

#[derive(Debug, Clone, Copy)]
enum Own {
    Popped { begins: u32 },
    Stolen { ends: u32 },
    Stays,
    Unknown,
}

/// An event that never comes.
const NEVER: u32 = u32::MAX;

impl Removal {
    /// Of values of which nothing is known.
    pub(in crate::history) const UNKNOWN: Self = Self { popped_by: NEVER, stays_until: 0, own: Own::Unknown };
    /// Of a value that nobody takes.
    const NEVER: Self = Self { popped_by: NEVER, stays_until: NEVER, own: Own::Stays };

    /// The same of a sequence and one value upon it.
    pub(in crate::history) fn and(self, upon: Self) -> Self {
        Self {
            popped_by: self.popped_by.min(upon.popped_by),
            stays_until: self.stays_until.max(upon.stays_until),
            own: Own::Unknown,
        }
    }

    /// Whether a value may lie upon a sequence: popped before what it lies upon is popped, and stolen after that is stolen. What was
    /// stolen from the sequence already forbids nothing, because that began before now, and the value goes later than now.
    pub(in crate::history) const fn may_carry(self, upon: Self) -> bool {
        match upon.own {
            Own::Popped { begins } => begins < self.popped_by,
            // What is perhaps stolen some day may stay as well.
            Own::Stolen { ends } => self.stays_until < ends || ends == NEVER,
            Own::Stays => self.popped_by == NEVER,
            Own::Unknown => true,
        }
    }
}

/// When one value comes and goes.
#[derive(Debug, Clone, Copy)]
struct Stay {
    /// When it has come at the latest.
    here_by: u32,
    /// When it goes at the earliest.
    goes_from: u32,
    removal: Removal,
}

impl Stay {
    const UNKNOWN: Self = Self { here_by: NEVER, goes_from: 0, removal: Removal::UNKNOWN };
}

/// When each value is taken out.
#[derive(Debug, Default)]
pub(in crate::history) struct Removals {
    stays: HashMap<Value, Stay, FixedState>,
}

impl Removals {
    /// The removals of a history, if values are popped at the sequence's end; otherwise popping is stealing.
    pub(in crate::history) fn of(records: &[Record], pops_at_end: bool) -> Self {
        let may_take_any = records.iter().any(|record| is_removal(record) && record.answer.is_none());
        let (goes_from, removal) = if may_take_any { (0, Removal::UNKNOWN) } else { (NEVER, Removal::NEVER) };
        let mut stays = HashMap::<Value, Stay, FixedState>::default();
        let mut twice = Vec::new();
        for record in records.iter().filter(|record| record.verb == Verb::Push && record.applied != Some(false)) {
            if stays.insert(record.argument, Stay { here_by: record.response, goes_from, removal }).is_some() {
                twice.push(record.argument);
            }
        }
        let mut taken = HashSet::<Value, FixedState>::default();
        for record in records.iter().filter(|record| is_removal(record)) {
            let Some(value) = record.answer.filter(|value| *value != Value::NULL) else { continue };
            if !taken.insert(value) {
                twice.push(value);
            }
            if let Some(stay) = stays.get_mut(&value) {
                let popped = pops_at_end && record.verb == Verb::Pop;
                stay.removal = if popped { popped_in(record) } else { stolen_in(record) };
                stay.here_by = stay.here_by.min(record.response);
                stay.goes_from = record.invocation;
            }
        }
        stays.extend(twice.into_iter().map(|value| (value, Stay::UNKNOWN)));
        Self { stays }
    }

    fn stay(&self, value: Value) -> Stay {
        self.stays.get(&value).copied().unwrap_or(Stay::UNKNOWN)
    }

    /// When a value is taken out.
    pub(in crate::history) fn of_value(&self, value: Value) -> Removal {
        self.stay(value).removal
    }

    /// Whether a value has to come before another one: it must not lie upon that, nor can it come when that is gone.
    pub(in crate::history) fn comes_first(&self, first: Value, second: Value) -> bool {
        let (first, second) = (self.stay(first), self.stay(second));
        first.here_by < second.goes_from && !second.removal.may_carry(first.removal)
    }
}

const fn is_removal(record: &Record) -> bool {
    matches!(record.verb, Verb::Pop | Verb::Steal)
}

/// What lies upon a value that is popped cannot be stolen before.
const fn popped_in(record: &Record) -> Removal {
    Removal { popped_by: record.response, stays_until: NEVER, own: Own::Popped { begins: record.invocation } }
}

const fn stolen_in(record: &Record) -> Removal {
    Removal { popped_by: NEVER, stays_until: record.invocation, own: Own::Stolen { ends: record.response } }
}
