//! The oracles judge rightly: clean over threads that use a correct container, and never over one that loses, doubles or
//! invents elements. An oracle that cannot fail proves nothing.

use squall_targets::containers::{BufferPool, Full, LockedMap, MutexBuffer, ShardedMap, SharedBuffer};
use squall_targets::tracked::Value;
use squall_targets::workloads::buffer::{BufferUnderTest, Element, RoundReport, Rounds};
use squall_targets::workloads::map::{Change, Ledger, Reckoning};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

const THREADS: u32 = 4;
const KEYS: u64 = 64;
const CAPACITY: usize = 256;

/// Lets all threads append, and hands on what each round's check came to.
fn rounds_of<B: BufferUnderTest + 'static>(appends: u64) -> Vec<RoundReport> {
    let rounds = Rounds::<B>::new(THREADS as usize, CAPACITY);
    let start = Barrier::new(THREADS as usize);
    let append = |worker| {
        let mut reports = Vec::new();
        start.wait();
        (0..appends).for_each(|_| rounds.append(worker, 4, |report| reports.push(report)));
        reports
    };
    let mut reports: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS as u8).map(|worker| scope.spawn(move || append(worker))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a worker ends")).collect()
    });
    reports.push(rounds.end_now());
    reports
}

/// The shared buffer with its window held open by giving the core away in it.
struct HeldOpen(SharedBuffer);

/// A buffer that makes one mistake, at the element of this number: what it appends instead.
struct Mistaken<const AT: usize, M: Mistake> {
    buffer: MutexBuffer,
    appended: AtomicUsize,
    mistake: std::marker::PhantomData<M>,
}

trait Mistake: Send + Sync + 'static {
    fn instead(element: u64) -> Vec<u64>;
}

struct Loses;
impl Mistake for Loses {
    fn instead(_: u64) -> Vec<u64> {
        Vec::new()
    }
}

struct Doubles;
impl Mistake for Doubles {
    fn instead(element: u64) -> Vec<u64> {
        vec![element, element]
    }
}

struct Invents;
impl Mistake for Invents {
    fn instead(element: u64) -> Vec<u64> {
        vec![element, Element { owner: 200, ..Element::unpack(element) }.pack()]
    }
}

struct KeepsFromEarlierRound;
impl Mistake for KeepsFromEarlierRound {
    fn instead(element: u64) -> Vec<u64> {
        let element = Element::unpack(element);
        vec![Element { round: element.round - 1, ..element }.pack()]
    }
}

/// The parts of an adapter that only pass on to the buffer inside.
macro_rules! passed_on {
    ($($inside:tt)+) => {
        const NAME: &'static str = "buffer.test";
        const SUMMARY: &'static str = "a buffer for tests";

        fn read(&self, place: usize) -> Option<u64> {
            BufferUnderTest::read(&self.$($inside)+, place)
        }

        fn for_each(&mut self, visit: impl FnMut(u64)) {
            BufferUnderTest::for_each(&mut self.$($inside)+, visit);
        }

        fn clear(&mut self) {
            BufferUnderTest::clear(&mut self.$($inside)+);
        }

        fn relocate(&mut self) {
            BufferUnderTest::relocate(&mut self.$($inside)+);
        }
    };
}

impl BufferUnderTest for HeldOpen {
    passed_on!(0);

    fn build(_: usize, capacity: usize) -> Self {
        Self(SharedBuffer::new(capacity))
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.0.append_with(element, std::thread::yield_now)
    }
}

impl<const AT: usize, M: Mistake> BufferUnderTest for Mistaken<AT, M> {
    passed_on!(buffer);

    fn build(_: usize, capacity: usize) -> Self {
        let buffer = MutexBuffer::new(capacity);
        Self { buffer, appended: AtomicUsize::new(0), mistake: std::marker::PhantomData }
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        let mistaken = self.appended.fetch_add(1, Ordering::Relaxed) == AT;
        let elements = if mistaken { M::instead(element) } else { vec![element] };
        elements.into_iter().try_for_each(|element| self.buffer.append(element))
    }
}

#[test]
fn no_round_of_a_repaired_buffer_misses_an_element() {
    for reports in [rounds_of::<MutexBuffer>(5_000), rounds_of::<BufferPool>(5_000)] {
        assert!(reports.iter().all(RoundReport::is_clean), "{reports:?}");
        assert_eq!(reports.iter().map(|report| report.appended).sum::<u64>(), 5_000 * 4 * u64::from(THREADS));
        assert!(reports.len() > 100, "{} rounds", reports.len());
    }
}

#[test]
fn the_shared_buffer_loses_elements_when_its_window_is_held_open() {
    let reports = rounds_of::<HeldOpen>(5_000);
    let broken: Vec<_> = reports.iter().filter(|report| !report.is_clean()).collect();
    assert!(broken.len() * 2 > reports.len(), "{} of {} rounds", broken.len(), reports.len());
    assert!(broken[0].to_string().contains(" elements lost: worker "), "{}", broken[0]);
}

#[test]
fn memory_stays_bounded_when_appends_never_get_anywhere() {
    struct Forgetful;
    impl BufferUnderTest for Forgetful {
        const NAME: &'static str = "buffer.test";
        const SUMMARY: &'static str = "a buffer that keeps nothing";

        fn build(_: usize, _: usize) -> Self {
            Self
        }
        fn append(&self, _: usize, _: u64) -> Result<(), Full> {
            Ok(())
        }
        fn read(&self, _: usize) -> Option<u64> {
            None
        }
        fn for_each(&mut self, _: impl FnMut(u64)) {}
        fn clear(&mut self) {}
        fn relocate(&mut self) {}
    }
    let reports = rounds_of::<Forgetful>(2_000);
    assert!(reports.iter().all(|report| report.appended <= CAPACITY as u64 * u64::from(THREADS)));
    assert_eq!(reports.iter().map(|report| report.lost.count).sum::<u64>(), 2_000 * 4 * u64::from(THREADS));
}

