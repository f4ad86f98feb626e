//! Short scripts: what is planted is found, what is right is not accused, and the model explains every order of whole calls.

#![cfg(feature = "crates")]

mod planted;

use proptest::prelude::*;
use squall_probe::script::{Draw, ScriptRehearsal, Written, rehearse_scripts};
use squall_probe::{NoParams, Workload};
use squall_targets::crates::{StdMutex, crossbeam_deque, crossbeam_queue, scc_bags};
use squall_targets::scripts::{
    BuiltTwice, Coherence, LostUpdate, MessagePassing, StoreBuffering, WholePair, WholeUpdate,
};
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::map::{
    Inserted, LockMapUnderTest, MapOperation, MapParams, MapScripts, MapUnderTest, MapWorkload, Removed,
};
use squall_targets::workloads::queue::{QueueScripts, QueueUnderTest};
use squall_targets::workloads::script::{At, Explanation, Family};
use std::sync::{Mutex, PoisonError};

/// Threads have to be under way at the same time, which those of other tests would hinder.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// What is planted is sought again so often: on a busy machine, threads may hardly ever meet.
const ATTEMPTS_MAX: u32 = 10;

/// How many samples of a script were forbidden, and how many there were.
fn rehearse<W: Workload>(scripts: u64, samples: u64) -> (u64, u64)
where
    W::Params: Default,
{
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let threads = W::SCRIPT_THREADS.unwrap_or(2);
    let rehearsal = ScriptRehearsal { workers: threads, operations: 3, scripts, samples, seed: 3 };
    let (reports, record) = rehearse_scripts::<W>(&W::Params::default(), rehearsal).unwrap();
    let explained = reports.iter().find(|report| report.oracle == "explained").unwrap();
    assert_eq!(explained.checked, record.samples);
    let told: u64 = record.tables.iter().flat_map(|table| &table.outcomes).map(|outcome| outcome.samples).sum();
    assert!(record.scripts > 16 || told == record.samples, "every sample has its row: {record:?}");
    (record.forbidden, record.samples)
}

#[test]
fn written_scripts_that_are_right_have_no_forbidden_outcome() {
    for (forbidden, samples) in [
        rehearse::<Written<StoreBuffering>>(1, 200_000),
        rehearse::<Written<MessagePassing>>(1, 200_000),
        rehearse::<Written<Coherence>>(1, 200_000),
        rehearse::<Written<WholePair>>(1, 50_000),
        rehearse::<Written<WholeUpdate>>(1, 200_000),
    ] {
        assert!(forbidden == 0 && samples >= 50_000, "{forbidden} of {samples}");
    }
}

#[test]
fn written_scripts_that_are_planted_are_found() {
    let found = |rehearse: fn() -> (u64, u64)| (0..ATTEMPTS_MAX).any(|_| rehearse().0 > 0);
    assert!(found(|| rehearse::<Written<LostUpdate>>(1, 2_000_000)), "no update was lost");
    assert!(found(|| rehearse::<Written<BuiltTwice>>(1, 500_000)), "nothing was built twice");
}

/// A map that takes the old value out before it puts the new one in, and says that it does not.
struct Vanishing(LockMapUnderTest<StdMutex>);

impl MapUnderTest for Vanishing {
    type Params = MapParams;
    const NAME: &'static str = "map.vanishing";
    const SUMMARY: &'static str = "planted bug: a key vanishes for a moment when it is inserted again";
    const OPERATIONS: &'static [MapOperation] = &[MapOperation::Get, MapOperation::Insert];

    fn build(params: &MapParams) -> Self {
        Self(LockMapUnderTest::build(params))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key)
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.remove(&key);
        self.0.insert(key, value);
        Inserted::Unsaid
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.remove(key)
    }

    fn for_each(&self, visit: impl FnMut(&Key, &Value)) {
        self.0.for_each(visit);
    }
}

