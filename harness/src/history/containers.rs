//! Judges stacks, queues, deques and logs by a search: takes the operations of one, tells the model when each value is taken out again,
//! so that the search does not go astray; and finds the operation that cannot be placed, which that knowledge would name too early.

use super::model::{Discipline, Operation, Removals, Sequence, SequenceCall, sequence_call};
use super::monitor::first_refused;
use super::order::Order;
use super::part::{Object, decide, operations};
use super::record::{NEVER, Record};
use super::search::{Budget, Found, search};
use super::value::Values;

/// Searches for an order of the operations of one container.
pub(super) fn container(
    object: Object,
    discipline: Discipline,
    records: &[Record],
    values: &Values,
    budget: &Budget,
) -> Found {
    let pops_at_end = matches!(discipline, Discipline::Last | Discipline::Both);
    // Without real time, an earlier end means nothing.
    let is_known = object.order == Order::RealTime && discipline != Discipline::Never;
    let removals = if is_known { Removals::of(records, pops_at_end) } else { Removals::default() };
    let model = Sequence::new(discipline, object.capacity, removals);
    let operations = operations(records, |record| sequence_call(&model, record, values));
    let found = decide(object, &model, &operations, records, budget);
    if !is_known || !matches!(found, Found::None { .. }) {
        return found;
    }
    let is_explained = |until: u32| {
        let removals = Removals::of(&known_until(records, until), pops_at_end);
        let model = Sequence::new(discipline, object.capacity, removals);
        !matches!(search(&model, &begun_until(&operations, until), budget), Found::None { .. })
    };
    let mut answers: Vec<usize> = (0..records.len()).filter(|number| records[*number].is_answered()).collect();
    answers.sort_unstable_by_key(|number| records[*number].response);
    let place = first_refused(answers.len(), |place| is_explained(records[answers[place]].response));
    Found::None { operation: answers[place] }
}

/// The records of what had begun, with the answers that had come by then; what will be answered is known, but not when.
fn known_until(records: &[Record], until: u32) -> Vec<Record> {
    let begun = records.iter().filter(|record| record.invocation <= until);
    let open = |record: &Record| Record {
        response: if record.response <= until { record.response } else { NEVER },
        ..*record
    };
    begun.map(open).collect()
}

fn begun_until(operations: &[Operation<SequenceCall>], until: u32) -> Vec<Operation<SequenceCall>> {
    let begun = operations.iter().filter(|operation| operation.invocation <= until);
    begun
        .map(|operation| Operation {
            response: operation.response.filter(|response| *response <= until),
            ..operation.clone()
        })
        .collect()
}
