//! The workload that drives every map of words: each worker gets, inserts and removes keys of its own.

use super::word_map_under_test::WordMapUnderTest;
use super::written_keys::WrittenKeys;
use squall_probe::{Call, FinalCheck, NoParams, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// A worker finds under each of its keys what it left there.
const OWN_WRITES: Oracle = Oracle::new(0, "own_writes");

operations! {
    /// What a map of words is asked.
    pub enum WordOperation {
        Get = "get",
        Insert = "insert",
        Remove = "remove",
    }
}

/// The parameters of a map of words: none.
pub type WordParams = NoParams;

/// A map of words under load.
///
/// Points: `words.call` before each operation, where an error can be returned; `bucket_map.writing` while a bucket map is
/// marked as being written.
#[derive(Debug)]
pub struct WordMapWorkload<M> {
    map: M,
    workers: u32,
}

impl<M: WordMapUnderTest> Workload for WordMapWorkload<M> {
    type Operation = WordOperation;
    type Params = WordParams;
    type Local = WrittenKeys;
    const NAME: &'static str = M::NAME;
    const SUMMARY: &'static str = M::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_WRITES];
    const REALLOCATES: bool = true;

    fn build(_: &WordParams, setup: &Setup) -> Result<Self, String> {
        Ok(Self { map: M::build(), workers: setup.workers.max(1) })
    }

    fn step(
        &self,
        worker: &mut Worker,
        written: &mut WrittenKeys,
        call: Call<WordOperation>,
    ) -> Result<(), OperationError> {
        point!("words.call", |error| Err(error.into()));
        let key = WrittenKeys::own(call.key, worker.number(), self.workers);
        let (expected, found) = match call.operation {
            WordOperation::Get => (written.expected(key), self.map.get(key)),
            WordOperation::Insert => self.insert(written, key),
            WordOperation::Remove => self.remove(written, key),
        };
        if let Some(expected) = expected {
            worker.expect(OWN_WRITES, found == expected, || told(key, expected, found));
        }
        Ok(())
    }

    fn reallocate(&self) {
        self.map.rehash();
    }

    fn check(self, locals: Vec<WrittenKeys>, check: &mut FinalCheck) {
        for (key, expected) in locals.iter().flat_map(WrittenKeys::all) {
            let found = self.map.get(key);
            check.expect(OWN_WRITES, found == expected, || told(key, expected, found));
        }
    }
}

/// Each of these hands on what the key had to hold before, if known, and what it held.
impl<M: WordMapUnderTest> WordMapWorkload<M> {
    fn insert(&self, written: &mut WrittenKeys, key: u64) -> (Option<Option<u64>>, Option<u64>) {
        let (expected, value) = (written.begin(key), written.next_value());
        let replaced = self.map.insert(key, value);
        written.left(key, Some(value));
        (expected, replaced)
    }

    fn remove(&self, written: &mut WrittenKeys, key: u64) -> (Option<Option<u64>>, Option<u64>) {
        let expected = written.begin(key);
        let removed = self.map.remove(key);
        written.left(key, None);
        (expected, removed)
    }
}

fn told(key: u64, expected: Option<u64>, found: Option<u64>) -> String {
    format!("key {key} held {found:?}, its only writer left {expected:?}")
}