#[test]
fn drawn_scripts_find_a_key_that_vanishes_for_a_moment_and_accuse_no_right_map() {
    assert!((0..ATTEMPTS_MAX).any(|_| rehearse::<MapWorkload<Vanishing>>(40, 5_000).0 > 0), "no key vanished");
    assert_eq!(rehearse::<MapWorkload<LockMapUnderTest<StdMutex>>>(40, 2_000).0, 0);
}

/// Draws a script, runs its calls one after the other in a drawn order, and asks whether that is explained; and then whether it
/// would be with another answer to the last call of the first thread.
fn explained<F: Family>(family: &F, seed: u64, other: u16) -> (bool, bool) {
    let mut draw = Draw::seeded(seed);
    let threads = draw.between(2, 4);
    let lengths: Vec<usize> = (0..threads).map(|_| draw.between(1, 3)).collect();
    let start = family.draw_start(&mut draw, threads, lengths.iter().sum());
    let calls: Vec<Vec<F::Call>> = (0..threads)
        .map(|thread| (0..lengths[thread]).map(|_| family.draw_call(&mut draw, thread, &start)).collect())
        .collect();
    let mut parts = Vec::new();
    let object = family.fresh(&start, threads, &mut parts);
    let mut answers: Vec<Vec<u16>> = vec![Vec::new(); threads];
    while answers.iter().zip(&lengths).any(|(answers, length)| answers.len() < *length) {
        let thread = draw.between(0, threads - 1);
        let place = answers[thread].len();
        if let Some(call) = calls[thread].get(place) {
            let at = At { thread: thread as u8, place: place as u8 };
            let answer = family.call(at, *call, &object, &mut parts[thread]);
            answers[thread].push(answer);
        }
    }
    let end = family.end(&start, object, &mut parts);
    let right = Explanation::of(family, &start, &calls, answers.clone(), end).exists();
    *answers[0].last_mut().unwrap() ^= other;
    (right, Explanation::of(family, &start, &calls, answers, end).exists())
}

fn queue<Q: QueueUnderTest>() -> QueueScripts<Q> {
    QueueScripts::new(&Q::Params::default(), &vec![1; Q::OPERATIONS.len()], 4).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_order_of_whole_calls_is_explained(seed in any::<u64>()) {
        let weights = vec![1; MapOperation::ForEach as usize + 1];
        let map = MapScripts::<LockMapUnderTest<StdMutex>>::new(&MapParams::default(), &weights);
        prop_assert!(explained(&map, seed, 0).0, "map");
        prop_assert!(explained(&queue::<crossbeam_queue::ArrayQueueUnderTest>(), seed, 0).0, "bounded queue");
        prop_assert!(explained(&queue::<crossbeam_queue::SegQueueUnderTest>(), seed, 0).0, "queue");
        prop_assert!(explained(&queue::<crossbeam_deque::DequeUnderTest>(), seed, 0).0, "deque");
        prop_assert!(explained(&queue::<scc_bags::StackUnderTest>(), seed, 0).0, "stack");
        prop_assert!(explained(&queue::<scc_bags::BagUnderTest>(), seed, 0).0, "bag");
    }

    #[test]
    fn an_element_that_nobody_put_in_is_never_explained(seed in any::<u64>()) {
        // The bit turns an element that was put in before into one that a thread put in, and an answer that is none into garbage.
        let family = queue::<crossbeam_queue::SegQueueUnderTest>();
        prop_assert!(!explained(&family, seed, 1 << 9).1);
    }
}

#[test]
fn the_workload_with_its_parameters_is_what_is_run() {
    let rehearsal = ScriptRehearsal { workers: 2, operations: 1, scripts: 1, samples: 10, seed: 1 };
    let (_, record) = rehearse_scripts::<Written<WholeUpdate>>(&NoParams::default(), rehearsal).unwrap();
    assert_eq!(record.tables[0].threads, ["word += 1", "word += 1"]);
    assert_eq!(record.tables[0].samples, record.samples);
}
