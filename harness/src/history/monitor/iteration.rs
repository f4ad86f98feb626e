//! Iterations: what is there throughout is seen, what is absent throughout is not, and nothing is seen twice. Elements that come or go
//! meanwhile may be seen or not.

use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::search::{Budget, Found};
use crate::history::value::{Value, Values};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

/// What was done to an element.
#[derive(Default)]
struct Changes {
    insertions: Vec<u32>,
    removals: Vec<u32>,
}

/// Decides the history of one container.
pub(in crate::history) fn iteration(records: &[Record], values: &Values, budget: &Budget) -> Found {
    let mut changes = HashMap::<Value, Changes, FixedState>::default();
    for (number, record) in records.iter().enumerate().filter(|(_, record)| record.applied != Some(false)) {
        match record.verb {
            Verb::Insert => changes.entry(record.argument).or_default().insertions.push(number as u32),
            Verb::Remove => changes.entry(record.argument).or_default().removals.push(number as u32),
            _ => {}
        }
    }
    let mut iterations: Vec<usize> = (0..records.len()).filter(|number| records[*number].answer.is_some()).collect();
    iterations.sort_unstable_by_key(|number| records[*number].response);
    for number in iterations {
        let seen = records[number].answer.and_then(|list| values.as_list(list)).unwrap_or_default();
        budget.spend(changes.len() as u64 + 1);
        if budget.is_used_up() {
            return Found::GaveUp;
        }
        if is_wrong(&records[number], seen, &changes, records) {
            return Found::None { operation: number };
        }
    }
    Found::Order
}

fn is_wrong(
    iteration: &Record,
    seen: &[Value],
    changes: &HashMap<Value, Changes, FixedState>,
    records: &[Record],
) -> bool {
    let distinct: HashSet<Value, FixedState> = seen.iter().copied().collect();
    if distinct.len() < seen.len() {
        return true;
    }
    let absent =
        |value: &Value| changes.get(value).is_none_or(|changes| changes.are_absent_throughout(iteration, records));
    if distinct.iter().any(absent) {
        return true;
    }
    let mut others = changes.iter().filter(|(value, _)| !distinct.contains(*value));
    others.any(|(_, changes)| changes.are_there_throughout(iteration, records))
}

impl Changes {
    /// Whether some insertion had ended, and no removal can have come after it before the iteration was over.
    fn are_there_throughout(&self, iteration: &Record, records: &[Record]) -> bool {
        let record = |number: &u32| &records[*number as usize];
        let stays = |insertion: &Record| {
            let mut removals = self.removals.iter().map(record);
            removals.all(|removal| removal.is_before(insertion) || iteration.is_before(removal))
        };
        self.insertions.iter().map(record).any(|insertion| insertion.is_before(iteration) && stays(insertion))
    }

    /// Whether each insertion that had begun was certainly undone before the iteration began. A removal that was not answered
    /// may not have happened.
    fn are_absent_throughout(&self, iteration: &Record, records: &[Record]) -> bool {
        let record = |number: &u32| &records[*number as usize];
        let is_undone = |insertion: &Record| {
            let mut removals = self.removals.iter().map(record);
            removals.any(|removal| insertion.is_before(removal) && removal.is_before(iteration))
        };
        self.insertions.iter().map(record).all(|insertion| iteration.is_before(insertion) || is_undone(insertion))
    }
}
