//! Judges the operations of one object: takes them with the model's name, picks the model and the way to decide.

use super::containers::container;
use super::generations::told_apart;
use super::kind::HistoryModel;
use super::model::{
    Bag, Cell, Counter, Discipline, Operation, Pool, Sequential, Text, bag_call, cell_call, counter_call, pool_call,
    text_call,
};
use super::monitor;
use super::order::Order;
use super::record::Record;
use super::search::{Budget, Found, search, search_by_program};
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
    /// Which order an explanation has to keep.
    pub(super) order: Order,
}

/// What is explained in real time is explained by the order of each process, too, and mostly found much sooner; so this part of the budget
/// goes there first.
const REAL_TIME_PARTS: u32 = 4;

/// So much is looked at only to name what is certainly wrong.
const NAMING_SITUATIONS_MAX: u64 = 20_000;

/// Judges the operations of one object, which are in the order of their invocations.
pub(super) fn judge(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Found {
    if object.order == Order::RealTime || !object.model.takes_order() {
        return judge_in_real_time(object, records, values, budget);
    }
    let part = budget.part(REAL_TIME_PARTS);
    let found = judge_in_real_time(Object { order: Order::RealTime, ..object }, records, values, &part);
    budget.spend(part.spent());
    if found == Found::Order { found } else { judge_by_program(object, records, values, budget) }
}

fn judge_by_program(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Found {
    if !object.model.is_place() {
        return searched(object, records, values, budget);
    }
    let calls = operations(records, |record| cell_call(object.model, record, values));
    budget.spend(records.len() as u64);
    match monitor::blocks(&calls, &processes(records), object.initial) {
        monitor::Ruling::Order => Found::Order,
        monitor::Ruling::None { operation, is_first: true } => Found::None { operation },
        // That there is no order is certain; an earlier operation is named if that does not take long.
        monitor::Ruling::None { operation, is_first: false } => {
            let few = Budget::new(NAMING_SITUATIONS_MAX, None);
            let named = searched(object, records, values, &few);
            if matches!(named, Found::None { .. }) { named } else { Found::None { operation } }
        }
        monitor::Ruling::Unknown => searched(object, records, values, budget),
    }
}

fn processes(records: &[Record]) -> Vec<Value> {
    records.iter().map(|record| record.process).collect()
}

fn judge_in_real_time(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Found {
    let apart = || if object.model.is_container() { told_apart(records) } else { None };
    let Some(found) = monitored(object, records, values, budget) else {
        return match apart() {
            None => searched(object, records, values, budget),
            Some(apart) => {
                monitored(object, &apart, values, budget).unwrap_or_else(|| searched(object, &apart, values, budget))
            }
        };
    };
    budget.spend(records.len() as u64);
    found
}

/// Decides without a search, where that can be.
fn monitored(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Option<Found> {
    match object.model {
        HistoryModel::Queue => monitor::queue(records),
        HistoryModel::Bag => monitor::bag(records),
        HistoryModel::Stack => monitor::stack(records),
        HistoryModel::PriorityQueue => monitor::priority_queue(records),
        HistoryModel::Snapshot => Some(monitor::snapshot(records, object.initial)),
        HistoryModel::Iteration => Some(monitor::iteration(records, values, budget)),
        _ => None,
    }
}

/// Searches for an order.
pub(super) fn searched(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Found {
    let sequence = |discipline| container(object, discipline, records, values, budget);
    match object.model {
        HistoryModel::Counter => {
            let operations = operations(records, counter_call);
            decide(
                object,
                &Counter::of(object.initial.as_whole().unwrap_or(0), &operations),
                &operations,
                records,
                budget,
            )
        }
        HistoryModel::Stack => sequence(Discipline::Last),
        HistoryModel::Queue | HistoryModel::BoundedQueue => sequence(Discipline::First),
        HistoryModel::Log => sequence(Discipline::Never),
        HistoryModel::Deque => sequence(Discipline::Both),
        HistoryModel::PriorityQueue | HistoryModel::Bag => {
            let bag = Bag::new(object.model == HistoryModel::PriorityQueue);
            decide(object, &bag, &operations(records, bag_call), records, budget)
        }
        HistoryModel::Kv => {
            let operations = operations(records, text_call);
            decide(object, &Text::of(&operations, values), &operations, records, budget)
        }
        HistoryModel::Pool => {
            let operations = operations(records, pool_call);
            decide(object, &Pool::of(&operations, object.capacity), &operations, records, budget)
        }
        _ => {
            let operations = operations(records, |record| cell_call(object.model, record, values));
            decide(object, &Cell { initial: object.initial }, &operations, records, budget)
        }
    }
}

/// Searches in the order that has to be kept.
pub(super) fn decide<M: Sequential>(
    object: Object,
    model: &M,
    operations: &[Operation<M::Call>],
    records: &[Record],
    budget: &Budget,
) -> Found {
    match object.order {
        Order::RealTime => search(model, operations, budget),
        Order::Program => search_by_program(model, operations, &processes(records), budget),
    }
}

/// The operations as the search sees them.
pub(super) fn operations<C>(records: &[Record], call: impl Fn(&Record) -> C) -> Vec<Operation<C>> {
    let operation = |record: &Record| Operation {
        invocation: record.invocation,
        response: record.is_answered().then_some(record.response),
        call: call(record),
    };
    records.iter().map(operation).collect()
}
