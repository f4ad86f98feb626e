//! The checker and the slow one agree, on every model, in both verdicts, on the operation that is named, and after shrinking.

use super::reference::{CAPACITY, Dice, among_few_processes, is_explained, is_explained_by_program, lived, mutate};
use crate::history::model::{Discipline, Removals, Sequence, sequence_call};
use crate::history::part::{Object, judge, operations, searched};
use crate::history::search::{Budget, Found, search};
use crate::history::{History, HistoryModel, Order, Record, Settings, Value, Values, Verb};
use squall_model::Verdict;

/// Small histories for each model. A hundred times as many were tried once, by raising this number.
const CASES: u64 = 600;
const OPERATIONS_MAX: u64 = 7;
/// The models that promise an order of all operations.
const MODELS: [HistoryModel; 16] = [
    HistoryModel::Register,
    HistoryModel::CasRegister,
    HistoryModel::Counter,
    HistoryModel::Set,
    HistoryModel::Map,
    HistoryModel::Cache,
    HistoryModel::Stack,
    HistoryModel::Queue,
    HistoryModel::BoundedQueue,
    HistoryModel::Deque,
    HistoryModel::PriorityQueue,
    HistoryModel::Bag,
    HistoryModel::Log,
    HistoryModel::Kv,
    HistoryModel::OnceCell,
    HistoryModel::Pool,
];

/// The models whose histories of different values are decided without a search.
const MONITORED: [HistoryModel; 4] =
    [HistoryModel::Queue, HistoryModel::Bag, HistoryModel::Stack, HistoryModel::PriorityQueue];

fn settings(model: HistoryModel) -> Settings {
    let capacity = (model == HistoryModel::BoundedQueue).then_some(CAPACITY);
    Settings { capacity, ..Settings::default() }
}

fn sample(model: HistoryModel, seed: u64) -> History {
    let mut dice = Dice::new(seed);
    let mut values = Values::default();
    let mut records = lived(model, OPERATIONS_MAX, &mut dice, &mut values);
    for _ in 0..dice.roll(4) {
        mutate(model, &mut records, &mut dice, &mut values);
    }
    History { model, records, values }
}

/// The answer that no order reaches first, by the slow checker.
fn first_wrong(history: &mut History) -> Option<Record> {
    let mut answered: Vec<Record> = history.records.iter().copied().filter(Record::is_answered).collect();
    answered.sort_unstable_by_key(|record| record.response);
    let mut wrong = answered.into_iter();
    wrong.find(|record| !is_explained(history.model, &history.records, record.response, &mut history.values))
}

#[test]
fn the_checker_agrees_with_one_that_tries_every_order_of_a_naive_model() {
    let mut shares = Vec::new();
    for model in MODELS {
        let mut wrong = 0;
        for seed in 0..CASES {
            let mut history = sample(model, seed);
            let found = history.check(&settings(model));
            let first = first_wrong(&mut history);
            let expected = if first.is_some() { Verdict::Fail } else { Verdict::Pass };
            let has_answer = history.records.iter().any(Record::is_answered);
            let expected = if has_answer { expected } else { Verdict::Inconclusive };
            assert_eq!(found.verdict, expected, "{} of seed {seed}: {:#?}", model.name(), history.records);
            wrong += u64::from(first.is_some());
            // A monitor knows that a removal without an answer may take anything, but not when.
            let may_take_any = |record: &Record| record.verb == Verb::Pop && !record.is_answered();
            if !MONITORED.contains(&model) || !history.records.iter().any(may_take_any) {
                let named = found.failure.map(|failure| failure.operation);
                assert_eq!(named, first, "{} of seed {seed}: {:#?}", model.name(), history.records);
            }
        }
        shares.push((model.name(), wrong as f64 / CASES as f64));
    }
    assert!(shares.iter().all(|(_, share)| (0.2..0.8).contains(share)), "both verdicts are frequent: {shares:?}");
}

/// A history of one object, which few processes asked; answers are exchanged between operations that did not overlap, too.
fn sample_of_processes(model: HistoryModel, seed: u64) -> History {
    let mut history = sample(model, seed);
    among_few_processes(&mut history.records);
    if model == HistoryModel::Set {
        history.records.iter_mut().for_each(|record| record.argument = Value::TRUE);
    }
    history
}

