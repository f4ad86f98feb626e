//! A naive model of every object, and a checker that tries every order: written apart from the real ones, so that they can disagree.

use crate::history::forms::is_answer;
use crate::history::{Argument, HistoryModel, NEVER, Operations, Record, Value, Values, Verb};
use std::collections::BTreeMap;

/// What an object holds, as plainly as it can be said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Held {
    list: Vec<Value>,
    text: String,
    number: i64,
}

/// All objects by key.
pub(super) type World = BTreeMap<Value, Held>;

/// What an operation may lead to: what is held then, and what is answered.
type Effect = (Held, Option<Value>, Option<bool>);

pub(super) const CAPACITY: u32 = 2;

/// Numbers that follow from a seed and a count.
pub(super) struct Dice(u64, bool, bool);

impl Dice {
    /// The numbers of a seed. With an even one, what is put into containers is all different; with every fourth, what is put anywhere.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed, seed.is_multiple_of(2), seed.is_multiple_of(4))
    }

    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % sides
    }
}

pub(super) fn whole(number: u64) -> Value {
    Value::whole(number as i64).unwrap_or(Value::NULL)
}

fn number(value: Value) -> i64 {
    value.as_whole().unwrap_or(0)
}

/// Everything that an operation may do, by the naive model.
#[expect(clippy::too_many_lines, reason = "one table of all operations is read more easily than its pieces")]
pub(super) fn effects(model: HistoryModel, held: &Held, record: &Record, values: &mut Values) -> Vec<Effect> {
    let argument = record.argument;
    let with = |list: Vec<Value>| Held { list, ..held.clone() };
    let now = held.list.first().copied();
    let cell = |value: Value| with(if value == Value::NULL { vec![] } else { vec![value] });
    let value_now = now.unwrap_or(Value::NULL);
    let pushed = || with([&held.list[..], &[argument]].concat());
    let taken = |place: usize| {
        let mut list = held.list.clone();
        let value = list.remove(place);
        (with(list), Some(value), None)
    };
    match (model, record.verb) {
        (HistoryModel::Counter, verb) => {
            let more = match verb {
                Verb::Increment => 1,
                Verb::Decrement => -1,
                Verb::Read => 0,
                _ => number(argument),
            };
            let tells = matches!(verb, Verb::Read | Verb::FetchAdd);
            let answer = tells.then(|| Value::whole(held.number)).flatten();
            vec![(Held { number: held.number + more, ..held.clone() }, answer, None)]
        }
        (HistoryModel::Kv, verb) => {
            let argument = values.as_text(argument).unwrap_or_default().to_owned();
            let text = match verb {
                Verb::Put => argument,
                Verb::Append => held.text.clone() + &argument,
                _ => return vec![(held.clone(), Some(values.text(&held.text)), None)],
            };
            vec![(Held { text, ..held.clone() }, None, None)]
        }
        (HistoryModel::Set, verb) => {
            let is_there = held.list.contains(&argument);
            let without = || with(held.list.iter().copied().filter(|other| *other != argument).collect());
            match verb {
                Verb::Insert if !is_there => vec![(pushed(), None, Some(true))],
                Verb::Insert => vec![(held.clone(), None, Some(false))],
                Verb::Remove => vec![(without(), None, Some(is_there))],
                _ => vec![(held.clone(), None, Some(is_there))],
            }
        }
        (HistoryModel::Pool, Verb::Acquire) => {
            let free = (0..3).map(whole).filter(|thing| !held.list.contains(thing));
            let acquired = free.map(|thing| (with([&held.list[..], &[thing]].concat()), Some(thing), None));
            // How many things there are is not told, so that a pool may always refuse.
            acquired.chain([(held.clone(), Some(Value::NULL), None)]).collect()
        }
        (HistoryModel::Pool, _) => held
            .list
            .iter()
            .position(|thing| *thing == argument)
            .map(|place| (taken(place).0, None, None))
            .into_iter()
            .collect(),
        // Before each operation, an entry of a cache may be gone.
        (HistoryModel::Cache, _) => {
            let kept = effects(HistoryModel::Map, held, record, values);
            let gone = effects(HistoryModel::Map, &Held::default(), record, values);
            kept.into_iter().chain(gone).collect()
        }
        (HistoryModel::Bag, Verb::Pop) if !held.list.is_empty() => (0..held.list.len()).map(taken).collect(),
        (HistoryModel::Stack | HistoryModel::Deque, Verb::Pop) => match held.list.len() {
            0 => vec![(held.clone(), Some(Value::NULL), None)],
            length => vec![taken(length - 1)],
        },
        (HistoryModel::Stack, Verb::Peek) => {
            vec![(held.clone(), Some(held.list.last().copied().unwrap_or(Value::NULL)), None)]
        }
        (HistoryModel::PriorityQueue, Verb::Pop | Verb::Peek) => {
            let smallest = (0..held.list.len()).min_by_key(|place| number(held.list[*place]));
            match (smallest, record.verb) {
                (None, _) => vec![(held.clone(), Some(Value::NULL), None)],
                (Some(place), Verb::Pop) => vec![taken(place)],
                (Some(place), _) => vec![(held.clone(), Some(held.list[place]), None)],
            }
        }
        (_, Verb::Pop | Verb::Steal) if held.list.is_empty() => vec![(held.clone(), Some(Value::NULL), None)],
        (_, Verb::Pop | Verb::Steal) => vec![taken(0)],
        (HistoryModel::BoundedQueue, Verb::Push) if held.list.len() >= CAPACITY as usize => {
            vec![(held.clone(), None, Some(false))]
        }
        (HistoryModel::BoundedQueue, Verb::Push) => vec![(pushed(), None, Some(true))],
        (_, Verb::Push) => vec![(pushed(), None, None)],
        (_, Verb::Append) => vec![(pushed(), Value::whole(held.list.len() as i64), None)],
        (_, Verb::At) => {
            let there = held.list.get(number(argument) as usize).copied();
            vec![(held.clone(), Some(there.unwrap_or(Value::NULL)), None)]
        }
        (_, Verb::Length) => vec![(held.clone(), Value::whole(held.list.len() as i64), None)],
        (HistoryModel::Log, Verb::Read) => vec![(held.clone(), Some(values.list(&held.list)), None)],
        (_, Verb::Read | Verb::Peek) => vec![(held.clone(), Some(value_now), None)],
        (_, Verb::Write) => vec![(cell(argument), None, None)],
        (_, Verb::CompareAndSwap) => {
            let (from, to) = values.as_pair(argument).unwrap_or((Value::NULL, Value::NULL));
            let applies = value_now == from;
            vec![(if applies { cell(to) } else { held.clone() }, None, Some(applies))]
        }
        (_, Verb::GetOrInsert) => {
            let there = now.unwrap_or(argument);
            vec![(cell(there), Some(there), None)]
        }
        (_, Verb::Set) => {
            vec![(cell(now.unwrap_or(argument)), None, Some(now.is_none()))]
        }
        // A map's insertion replaces and tells what was there, or refuses if something was.
        (_, Verb::Insert) => vec![
            (cell(argument), Some(value_now), None),
            (cell(now.unwrap_or(argument)), None, Some(now.is_none())),
            (cell(argument), None, None),
        ],
        (_, Verb::Remove | Verb::Update) => {
            let new = if record.verb == Verb::Remove { Value::NULL } else { argument };
            let after = if now.is_some() { cell(new) } else { held.clone() };
            vec![
                (after.clone(), Some(value_now), None),
                (after.clone(), None, Some(now.is_some())),
                (after, None, None),
            ]
        }
        _ => vec![],
    }
}

