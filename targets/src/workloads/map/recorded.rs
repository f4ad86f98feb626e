//! What a map is asked and answers, as the recorder of histories takes it: each key is an object of its own. An adapter's weaker
//! promises make weaker records, as they make weaker scripts.

use super::map_under_test::{Inserted, MapUnderTest, Removed};
use crate::tracked::Value;
use squall_probe::{Question, Told, Verb, Worker, exempt};
use std::cell::Cell;

fn told(value: Option<&Value>) -> Told {
    value.map_or(Told::Nothing, |value| Told::Number(value.number()))
}

pub(super) fn get(worker: &Worker, key: u64, get: impl FnOnce() -> Option<Value>) -> Option<Value> {
    let question = worker.ask(key, Verb::Read, None);
    let value = get();
    if question.is_recorded() {
        worker.answer(question, told(value.as_ref()));
    }
    value
}

/// Where a map takes the old value out before it puts the new one in, the removal is an operation beside the insertion.
pub(super) fn insert<M: MapUnderTest>(
    worker: &Worker,
    key: u64,
    given: u64,
    insert: impl FnOnce() -> Inserted,
) -> Inserted {
    let removal = (!M::REPLACES_AT_ONCE).then(|| worker.ask(key, Verb::Remove, None));
    let question = worker.ask(key, Verb::Insert, Some(given));
    let inserted = insert();
    if question.is_recorded() {
        let (removed, inserted) = match &inserted {
            Inserted::New => (Told::Nothing, Told::Nothing),
            // What was there was taken out by the removal; what came there since then gave way unseen.
            Inserted::Replaced(value) if removal.is_some() => (told(Some(value)), Told::Done),
            Inserted::Replaced(value) => (Told::Done, told(Some(value))),
            Inserted::Refused => (Told::Done, Told::Refused),
            Inserted::Unsaid => (Told::Done, Told::Done),
        };
        let is_refused = inserted == Told::Refused;
        worker.answer(question, inserted);
        match removal {
            Some(removal) if is_refused => worker.withdraw(removal),
            Some(removal) => worker.answer(removal, removed),
            None => {}
        }
    }
    inserted
}

pub(super) fn remove(worker: &Worker, key: u64, remove: impl FnOnce() -> Removed) -> Removed {
    let question = worker.ask(key, Verb::Remove, None);
    let removed = remove();
    if question.is_recorded() {
        let told = match &removed {
            Removed::Nothing => Told::Nothing,
            Removed::Value(value) => told(Some(value)),
            Removed::Unseen => Told::Applied,
        };
        worker.answer(question, told);
    }
    removed
}

/// `before` is what the last call of the change has found.
pub(super) fn update(
    worker: &Worker,
    key: u64,
    given: u64,
    before: &Cell<Option<u64>>,
    update: impl FnOnce() -> bool,
) -> bool {
    let question = worker.ask(key, Verb::Update, Some(given));
    let found = update();
    let told = match before.get() {
        Some(before) if found => Told::Number(before),
        _ if found => Told::Applied,
        _ => Told::Nothing,
    };
    worker.answer(question, told);
    found
}

pub(super) fn get_or_insert(worker: &Worker, key: u64, given: u64, get: impl FnOnce() -> Value) -> Value {
    let question = worker.ask(key, Verb::GetOrInsert, Some(given));
    let value = get();
    if question.is_recorded() {
        worker.answer(question, told(Some(&value)));
    }
    value
}

/// The removals of one `retain`, each from the moment at which the map asked about its key.
#[derive(Debug, Default)]
pub(super) struct Removals {
    asked: Vec<(Question, u64)>,
}

impl Removals {
    /// A new `retain` begins. Removals of one that a panic ended stay open.
    pub(super) fn begin(&mut self) {
        self.asked.clear();
    }

    /// A key was asked about, and is to be removed.
    pub(super) fn ask(&mut self, worker: &Worker, key: u64, value: &Value) {
        let question = worker.ask(key, Verb::Remove, None);
        if question.is_recorded() {
            exempt(|| self.asked.push((question, value.number())));
        }
    }

    /// The `retain` has ended. A map that asks again if something came between may have left an entry after all: then what
    /// became of it stays open.
    pub(super) fn answer(&mut self, worker: &Worker, asks_once: bool) {
        for (question, value) in self.asked.drain(..).filter(|_| asks_once) {
            worker.answer(question, Told::Number(value));
        }
    }
}
