//! Long histories of real objects are explained, and one answer that is flipped in them is found and named.

use super::{judged, reference::Dice};
use crate::history::{Assembly, Event, History, HistoryModel, Kind, Order, Record, Settings, Value, Verb};
use squall_model::Verdict;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const OPERATIONS: u64 = 4_000;
const PROCESSES: u64 = 8;

/// Plays a history: each process asks, its operation takes effect some time later, and then it is answered.
fn played(model: HistoryModel, mut act: impl FnMut(&str, i64, Value) -> Value) -> History {
    let mut assembly = Assembly::new(model);
    let mut dice = Dice::new(7);
    let mut waiting: BTreeMap<u64, (&'static str, i64, Value, Option<Value>)> = BTreeMap::new();
    let mut asked = 0;
    for line in 1_u32.. {
        let process = dice.roll(PROCESSES);
        let mut event = Event {
            process: Value::whole(process as i64).unwrap(),
            kind: Kind::Invoke,
            operation: None,
            key: None,
            value: None,
            applied: None,
        };
        if asked == OPERATIONS && waiting.is_empty() {
            break;
        }
        match waiting.get_mut(&process) {
            None if asked == OPERATIONS => continue,
            None => {
                let names = model.operations();
                let name = names[dice.roll(names.len().min(2) as u64) as usize].names[0];
                let (key, value) = (dice.roll(20) as i64, Value::whole(asked as i64).unwrap());
                asked += 1;
                waiting.insert(process, (name, key, value, None));
                (event.operation, event.value) = (Some(name), Some(value));
                event.key = (model == HistoryModel::Map).then(|| Value::whole(key)).flatten();
                if model == HistoryModel::Set {
                    event.value = Value::whole(key);
                }
            }
            Some((name, key, value, answer @ None)) => {
                *answer = Some(act(name, *key, *value));
                continue;
            }
            Some((_, _, _, Some(answer))) => {
                (event.kind, event.value) = (Kind::Ok, Some(*answer));
                waiting.remove(&process);
            }
        }
        assembly.add(&event, line).unwrap();
    }
    assembly.finish()
}

fn queue() -> History {
    let mut queue = VecDeque::new();
    played(HistoryModel::Queue, |name, _, value| match name {
        "enqueue" => {
            queue.push_back(value);
            Value::NULL
        }
        _ => queue.pop_front().unwrap_or(Value::NULL),
    })
}

fn map() -> History {
    let mut map = BTreeMap::new();
    played(HistoryModel::Map, |name, key, value| match name {
        "insert" => map.insert(key, value).unwrap_or(Value::NULL),
        _ => map.get(&key).copied().unwrap_or(Value::NULL),
    })
}

fn set() -> History {
    let mut set = BTreeSet::new();
    played(HistoryModel::Set, |name, key, _| match name {
        "add" => Value::truth(set.insert(key)),
        _ => Value::truth(set.remove(&key)),
    })
}

#[test]
fn a_long_history_of_a_real_object_is_explained() {
    for history in [queue(), map(), set()] {
        let found = judged(&history);
        assert_eq!(found.verdict, Verdict::Pass, "{:?}", found.failure.map(|failure| failure.operation));
        assert_eq!(history.records.len() as u64, OPERATIONS);
    }
}

/// Changes the answer of one operation in the middle; hands on the operation.
fn flip(history: &mut History, suits: impl Fn(&Record) -> bool, change: impl Fn(&mut Record)) -> Record {
    let places: Vec<usize> = (0..history.records.len()).filter(|place| suits(&history.records[*place])).collect();
    let record = &mut history.records[places[places.len() / 2]];
    change(record);
    *record
}

#[test]
fn one_answer_that_is_flipped_in_a_long_history_is_found_and_named() {
    let pops = |record: &Record| record.verb == Verb::Pop && record.answer.is_some_and(|answer| answer != Value::NULL);
    let mut history = queue();
    let wrong = flip(&mut history, pops, |record| record.answer = Value::whole(1_000_000));
    assert_eq!(judged(&history).failure.map(|failure| failure.operation), Some(wrong));

    let mut history = map();
    let wrong = flip(&mut history, |record| record.verb == Verb::Read, |record| record.answer = Value::whole(-1));
    assert_eq!(judged(&history).failure.map(|failure| failure.operation), Some(wrong));

    let mut history = set();
    let lonely = |record: &Record| record.applied.is_some();
    flip(&mut history, lonely, |record| record.applied = record.applied.map(|applied| !applied));
    assert_eq!(judged(&history).verdict, Verdict::Fail);
}

/// A register of which each process reads a copy of its own, which lags behind what was written by others: sequentially consistent, and hardly
/// ever linearizable. Of `values`, each is written again and again.
fn lagging_register(operations: u64, values: u64) -> History {
    let mut assembly = Assembly::new(HistoryModel::Register);
    let mut dice = Dice::new(11);
    let mut written = vec![Value::NULL];
    let mut copies = [0; PROCESSES as usize];
    let mut line = 0;
    for _ in 0..operations {
        let process = dice.roll(PROCESSES) as usize;
        let copy = &mut copies[process];
        let (name, argument, answer) = if dice.roll(3) == 0 {
            let value = Value::whole((written.len() as u64 % values) as i64).unwrap();
            written.push(value);
            *copy = written.len() - 1;
            ("write", Some(value), None)
        } else {
            *copy += dice.roll((written.len() - *copy).min(4) as u64) as usize;
            ("read", None, Some(written[*copy]))
        };
        for (kind, value) in [(Kind::Invoke, argument), (Kind::Ok, answer)] {
            let process = Value::whole(process as i64).unwrap();
            line += 1;
            let operation = Some(name);
            assembly.add(&Event { process, kind, operation, key: None, value, applied: None }, line).unwrap();
        }
    }
    assembly.finish()
}

#[test]
fn a_long_history_of_copies_that_lag_behind_is_sequential_and_not_linearizable() {
    let by_program = Settings { order: Order::Program, ..Settings::default() };
    for values in [7, u64::MAX] {
        let history = lagging_register(OPERATIONS, values);
        assert_eq!(judged(&history).verdict, Verdict::Fail);
        let found = history.check(&by_program);
        assert_eq!(found.verdict, Verdict::Pass, "{} situations", found.explored);
    }
}

#[test]
fn a_copy_that_goes_back_is_found_in_a_long_history_without_real_time() {
    let mut history = lagging_register(OPERATIONS, u64::MAX);
    let first = history.records.iter().find_map(|record| record.answer.filter(|answer| *answer != Value::NULL));
    let late = |record: &Record| record.verb == Verb::Read;
    let wrong = flip(&mut history, late, |record| record.answer = first);
    let found = history.check(&Settings { order: Order::Program, ..Settings::default() });
    assert_eq!(found.failure.map(|failure| failure.operation), Some(wrong));
}