/// Whether an operation that was answered so may have had this effect.
fn agrees(record: &Record, effect: &Effect) -> bool {
    !record.is_answered() || record.answer == effect.1 && record.applied == effect.2
}

/// Whether some order explains all answers that came up to a moment, by trying every order.
pub(super) fn is_explained(model: HistoryModel, records: &[Record], until: u32, values: &mut Values) -> bool {
    place(model, records, until, &World::new(), 0, values)
}

fn place(model: HistoryModel, records: &[Record], until: u32, world: &World, done: u32, values: &mut Values) -> bool {
    let left = |number: &usize| done & 1 << number == 0;
    let due = |number: &usize| records[*number].response <= until && records[*number].is_answered();
    let numbers = || (0..records.len()).filter(left);
    let Some(first_due) = numbers().filter(due).map(|number| records[number].response).min() else { return true };
    let candidates: Vec<usize> = numbers().filter(|number| records[*number].invocation < first_due).collect();
    candidates.into_iter().any(|number| {
        let record = &records[number];
        let held = world.get(&record.key).cloned().unwrap_or_default();
        let effects = effects(model, &held, record, values);
        effects.into_iter().filter(|effect| agrees(record, effect)).any(|(after, ..)| {
            let mut world = world.clone();
            world.insert(record.key, after);
            place(model, records, until, &world, done | 1 << number, values)
        })
    })
}