#[test]
fn without_real_time_the_checker_agrees_with_one_that_tries_every_order_of_a_naive_model() {
    let mut shares = Vec::new();
    let mut only_sequential = 0;
    for model in MODELS {
        let settings = Settings { order: Order::Program, ..settings(model) };
        let mut wrong = 0;
        for seed in 0..CASES {
            let mut history = sample_of_processes(model, seed);
            let found = history.check(&settings);
            let mut answered: Vec<Record> = history.records.iter().copied().filter(Record::is_answered).collect();
            answered.sort_unstable_by_key(|record| record.response);
            let first = answered
                .iter()
                .copied()
                .find(|record| !is_explained_by_program(model, &history.records, record.response, &mut history.values));
            let expected = match first {
                Some(_) => Verdict::Fail,
                None if answered.is_empty() => Verdict::Inconclusive,
                None => Verdict::Pass,
            };
            assert_eq!(found.verdict, expected, "{} of seed {seed}: {:#?}", model.name(), history.records);
            let named = found.failure.map(|failure| failure.operation);
            assert_eq!(named, first, "{} of seed {seed}: {:#?}", model.name(), history.records);
            wrong += u64::from(first.is_some());
            let in_real_time = history.check(&Settings { order: Order::RealTime, ..settings });
            only_sequential += u64::from(found.verdict == Verdict::Pass && in_real_time.verdict == Verdict::Fail);
        }
        shares.push((model.name(), wrong as f64 / CASES as f64));
    }
    assert!(shares.iter().all(|(_, share)| (0.1..0.8).contains(share)), "both verdicts are frequent: {shares:?}");
    assert!(only_sequential * 50 > CASES, "real time matters to many: {only_sequential}");
}

#[test]
fn a_shrunk_history_is_still_wrong_at_the_same_operation() {
    for (model, order) in MODELS.into_iter().flat_map(|model| Order::ALL.map(|order| (model, order))) {
        let settings = Settings { order, ..settings(model) };
        for seed in 0..CASES / 10 {
            let mut history = sample_of_processes(model, seed);
            let Some(failure) = history.check(&settings).failure else { continue };
            let shrunk = history.shrink(&settings, &failure);
            let whole = history.records.clone();
            // Beside the wrong one, an answer may be left out that says more than it has to.
            let is_there = |record: &Record| {
                let silent = |other: &Record| *record == Record { answer: None, ..*other };
                whole.iter().any(|other| other == record || silent(other))
            };
            assert!(shrunk.iter().all(is_there), "{} of seed {seed}", model.name());
            history.records = shrunk;
            let again = history.check(&settings).failure.map(|failure| failure.operation);
            assert_eq!(again, Some(failure.operation), "{} of seed {seed}", model.name());
        }
    }
}

/// A history of one object, long enough for what small ones do not show; with an even seed, all values are different.
fn sample_of_many(model: HistoryModel, seed: u64) -> (Vec<Record>, Values) {
    let mut dice = Dice::new(seed);
    let mut values = Values::default();
    let mut records = lived(model, 24, &mut dice, &mut values);
    records.retain(|record| record.verb != Verb::Peek || record.answer == Some(Value::NULL));
    for (place, record) in records.iter_mut().enumerate() {
        record.key = Value::NULL;
        record.process = super::reference::whole(place as u64);
    }
    if dice.roll(2) > 0 && !records.is_empty() {
        mutate(model, &mut records, &mut dice, &mut values);
    }
    (records, values)
}

/// Searches without knowing when values are taken out again.
fn plainly_searched(object: Object, records: &[Record], values: &Values, budget: &Budget) -> Found {
    let discipline = match object.model {
        HistoryModel::Stack => Discipline::Last,
        HistoryModel::Deque => Discipline::Both,
        HistoryModel::Queue | HistoryModel::BoundedQueue => Discipline::First,
        _ => return searched(object, records, values, budget),
    };
    let model = Sequence::new(discipline, object.capacity, Removals::default());
    search(&model, &operations(records, |record| sequence_call(&model, record, values)), budget)
}

#[test]
fn what_is_decided_sooner_agrees_with_the_plain_search_on_histories_of_many_operations() {
    for model in MODELS.into_iter().filter(|model| model.is_container()) {
        let (mut orders, mut wrong) = (0, 0);
        for seed in 0..CASES / 4 {
            let (records, values) = sample_of_many(model, seed);
            let object = settings(model).object(model);
            let budget = || Budget::new(50_000, None);
            let by_search = plainly_searched(object, &records, &values, &budget());
            let by_monitor = judge(object, &records, &values, &budget());
            // The search may need more than anyone waits for; the monitor never does.
            if by_search == Found::GaveUp {
                continue;
            }
            let is_any = |record: &Record| record.verb == Verb::Pop && !record.is_answered();
            let exactly = !records.iter().any(is_any);
            let same = if exactly {
                by_search == by_monitor
            } else {
                (by_search == Found::Order) == (by_monitor == Found::Order)
            };
            assert!(same, "{} of seed {seed}: {by_search:?}, {by_monitor:?}, {records:#?}", model.name());
            orders += u64::from(by_search == Found::Order);
            wrong += u64::from(by_search != Found::Order);
        }
        assert!(orders.min(wrong) * 40 >= CASES, "{}: both verdicts are frequent: {orders} and {wrong}", model.name());
    }
}
