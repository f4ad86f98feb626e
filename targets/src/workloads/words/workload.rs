//! The workload that drives every map of words: each worker gets, inserts and removes keys of its own.

use super::new_keys::NewKeys;
use super::word_map_under_test::WordMapUnderTest;
use super::written_keys::WrittenKeys;
use squall_probe::{
    Call, FinalCheck, HistoryModel, HistoryStart, OperationError, Oracle, Setup, Told, Verb, Worker, Workload,
    operations, params, point,
};
use std::hint::black_box;

/// A worker finds under each of its keys what it left there.
const OWN_WRITES: Oracle = Oracle::new(0, "own_writes");
/// A visit reads its key so often: a session is not looked up only once.
const READS_OF_VISIT: usize = 16;

operations! {
    /// What a map of words is asked.
    pub enum WordOperation {
        Get = "get",
        Insert = "insert",
        Remove = "remove",
        /// A key is read several times.
        Visit = "visit",
        /// A new key takes the place of the oldest, as in a cache: it is looked up in vain, written, and visited.
        TurnOver = "turn_over",
    }
}

params! {
    /// The parameters of a map of words.
    pub struct WordParams {
        prefill: bool = false, "whether every key is written and read once before the load begins";
    }
}

/// What one worker knows of the map.
#[derive(Debug, Default)]
pub struct WordMemory {
    written: WrittenKeys,
    new: NewKeys,
}

/// A map of words under load.
///
/// Points: `words.call` before each operation, where an error can be returned; `bucket_map.writing` while a bucket map is
/// marked as being written.
#[derive(Debug)]
pub struct WordMapWorkload<M> {
    map: M,
    workers: u32,
    prefilled: bool,
}

impl<M: WordMapUnderTest> Workload for WordMapWorkload<M> {
    type Operation = WordOperation;
    type Params = WordParams;
    type Local = WordMemory;
    const NAME: &'static str = M::NAME;
    const SUMMARY: &'static str = M::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_WRITES];
    const REALLOCATES: bool = M::REALLOCATES;
    const HISTORY: Option<HistoryModel> = Some(HistoryModel::Map);

    fn build(params: &WordParams, setup: &Setup) -> Result<Self, String> {
        let map = M::build();
        if params.prefill {
            (0..setup.keys).for_each(|key| _ = map.insert(key, 0));
            // Reading is what settles a key in a read/dirty map.
            (0..setup.keys).for_each(|key| _ = map.get(key));
        }
        Ok(Self { map, workers: setup.workers.max(1), prefilled: params.prefill })
    }

    fn step(
        &self,
        worker: &mut Worker,
        memory: &mut WordMemory,
        call: Call<WordOperation>,
    ) -> Result<(), OperationError> {
        point!("words.call", |error| Err(error.into()));
        let key = WrittenKeys::own(call.key, worker.number(), self.workers);
        let written = &mut memory.written;
        let (expected, found) = match call.operation {
            WordOperation::Get => (written.expected(key), self.get(worker, key)),
            WordOperation::Insert => self.insert(worker, written, key),
            WordOperation::Visit => (written.expected(key), self.visit(worker, key)),
            WordOperation::Remove => self.remove(worker, written, key),
            WordOperation::TurnOver => {
                self.turn_over(worker, &mut memory.new);
                return Ok(());
            }
        };
        if let Some(expected) = expected {
            worker.expect(OWN_WRITES, found == expected, || told(key, expected, found));
        }
        Ok(())
    }

    fn history_start(&self) -> HistoryStart {
        HistoryStart { capacity: None, first: self.prefilled.then_some((Verb::Insert, 0)) }
    }

    fn reallocate(&self) {
        self.map.rehash();
    }

    fn check(self, locals: Vec<WordMemory>, check: &mut FinalCheck) {
        let written = locals.iter().flat_map(|memory| memory.written.all());
        let new = locals.iter().flat_map(|memory| memory.new.all()).map(|key| (key, Some(key)));
        for (key, expected) in written.chain(new) {
            let found = self.map.get(key);
            check.expect(OWN_WRITES, found == expected, || told(key, expected, found));
        }
    }
}

/// Each of these hands on what the key had to hold before, if known, and what it held.
impl<M: WordMapUnderTest> WordMapWorkload<M> {
    fn insert(&self, worker: &Worker, written: &mut WrittenKeys, key: u64) -> (Option<Option<u64>>, Option<u64>) {
        let (expected, value) = (written.begin(key), written.next_value());
        let replaced = self.put(worker, key, value);
        written.left(key, Some(value));
        (expected, replaced)
    }

    fn remove(&self, worker: &Worker, written: &mut WrittenKeys, key: u64) -> (Option<Option<u64>>, Option<u64>) {
        let expected = written.begin(key);
        let removed = self.take(worker, key);
        written.left(key, None);
        (expected, removed)
    }

    /// What the key held at the last of many looks.
    fn visit(&self, worker: &Worker, key: u64) -> Option<u64> {
        (1..READS_OF_VISIT).for_each(|_| _ = black_box(self.get(worker, key)));
        self.get(worker, key)
    }

    fn turn_over(&self, worker: &mut Worker, new: &mut NewKeys) {
        if let Some(oldest) = new.expire() {
            let removed = self.take(worker, oldest);
            worker.expect(OWN_WRITES, removed == Some(oldest), || told(oldest, Some(oldest), removed));
        }
        let key = new.begin(worker.number(), self.workers);
        let before = self.get(worker, key);
        worker.expect(OWN_WRITES, before.is_none(), || told(key, None, before));
        let replaced = self.put(worker, key, key);
        worker.expect(OWN_WRITES, replaced.is_none(), || told(key, None, replaced));
        let found = self.visit(worker, key);
        worker.expect(OWN_WRITES, found == Some(key), || told(key, Some(key), found));
        new.settle(key);
    }
}

/// The calls of the map, each with what it answered recorded.
impl<M: WordMapUnderTest> WordMapWorkload<M> {
    fn get(&self, worker: &Worker, key: u64) -> Option<u64> {
        let question = worker.ask(key, Verb::Read, None);
        let found = self.map.get(key);
        worker.answer(question, found.map_or(Told::Nothing, Told::Number));
        found
    }

    fn put(&self, worker: &Worker, key: u64, value: u64) -> Option<u64> {
        let question = worker.ask(key, Verb::Insert, Some(value));
        let replaced = self.map.insert(key, value);
        worker.answer(question, replaced.map_or(Told::Nothing, Told::Number));
        replaced
    }

    fn take(&self, worker: &Worker, key: u64) -> Option<u64> {
        let question = worker.ask(key, Verb::Remove, None);
        let removed = self.map.remove(key);
        worker.answer(question, removed.map_or(Told::Nothing, Told::Number));
        removed
    }
}

fn told(key: u64, expected: Option<u64>, found: Option<u64>) -> String {
    format!("key {key} held {found:?}, its only writer left {expected:?}")
}