/// Whether some order that keeps the order of each process explains all answers that came up to a moment, by trying every order.
pub(super) fn is_explained_by_program(
    model: HistoryModel,
    records: &[Record],
    until: u32,
    values: &mut Values,
) -> bool {
    place_by_program(model, records, until, &Held::default(), 0, values)
}

fn place_by_program(
    model: HistoryModel,
    records: &[Record],
    until: u32,
    held: &Held,
    done: u32,
    values: &mut Values,
) -> bool {
    let is_left = |number: usize| done & 1 << number == 0;
    let is_due = |number: usize| is_left(number) && records[number].response <= until;
    if !(0..records.len()).any(is_due) {
        return true;
    }
    let waits = |number: usize| {
        let before = |other: usize| {
            let (record, earlier) = (&records[number], &records[other]);
            earlier.process == record.process && earlier.is_answered() && earlier.invocation < record.invocation
        };
        (0..records.len()).any(|other| is_left(other) && before(other))
    };
    let candidates: Vec<usize> = (0..records.len()).filter(|number| is_left(*number) && !waits(*number)).collect();
    candidates.into_iter().any(|number| {
        let effects = effects(model, held, &records[number], values);
        effects
            .into_iter()
            .filter(|effect| agrees(&records[number], effect))
            .any(|(after, ..)| place_by_program(model, records, until, &after, done | 1 << number, values))
    })
}

/// Gives the operations of one object to as few processes as can have asked them.
pub(super) fn among_few_processes(records: &mut [Record]) {
    let mut free_since: Vec<u32> = Vec::new();
    for record in records {
        record.key = Value::NULL;
        let free = free_since.iter().position(|since| *since < record.invocation);
        let process = free.unwrap_or_else(|| {
            free_since.push(0);
            free_since.len() - 1
        });
        // Whoever gets no answer goes on some day.
        free_since[process] = if record.is_answered() { record.response } else { record.invocation };
        record.process = whole(process as u64);
    }
}

