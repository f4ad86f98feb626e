//! Judges the operations of one object: takes them with the model's name, picks the model and the way to decide.

use super::kind::HistoryModel;
use super::model::{
    Cell, Counter, Discipline, Heap, Operation, Pool, Sequence, Text, cell_call, counter_call, heap_call, pool_call,
    sequence_call, text_call,
};
use super::monitor;
use super::record::Record;
use super::search::{Budget, Found, search};
use super::value::{Value, Values};

/// What has to be known of an object beside its operations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    /// What it is.
    pub(super) model: HistoryModel,
    /// What it holds at first.
    pub(super) initial: Value,
    /// How much it can hold.
    pub(super) capacity: Option<u32>,
}

/// Judges the operations of one object, which are in the order of their invocations.
pub(super) fn judge(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Found {
    let monitored = match object.model {
        HistoryModel::Queue => monitor::queue(records),
        HistoryModel::Snapshot => Some(monitor::snapshot(records, object.initial)),
        HistoryModel::Iteration => Some(monitor::iteration(records, values, budget)),
        _ => None,
    };
    match monitored {
        Some(found) => {
            budget.spend(records.len() as u64);
            found
        }
        None => searched(object, records, values, budget),
    }
}

/// Searches for an order.
pub(super) fn searched(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Found {
    let sequence = |discipline| {
        let model = Sequence::new(discipline, object.capacity);
        let operations = operations(records, |record| sequence_call(&model, record, values));
        search(&model, &operations, budget)
    };
    match object.model {
        HistoryModel::Counter => {
            let operations = operations(records, counter_call);
            search(&Counter::of(object.initial.as_whole().unwrap_or(0), &operations), &operations, budget)
        }
        HistoryModel::Stack => sequence(Discipline::Last),
        HistoryModel::Queue | HistoryModel::BoundedQueue => sequence(Discipline::First),
        HistoryModel::Log => sequence(Discipline::Never),
        HistoryModel::PriorityQueue => search(&Heap, &operations(records, heap_call), budget),
        HistoryModel::Kv => {
            let operations = operations(records, text_call);
            search(&Text::of(&operations, values), &operations, budget)
        }
        HistoryModel::Pool => {
            let operations = operations(records, pool_call);
            search(&Pool::of(&operations, object.capacity), &operations, budget)
        }
        _ => {
            let operations = operations(records, |record| cell_call(object.model, record, values));
            search(&Cell { initial: object.initial }, &operations, budget)
        }
    }
}

fn operations<C>(records: &[Record], call: impl Fn(&Record) -> C) -> Vec<Operation<C>> {
    let operation = |record: &Record| Operation {
        invocation: record.invocation,
        response: record.is_answered().then_some(record.response),
        call: call(record),
    };
    records.iter().map(operation).collect()
}
