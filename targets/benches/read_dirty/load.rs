//! The calls of each worker, drawn before the clock starts.

use std::fmt;

/// So many keys are settled before the first measured operation: few enough to stay in the cache, as the keys of a hot set do.
pub(crate) const SETTLED: u64 = 1_024;

/// Which keys are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// Settled ones.
    Overwrites,
    /// Keys that the map has never had.
    NewKeys,
}

impl fmt::Display for Writes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Overwrites => "writes overwrite settled keys",
            Self::NewKeys => "writes are new keys, reads ask for any key",
        })
    }
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    /// Reads a key.
    Get(u64),
    /// Writes a key.
    Insert(u64),
}

/// What all workers do in one slice.
pub(crate) struct Load {
    /// The calls of each worker.
    pub(crate) calls: Vec<Vec<Call>>,
}

impl Load {
    /// Draws the calls of each worker.
    pub(crate) fn new(writes: Writes, read_percent: f64, workers: usize, operations: usize) -> Self {
        let calls = (0..workers).map(|worker| worker_calls(writes, read_percent, worker as u64, operations));
        Self { calls: calls.collect() }
    }
}

/// Reads are even over all keys that the worker knows: the settled ones, and the new ones that it has written.
fn worker_calls(writes: Writes, read_percent: f64, worker: u64, operations: usize) -> Vec<Call> {
    let mut random = Random(worker + 1);
    let first_new = (worker + 1) << 32;
    let mut written = 0;
    let mut draw = |_| {
        let reads = (random.next() as f64) < read_percent / 100.0 * Random::RANGE as f64;
        let known = random.below(SETTLED + written);
        match (reads, writes) {
            (true, _) if known < SETTLED => Call::Get(known),
            (true, _) => Call::Get(first_new + known - SETTLED),
            (false, Writes::Overwrites) => Call::Insert(known),
            (false, Writes::NewKeys) => {
                written += 1;
                Call::Insert(first_new + written - 1)
            }
        }
    };
    (0..operations).map(&mut draw).collect()
}

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    const RANGE: u64 = 1 << 32;

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        squall_model::decision::mix(self.0 << 20) >> 32
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() * limit / Self::RANGE
    }
}