/// A history as some real object might have left it: each operation takes effect somewhere between question and answer.
pub(super) fn lived(model: HistoryModel, operations_max: u64, dice: &mut Dice, values: &mut Values) -> Vec<Record> {
    let count = 2 + dice.roll(operations_max - 1);
    let mut moments: Vec<(u64, usize, u8)> = Vec::new();
    let mut records: Vec<Record> = Vec::new();
    for number in 0..count {
        let begins = dice.roll(60);
        let (acts, ends) = (begins + dice.roll(6), begins + 6 + dice.roll(6));
        moments.extend([(begins, number as usize, 0), (acts, number as usize, 1), (ends, number as usize, 2)]);
        records.push(question(model, number, dice, values));
    }
    moments.sort_unstable_by_key(|(time, number, step)| (*time, *step, *number));
    let mut world = World::new();
    for (line, (_, number, step)) in moments.into_iter().enumerate() {
        let record = &mut records[number];
        match step {
            0 => record.invocation = line as u32 + 1,
            1 => {
                let held = world.get(&record.key).cloned().unwrap_or_default();
                let effects = effects(model, &held, record, values);
                // What cannot be done, such as giving back what nobody has, is never answered.
                if effects.is_empty() {
                    continue;
                }
                // A pool that has something gives it.
                let likely = if model == HistoryModel::Pool { (effects.len() - 1).max(1) } else { effects.len() };
                let (after, answer, applied) = effects[dice.roll(likely as u64) as usize].clone();
                world.insert(record.key, after);
                (record.answer, record.applied, record.response) = (answer, applied, 0);
            }
            _ if record.response == 0 && dice.roll(10) > 0 => record.response = line as u32 + 1,
            _ => (record.answer, record.applied, record.response) = (None, None, NEVER),
        }
    }
    records.sort_unstable_by_key(|record| record.invocation);
    records
}

fn question(model: HistoryModel, number: u64, dice: &mut Dice, values: &mut Values) -> Record {
    let operations = model.operations();
    let Operations { verb, argument, .. } = operations[dice.roll(operations.len() as u64) as usize];
    let argument = match argument {
        Argument::Nothing => Value::NULL,
        Argument::Value if dice.1 && verb == Verb::Push || dice.2 => whole(number),
        Argument::Pair if dice.2 => values.list(&[whole(dice.roll(number + 1)), whole(number)]),
        // Of a priority queue, in another order than that in which they come.
        Argument::Whole if dice.1 && verb == Verb::Push => whole(number * 7 % 25 * 100 + number),
        Argument::Value | Argument::Element | Argument::Whole | Argument::Index => whole(dice.roll(3)),
        Argument::Text => values.text(["a", "b", "ab", "c"][dice.roll(4) as usize]),
        Argument::Pair => values.list(&[whole(dice.roll(3)), whole(dice.roll(3))]),
    };
    let (key, process) = (whole(dice.roll(4) / 3), whole(number));
    Record { process, key, verb, argument, answer: None, applied: None, invocation: 0, response: NEVER }
}

/// Changes one answer to another of the same form, or turns it round.
pub(super) fn mutate(model: HistoryModel, records: &mut [Record], dice: &mut Dice, values: &mut Values) {
    let mut others: Vec<Value> = records.iter().filter_map(|record| record.answer).collect();
    if model == HistoryModel::Kv {
        others.extend(["", "a", "ab"].map(|text| values.text(text)));
    } else if others.iter().all(|answer| answer.as_whole().is_some() || *answer == Value::NULL) {
        others.extend([whole(0), whole(1), whole(2)]);
    }
    // A pool may always be exhausted, so that this answer hardly ever is wrong.
    others.retain(|answer| model != HistoryModel::Pool || *answer != Value::NULL);
    let start = dice.roll(records.len() as u64) as usize;
    for step in 0..records.len() {
        let record = &mut records[(start + step) % records.len()];
        if let Some(applied) = &mut record.applied {
            *applied = !*applied;
            return;
        }
        let Some(answer) = &mut record.answer else { continue };
        let first = dice.roll(others.len().max(1) as u64) as usize;
        let form =
            model.operations().iter().find(|operation| operation.verb == record.verb).map(|operation| operation.answer);
        let fits = |other: &Value| form.is_some_and(|form| is_answer(form, Some(*other), None, values));
        let other = others[first..].iter().chain(&others[..first]).find(|other| *other != answer && fits(other));
        if let Some(other) = other {
            *answer = *other;
            return;
        }
    }
}
