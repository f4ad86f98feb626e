//! Takes what the workers of a trial recorded, each with stamps of its own events, hands on one history with the order of all events.

use super::kind::HistoryModel;
use super::record::{History, NEVER, Record};
use super::value::{Value, Values};
use crate::run::RecordedHistory;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use squall_model::segment::{HistoryRecord, Told};

/// Who is said to have given the objects what they held before the load.
const BEFORE_THE_LOAD: &str = "before the load";

/// An event: its stamp, whether it is an answer, and its operation. Of equal stamps the questions come first, so that operations
/// whose order is not known overlap.
type Moment = (u64, bool, u32);

impl History {
    /// The history that was recorded.
    #[must_use]
    pub fn recorded(model: HistoryModel, recorded: &RecordedHistory) -> Self {
        let mut values = Values::default();
        let operations: Vec<(u32, &HistoryRecord)> = (0..)
            .zip(&recorded.workers)
            .flat_map(|(worker, records)| records.iter().map(move |record| (worker, record)))
            .collect();
        let mut records = first(recorded, &operations, &mut values);
        let lines = Lines::of(recorded, &operations, 2 * records.len() as u32);
        let mut processes = Processes::default();
        let mut told: Vec<Record> = operations
            .iter()
            .zip(lines.0)
            .map(|((worker, record), (invocation, response))| {
                let process = processes.of(*worker, invocation, response, &mut values);
                let shown = Record { process, invocation, response, ..plain(record, &mut values) };
                // What was told after recording had ended is not known any more.
                if response == NEVER { Record { answer: None, applied: None, ..shown } } else { shown }
            })
            .collect();
        told.sort_unstable_by_key(|record| record.invocation);
        records.append(&mut told);
        Self { model, records, values }
    }
}

/// What each object was given before the load.
fn first(recorded: &RecordedHistory, operations: &[(u32, &HistoryRecord)], values: &mut Values) -> Vec<Record> {
    let Some((verb, number)) = recorded.start.first else { return Vec::new() };
    let mut objects: Vec<u64> = operations.iter().map(|(_, record)| record.object).collect();
    objects.sort_unstable();
    objects.dedup();
    let process = values.text(BEFORE_THE_LOAD);
    let argument = whole(number, values);
    let give = |(line, object): (u32, u64)| Record {
        process,
        key: whole(object, values),
        verb,
        argument,
        answer: None,
        applied: None,
        invocation: line,
        response: line + 1,
    };
    (1..).step_by(2).zip(objects).map(give).collect()
}

/// The lines of each operation's question and answer.
struct Lines(Vec<(u32, u32)>);

impl Lines {
    fn of(recorded: &RecordedHistory, operations: &[(u32, &HistoryRecord)], before: u32) -> Self {
        let known = |stamp: u64| recorded.ended.is_none_or(|ended| stamp < ended);
        let mut moments: Vec<Moment> = Vec::with_capacity(2 * operations.len());
        for (place, (_, record)) in (0..).zip(operations) {
            moments.push((record.invocation, false, place));
            if let Some((stamp, _)) = record.answer.filter(|(stamp, _)| known(*stamp)) {
                // A question's stamp is never above its answer's; whatever the segment says, neither is its line.
                moments.push((stamp.max(record.invocation), true, place));
            }
        }
        moments.sort_unstable();
        let mut lines = vec![(0, NEVER); operations.len()];
        for (line, (_, is_answer, place)) in (before + 1..).zip(moments) {
            let (invocation, response) = &mut lines[place as usize];
            if is_answer { *response = line } else { *invocation = line }
        }
        Self(lines)
    }
}

/// Who asks: a worker, until one of its operations is left open or goes on while it asks for another one. From then on it is
/// somebody else.
#[derive(Default)]
struct Processes {
    of_worker: HashMap<u32, Process, FixedState>,
}

/// Those that one worker has been.
#[derive(Default)]
struct Process {
    /// When the last operation of each ended, and its name. Whoever waits for an answer that never comes asks nothing else.
    free: Vec<(u32, Value)>,
    count: u32,
}

impl Processes {
    /// Operations of a worker come in the order of its questions.
    fn of(&mut self, worker: u32, invocation: u32, response: u32, values: &mut Values) -> Value {
        let Process { free, count } = self.of_worker.entry(worker).or_default();
        let process = match free.iter().position(|(ended, _)| *ended < invocation) {
            Some(place) => free.swap_remove(place).1,
            None => {
                *count += 1;
                if *count == 1 { whole(u64::from(worker), values) } else { values.text(&format!("{worker}.{count}")) }
            }
        };
        if response != NEVER {
            free.push((response, process));
        }
        process
    }
}

fn plain(record: &HistoryRecord, values: &mut Values) -> Record {
    let (answer, applied) = match record.answer.map(|(_, told)| told) {
        None | Some(Told::Done) => (None, None),
        Some(Told::Nothing) => (Some(Value::NULL), None),
        Some(Told::Number(number)) => (Some(whole(number, values)), None),
        Some(Told::Applied) => (None, Some(true)),
        Some(Told::Refused) => (None, Some(false)),
    };
    Record {
        process: Value::NULL,
        key: whole(record.object, values),
        verb: record.verb,
        argument: record.argument.map_or(Value::NULL, |argument| whole(argument, values)),
        answer,
        applied,
        invocation: 0,
        response: 0,
    }
}

/// A number as a value, whatever it is.
fn whole(number: u64, values: &mut Values) -> Value {
    let small = i64::try_from(number).ok().and_then(Value::whole);
    small.unwrap_or_else(|| values.json(&number.into()))
}
