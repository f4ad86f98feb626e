//! Puts questions and answers together: takes events in the order of time, hands on the history. What is wrong with an event
//! is found here, before anything is judged.

use crate::history::error::{HistoryProblem, quoted};
use crate::history::forms::{is_answer, is_argument};
use crate::history::kind::{Answer, Argument, HistoryModel, Operations};
use crate::history::record::{History, NEVER, Record};
use crate::history::value::{Value, Values};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// What an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A question.
    Invoke,
    /// Its answer.
    Ok,
    /// That it had no effect.
    Fail,
    /// That it is unknown whether it had one.
    Info,
}

impl Kind {
    /// The kind of that name.
    pub(super) fn named(name: &str) -> Result<Self, HistoryProblem> {
        match name {
            "invoke" => Ok(Self::Invoke),
            "ok" => Ok(Self::Ok),
            "fail" => Ok(Self::Fail),
            "info" => Ok(Self::Info),
            _ => Err(HistoryProblem::UnknownKind(quoted(name).to_string())),
        }
    }
}

/// One event of a history.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Whose it is.
    pub process: Value,
    /// What it tells.
    pub kind: Kind,
    /// The operation; an answer may leave it out.
    pub operation: Option<&'a str>,
    /// The object, if it is named.
    pub key: Option<Value>,
    /// The argument or the answer, if there is one.
    pub value: Option<Value>,
    /// Whether it was done or refused, if that is told.
    pub applied: Option<bool>,
}

/// What a process waits for.
#[derive(Debug)]
struct Open {
    record: u32,
    operation: &'static Operations,
    key: Option<Value>,
}

/// A history in the making.
#[derive(Debug)]
pub struct Assembly {
    model: HistoryModel,
    /// The values of all events.
    pub values: Values,
    records: Vec<Record>,
    open: HashMap<Value, Open, FixedState>,
}

/// The answer line of an operation that had no effect: no line has this number.
const UNDONE: u32 = 0;

impl Assembly {
    /// A history of no operations yet.
    #[must_use]
    pub fn new(model: HistoryModel) -> Self {
        let open = HashMap::with_hasher(FixedState::default());
        Self { model, values: Values::default(), records: Vec::new(), open }
    }

    /// The model that the history is checked as.
    #[must_use]
    pub const fn model(&self) -> HistoryModel {
        self.model
    }

    /// The history. What is open stays open.
    #[must_use]
    pub fn finish(self) -> History {
        let mut records = self.records;
        records.retain(|record| record.response != UNDONE);
        History { model: self.model, records, values: self.values }
    }

    /// Adds an event; lines count from 1 and rise.
    ///
    /// # Errors
    /// If it is wrong by itself or after what came before.
    pub fn add(&mut self, event: &Event<'_>, line: u32) -> Result<(), HistoryProblem> {
        match event.kind {
            Kind::Invoke => self.ask(event, line),
            Kind::Ok => self.answer(event, line),
            Kind::Fail => self.close(event).map(|open| self.records[open.record as usize].response = UNDONE),
            Kind::Info => self.close(event).map(|_| ()),
        }
    }

    fn ask(&mut self, event: &Event<'_>, line: u32) -> Result<(), HistoryProblem> {
        let name = event.operation.ok_or(HistoryProblem::Missing("op"))?;
        let operation =
            self.model.operation(name).ok_or_else(|| HistoryProblem::unknown(&quoted(name).to_string(), self.model))?;
        if let Some(open) = self.open.get(&event.process) {
            let open = self.records[open.record as usize].invocation;
            return Err(HistoryProblem::StillOpen { process: self.values.shown(event.process), open });
        }
        let (key, argument) = match (operation.argument, event.value, event.key) {
            (Argument::Element, None | Some(Value::NULL), Some(element)) => (Value::NULL, Some(element)),
            (_, argument, key) => (key.unwrap_or(Value::NULL), argument),
        };
        let fits = match argument {
            Some(argument) => is_argument(operation.argument, argument, &self.values),
            None => operation.argument == Argument::Nothing,
        };
        if !fits {
            let given =
                argument.map_or_else(|| "nothing".to_owned(), |given| quoted(&self.values.shown(given)).to_string());
            return Err(HistoryProblem::Argument { name: name.to_owned(), form: operation.argument.in_words(), given });
        }
        self.open.insert(event.process, Open { record: self.records.len() as u32, operation, key: event.key });
        self.records.push(Record {
            process: event.process,
            key,
            verb: operation.verb,
            argument: argument.filter(|_| operation.argument != Argument::Nothing).unwrap_or(Value::NULL),
            answer: None,
            applied: None,
            invocation: line,
            response: NEVER,
        });
        Ok(())
    }

    /// The question that an event closes.
    fn close(&mut self, event: &Event<'_>) -> Result<Open, HistoryProblem> {
        let Some(open) = self.open.remove(&event.process) else {
            return Err(HistoryProblem::NotAsked { process: self.values.shown(event.process) });
        };
        let line = self.records[open.record as usize].invocation;
        if let Some(name) = event.operation
            && !open.operation.names.contains(&name)
        {
            // A name that means nothing is the graver mistake.
            if self.model.operation(name).is_none() {
                return Err(HistoryProblem::unknown(&quoted(name).to_string(), self.model));
            }
            return Err(HistoryProblem::OtherAnswer {
                process: self.values.shown(event.process),
                what: "operation",
                answered: name.to_owned(),
                asked: open.operation.names[0].to_owned(),
                open: line,
            });
        }
        if let Some(key) = event.key
            && open.key != Some(key)
        {
            return Err(HistoryProblem::OtherAnswer {
                process: self.values.shown(event.process),
                what: "key",
                answered: quoted(&self.values.shown(key)).to_string(),
                asked: quoted(&self.values.shown(open.key.unwrap_or(Value::NULL))).to_string(),
                open: line,
            });
        }
        Ok(open)
    }

    fn answer(&mut self, event: &Event<'_>, line: u32) -> Result<(), HistoryProblem> {
        let Open { record, operation, .. } = self.close(event)?;
        let argument = self.records[record as usize].argument;
        let form = operation.answer;
        // Many recorders repeat the argument where there is nothing to answer.
        let repeats = form == Answer::MaybeTruth && event.value == Some(argument) && argument.as_truth().is_none();
        let mut answer = event.value.filter(|_| !repeats && form != Answer::Nothing);
        if !is_answer(form, answer, event.applied, &self.values) {
            let shown = answer.map(|answer| quoted(&self.values.shown(answer)).to_string());
            let given = shown.map_or_else(|| "missing".to_owned(), |shown| format!("`{shown}`"));
            return Err(HistoryProblem::Answer { name: operation.names[0].to_owned(), form: form.in_words(), given });
        }
        let mut applied = event.applied;
        match form {
            Answer::Applied => (answer, applied) = (None, Some(applied.unwrap_or(true))),
            Answer::Truth | Answer::MaybeTruth => {
                (answer, applied) = (None, applied.or(answer.and_then(Value::as_truth)));
            }
            Answer::MaybeIndex => answer = answer.filter(|answer| *answer != Value::NULL),
            Answer::Text if answer == Some(Value::NULL) => answer = Some(self.values.text("")),
            Answer::Before => {}
            _ => applied = None,
        }
        let record = &mut self.records[record as usize];
        (record.answer, record.applied, record.response) = (answer, applied, line);
        Ok(())
    }
}