/// What is wrong, as lost, doubled and foreign, after one worker appended a few elements to a mistaken buffer.
fn mistakes<M: Mistake>() -> (u64, u64, u64, String) {
    let rounds = Rounds::<Mistaken<7, M>>::new(1, CAPACITY);
    rounds.append(0, 20, |_| ());
    let report = rounds.end_now();
    (report.lost.count, report.doubled.count, report.foreign.count, report.to_string())
}

#[test]
fn a_planted_lost_element_is_named() {
    let text = "1 elements lost: worker 0 #7; 20 appended in this round";
    assert_eq!(mistakes::<Loses>(), (1, 0, 0, text.to_owned()));
}

#[test]
fn a_planted_doubled_or_foreign_element_is_named() {
    assert!(mistakes::<Doubles>().3.starts_with("1 elements doubled: worker 0 #7"));
    assert!(mistakes::<Invents>().3.starts_with("1 elements foreign: worker 200 #7"));
    let (lost, doubled, foreign, _) = mistakes::<KeepsFromEarlierRound>();
    assert_eq!((lost, doubled, foreign), (1, 0, 1));
}

#[test]
fn a_report_names_a_few_elements_and_counts_the_rest() {
    let mut report = RoundReport::default();
    (0..100).for_each(|sequence| report.lost.add(Element { round: 1, owner: 3, sequence }));
    let text = report.to_string();
    assert!(text.starts_with("100 elements lost: worker 3 #0, worker 3 #1, "), "{text}");
    assert!(text.contains("#7, …") && !text.contains("#8"), "{text}");
}

#[test]
fn a_stamp_survives_its_packing() {
    let element = Element { round: 65_535, owner: 255, sequence: (1 << 40) - 1 };
    assert_eq!(Element::unpack(element.pack()), element);
}

/// What a map needs for the counting below.
trait Counted: Sync {
    fn insert(&self, key: u64, value: Value) -> Option<Value>;
    fn remove(&self, key: u64) -> Option<Value>;
    fn update(&self, key: u64, worker: u32, sequence: u64) -> bool;
    fn for_each(&self, visit: impl FnMut(&u64, &Value));
    fn reallocate(&self);
}

macro_rules! counted {
    ($($map:ty),+) => {$(
        impl Counted for $map {
            fn insert(&self, key: u64, value: Value) -> Option<Value> {
                self.insert(key, value)
            }
            fn remove(&self, key: u64) -> Option<Value> {
                self.remove(&key)
            }
            fn update(&self, key: u64, worker: u32, sequence: u64) -> bool {
                self.update(&key, |value| value.update(worker, sequence))
            }
            fn for_each(&self, visit: impl FnMut(&u64, &Value)) {
                self.for_each(visit);
            }
            fn reallocate(&self) {
                self.reallocate();
            }
        }
    )+};
}

counted!(ShardedMap<u64, Value>, LockedMap<u64, Value>);

/// A map that updates as one must not: it reads, lets others have their turn, and writes.
struct ReadThenWrite(ShardedMap<u64, Value>);

impl Counted for ReadThenWrite {
    fn insert(&self, key: u64, value: Value) -> Option<Value> {
        self.0.insert(key, value)
    }
    fn remove(&self, key: u64) -> Option<Value> {
        self.0.remove(&key)
    }
    fn update(&self, key: u64, worker: u32, sequence: u64) -> bool {
        let Some(mut value) = self.0.get(&key) else { return false };
        std::thread::yield_now();
        value.update(worker, sequence);
        self.0.insert(key, value);
        true
    }
    fn for_each(&self, visit: impl FnMut(&u64, &Value)) {
        self.0.for_each(visit);
    }
    fn reallocate(&self) {
        self.0.reallocate();
    }
}

fn work(map: &impl Counted, worker: u32, steps: u64) -> Ledger {
    let mut ledger = Ledger::default();
    for step in 0..steps {
        let key = (step * 7 + u64::from(worker) * 13) % KEYS;
        match step % 8 {
            0 => {
                ledger.begin(KEYS, key, Change::Insert);
                let replaced = map.insert(key, Value::new(key, worker, step));
                ledger.inserted(&replaced.into());
            }
            1 => {
                ledger.begin(KEYS, key, Change::Remove);
                let removed = map.remove(key);
                ledger.removed(&removed.into());
            }
            2 if step % 100 == 2 => map.reallocate(),
            _ => {
                ledger.begin(KEYS, key, Change::Update);
                let found = map.update(key, worker, step);
                ledger.updated(found);
            }
        }
    }
    ledger
}

/// Lets all threads work on a map, and hands on what the reckoning complains of.
fn complaints(map: &impl Counted) -> Vec<String> {
    let ledgers: Vec<Ledger> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|worker| scope.spawn(move || work(map, worker, 20_000))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a worker ends")).collect()
    });
    let mut reckoning = Reckoning::new(KEYS, false, ledgers);
    map.for_each(|key, value| {
        assert!(value.belongs_to(*key));
        reckoning.hold(*key, value);
    });
    reckoning.verdicts().flatten().collect()
}

#[test]
fn no_update_is_lost_in_a_map_that_updates_under_its_lock() {
    assert_eq!(complaints(&ShardedMap::new(4)), Vec::<String>::new());
    assert_eq!(complaints(&LockedMap::new()), Vec::<String>::new());
}

#[test]
fn updates_are_lost_in_a_map_that_reads_and_then_writes() {
    assert!(!complaints(&ReadThenWrite(ShardedMap::new(4))).is_empty());
}
