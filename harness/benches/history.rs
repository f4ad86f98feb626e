//! How long histories take to read and to decide, in this process: `cargo bench -p squall --bench history`. Each row is the best of
//! three; compare rows of one run only. Files that are named as `MODEL=FILE` after `--` are measured instead of the played ones.

use squall::history::{Assembly, Event, History, HistoryModel, Kind, Settings, Value, read};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::File;
use std::hint::black_box;
use std::io::BufReader;
use std::time::{Duration, Instant};

const PROCESSES: u64 = 8;
const TRIES: usize = 3;
/// How much a bounded queue holds.
const CAPACITY: u32 = 64;
/// What takes longer is undecided.
const TIME_MAX: Duration = Duration::from_secs(20);

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }
}

/// What a process has asked: the operation, the key, the value; and what it will be answered, once that has happened.
type Waiting = (&'static str, i64, Value, Option<Option<Value>>);

/// Plays a history of a real object: processes ask, take effect some time later, and are answered. `ask` draws a question.
fn played(
    model: HistoryModel,
    operations: u64,
    mut ask: impl FnMut(&mut Dice, u64) -> (&'static str, Option<i64>, Option<i64>),
    mut act: impl FnMut(&str, i64, Value) -> Option<Value>,
) -> History {
    let mut assembly = Assembly::new(model);
    let mut dice = Dice(7);
    let mut waiting: BTreeMap<u64, Waiting> = BTreeMap::new();
    let (mut asked, mut line) = (0, 0);
    while asked < operations || !waiting.is_empty() {
        let process = dice.roll(PROCESSES);
        let mut event = Event {
            process: Value::whole(process as i64).expect("a small number"),
            kind: Kind::Invoke,
            operation: None,
            key: None,
            value: None,
            applied: None,
        };
        match waiting.get_mut(&process) {
            None if asked == operations => continue,
            None => {
                let (name, key, value) = ask(&mut dice, asked);
                asked += 1;
                event.operation = Some(name);
                event.key = key.and_then(Value::whole);
                event.value = value.and_then(Value::whole);
                waiting.insert(process, (name, key.unwrap_or(0), event.value.unwrap_or(Value::NULL), None));
            }
            Some((name, key, value, answer @ None)) => {
                *answer = Some(act(name, *key, *value));
                continue;
            }
            Some((.., Some(answer))) => {
                (event.kind, event.value) = (Kind::Ok, *answer);
                waiting.remove(&process);
            }
        }
        line += 1;
        assembly.add(&event, line).expect("what is played is in order");
    }
    assembly.finish()
}

/// A container: values are put in at the end, each another, and taken by `take`; `names` are the operations for that.
fn container(
    model: HistoryModel,
    operations: u64,
    names: [&'static str; 2],
    mut take: impl FnMut(&mut VecDeque<Value>) -> Option<Value>,
) -> History {
    let mut held = VecDeque::new();
    let ask = |dice: &mut Dice, number: u64| match dice.roll(2) {
        0 => (names[0], None, Some(number as i64)),
        _ => (names[1], None, None),
    };
    played(model, operations, ask, |name, _, value| {
        if name == names[0] {
            held.push_back(value);
            return None;
        }
        Some(take(&mut held).unwrap_or(Value::NULL))
    })
}

fn deque(operations: u64) -> History {
    let mut held = VecDeque::new();
    let ask = |dice: &mut Dice, number: u64| match dice.roll(4) {
        0..2 => ("push", None, Some(number as i64)),
        2 => ("pop", None, None),
        _ => ("steal", None, None),
    };
    played(HistoryModel::Deque, operations, ask, |name, _, value| match name {
        "push" => {
            held.push_back(value);
            None
        }
        "pop" => Some(held.pop_back().unwrap_or(Value::NULL)),
        _ => Some(held.pop_front().unwrap_or(Value::NULL)),
    })
}

/// A bounded queue; values come again, or not.
fn bounded_queue(operations: u64, values: u64) -> History {
    let mut held = VecDeque::new();
    let ask = |dice: &mut Dice, number: u64| match dice.roll(2) {
        0 => ("enqueue", None, Some((number % values) as i64)),
        _ => ("dequeue", None, None),
    };
    played(HistoryModel::BoundedQueue, operations, ask, |name, _, value| match name {
        "enqueue" => {
            let has_room = held.len() < CAPACITY as usize;
            held.extend(has_room.then_some(value));
            Some(Value::truth(has_room))
        }
        _ => Some(held.pop_front().unwrap_or(Value::NULL)),
    })
}

fn stack_of_few_values(operations: u64) -> History {
    let mut held = Vec::new();
    let ask = |dice: &mut Dice, number: u64| match dice.roll(2) {
        0 => ("push", None, Some((number % 100) as i64)),
        _ => ("pop", None, None),
    };
    played(HistoryModel::Stack, operations, ask, |name, _, value| {
        if name == "push" {
            held.push(value);
            return None;
        }
        Some(held.pop().unwrap_or(Value::NULL))
    })
}

fn counter(operations: u64) -> History {
    let mut held = 0;
    let ask = |dice: &mut Dice, _: u64| match dice.roll(3) {
        0 => ("read", None, None),
        1 => ("fetch-add", None, Some(1)),
        _ => ("increment", None, None),
    };
    played(HistoryModel::Counter, operations, ask, |name, _, _| {
        held += i64::from(name != "read");
        (name != "increment").then(|| Value::whole(held - i64::from(name == "fetch-add")).expect("a small number"))
    })
}

fn map(operations: u64) -> History {
    let mut map = BTreeMap::new();
    let ask = |dice: &mut Dice, number: u64| {
        let key = Some(dice.roll(10_000) as i64);
        match dice.roll(10) {
            0..6 => ("get", key, None),
            6..9 => ("insert", key, Some(number as i64)),
            _ => ("remove", key, None),
        }
    };
    played(HistoryModel::Map, operations, ask, |name, key, value| {
        let before = match name {
            "insert" => map.insert(key, value),
            "remove" => map.remove(&key),
            _ => map.get(&key).copied(),
        };
        Some(before.unwrap_or(Value::NULL))
    })
}

fn set(operations: u64) -> History {
    let mut set = BTreeSet::new();
    let ask = |dice: &mut Dice, _: u64| {
        let element = Some(dice.roll(1_000) as i64);
        (["add", "remove", "contains"][dice.roll(3) as usize], element, None)
    };
    played(HistoryModel::Set, operations, ask, |name, element, _| {
        Some(Value::truth(match name {
            "add" => set.insert(element),
            "remove" => set.remove(&element),
            _ => set.contains(&element),
        }))
    })
}

fn register(operations: u64) -> History {
    let mut held = Value::NULL;
    let ask = |dice: &mut Dice, _: u64| match dice.roll(3) {
        0 => ("write", None, Some(dice.roll(5) as i64)),
        _ => ("read", None, None),
    };
    played(HistoryModel::Register, operations, ask, |name, _, value| {
        if name == "write" {
            held = value;
        }
        Some(held)
    })
}

/// The shortest of some decisions about a history.
fn decided(history: &History) -> (Duration, &'static str) {
    let mut best = (Duration::MAX, "");
    for _ in 0..TRIES {
        let capacity = (history.model == HistoryModel::BoundedQueue).then_some(CAPACITY);
        let settings = Settings { capacity, time_max: Some(TIME_MAX), ..Settings::default() };
        let judgement = black_box(history.check(&settings));
        best = best.min((judgement.took, judgement.verdict.name()));
        if judgement.undecided > 0 {
            break;
        }
    }
    best
}

fn row(name: &str, history: &History, reading: Option<Duration>) {
    let (took, verdict) = decided(history);
    let reading = reading.map(|reading| format!("{:.1} ms", reading.as_secs_f64() * 1e3)).unwrap_or_default();
    let operations = history.records.len();
    println!("{name:<40}  {operations:>9}  {reading:>12}  {:>9.2} ms  {verdict}", took.as_secs_f64() * 1e3);
}

fn main() {
    println!("{:<40}  {:>9}  {:>12}  {:>12}  verdict", "history", "operations", "read", "decided in");
    let files: Vec<(String, String)> = std::env::args()
        .filter_map(|argument| argument.split_once("=").map(|(model, file)| (model.to_owned(), file.to_owned())))
        .collect();
    for (model, file) in &files {
        let model = HistoryModel::named(model).unwrap_or_else(|| panic!("`{model}` is no model"));
        let start = Instant::now();
        let input = File::open(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let history = read(file, &mut BufReader::new(input), model).unwrap_or_else(|error| panic!("{error}"));
        row(file, &history, Some(start.elapsed()));
    }
    if files.is_empty() {
        played_rows();
    }
}

fn played_rows() {
    use HistoryModel::{Bag, PriorityQueue, Queue, Stack};
    let smallest = |held: &mut VecDeque<Value>| {
        // What is held is not long; that it is looked through is not measured.
        let place = (0..held.len()).min_by_key(|place| held[*place])?;
        held.remove(place)
    };
    row("map of 10,000 keys", &map(1_000_000), None);
    row("set of 1,000 elements", &set(560_000), None);
    row("queue", &container(Queue, 1_000_000, ["enqueue", "dequeue"], VecDeque::pop_front), None);
    row("stack", &container(Stack, 1_000_000, ["push", "pop"], VecDeque::pop_back), None);
    row("bag", &container(Bag, 1_000_000, ["put", "take"], VecDeque::pop_back), None);
    row("priority queue", &container(PriorityQueue, 1_000_000, ["push", "pop"], smallest), None);
    row("deque", &deque(1_000_000), None);
    row("bounded queue of 64", &bounded_queue(1_000_000, u64::MAX), None);
    row("bounded queue of 64, 1,000 values", &bounded_queue(1_000_000, 1_000), None);
    row("stack, 100 values", &stack_of_few_values(1_000_000), None);
    row("register of 5 values", &register(1_000_000), None);
    row("counter", &counter(1_000_000), None);
}
