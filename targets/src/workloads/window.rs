//! The yardstick for faults that hold a window open: one worker reads a word twice, about 5 ns apart, and the others write it.
//! The oracle tells how often a write landed in between, so that control and faults compare.
//!
//! Nothing is wrong with it: a workload of which one knows how narrow the window is.

use squall_probe::{Call, OperationError, Oracle, Setup, Words, Worker, Workload, operations};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many writes as asked for did not land in the window. One answer is one try.
const UNTOUCHED: Oracle = Oracle::new(0, "untouched");
/// The worker that reads.
const READER: u32 = 0;
/// How long the reader waits before its window, and the longest that a writer waits, in rounds of about half a nanosecond:
/// most writes come after the window has begun.
const READER_ROUNDS: u64 = 200;
const WRITER_ROUNDS_MAX: u64 = 800;
/// How often a worker looks for the other before it lets its operation end, so that a trial can stop.
const LOOKS_MAX: u32 = 20_000;
/// After so many looks the other one probably waits for a processor.
const LOOKS_BEFORE_YIELD: u32 = 200;
/// How many writes one operation does where they come without being asked for.
const FREE_WRITES: u64 = 256;

operations! {
    /// What a window is asked.
    pub enum WindowOperation {
        Try = "try",
    }
}

squall_probe::params! {
    /// The parameters of a window.
    pub struct WindowParams {
        writes: u64 = 1, in 1.0..=1000000.0, "how many writes have to land in the window; 1 comes for each try, more come by themselves";
        brief: u64 = 0, in 0.0..=1000000000.0, "for so many of its first operations each worker also touches the word `brief`, which lives no longer";
    }
}

/// A word on a cache line of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Lonely(AtomicU64);

/// A window under load. Words: `shared`, which is read and written, and `brief`, which is gone after a while. Function: `WindowWorkload::between`, inside the window.
#[derive(Debug)]
pub struct WindowWorkload {
    writes: u64,
    /// The try for which a write is asked, and the last one that got it.
    asked: Lonely,
    answered: Lonely,
    shared: Lonely,
    brief: Lonely,
    brief_operations: u64,
}

impl Workload for WindowWorkload {
    type Operation = WindowOperation;
    type Params = WindowParams;
    /// How many operations the worker has done.
    type Local = u64;
    const NAME: &'static str = "window.narrow";
    const SUMMARY: &'static str = "yardstick: does a write land between two reads that are 5 ns apart?";
    const ORACLES: &'static [Oracle] = &[UNTOUCHED];
    const WORDS: &'static [&'static str] = &["shared", "brief"];

    fn build(params: &WindowParams, _: &Setup) -> Result<Self, String> {
        let (asked, answered, shared) = (Lonely::default(), Lonely::default(), Lonely::default());
        let (writes, brief_operations) = (params.writes, params.brief);
        Ok(Self { writes, asked, answered, shared, brief: Lonely::default(), brief_operations })
    }

    fn step(&self, worker: &mut Worker, done: &mut u64, _: Call<WindowOperation>) -> Result<(), OperationError> {
        if *done < self.brief_operations {
            *done += 1;
            let _watched = worker.watch("brief", &self.brief.0);
            self.brief.0.fetch_add(1, Ordering::Relaxed);
        }
        match (worker.number(), self.writes) {
            (READER, 1) => self.look_for_the_asked_write(worker),
            (READER, _) => self.look_for_free_writes(worker),
            (_, 1) => self.write_when_asked(),
            _ => self.write_freely(),
        }
        Ok(())
    }

    fn export(&self, words: &mut Words) {
        words.export("shared", &self.shared.0);
    }
}

impl WindowWorkload {
    /// How many writes land between two reads.
    fn window(&self) -> u64 {
        let before = self.shared.0.load(Ordering::Acquire);
        Self::between();
        self.shared.0.load(Ordering::Acquire).wrapping_sub(before)
    }

    /// The window's inside: a function of its own, so that a fault can aim at it.
    #[inline(never)]
    fn between() {
        black_box(());
    }

    fn look_for_the_asked_write(&self, worker: &mut Worker) {
        let number = self.asked.0.load(Ordering::Relaxed) + 1;
        if !waited_for(|| self.answered.0.load(Ordering::Acquire) + 1 == number) {
            return;
        }
        self.asked.0.store(number, Ordering::Release);
        pass_time(READER_ROUNDS);
        let landed = self.window();
        worker.expect(UNTOUCHED, landed == 0, || "a write landed in the window".to_owned());
    }

    fn write_when_asked(&self) {
        let mut number = 0;
        let asked = || {
            number = self.asked.0.load(Ordering::Acquire);
            number != self.answered.0.load(Ordering::Relaxed)
        };
        if !waited_for(asked) {
            return;
        }
        pass_time(scattered(number) % WRITER_ROUNDS_MAX);
        self.shared.0.fetch_add(1, Ordering::AcqRel);
        self.answered.0.store(number, Ordering::Release);
    }

    fn look_for_free_writes(&self, worker: &mut Worker) {
        let landed = self.window();
        worker.expect(UNTOUCHED, landed < self.writes, || format!("{} writes landed in the window", self.writes));
    }

    fn write_freely(&self) {
        for _ in 0..FREE_WRITES {
            self.shared.0.fetch_add(1, Ordering::AcqRel);
        }
    }
}

/// Waits for the other worker, but not for ever.
fn waited_for(mut ready: impl FnMut() -> bool) -> bool {
    (0..LOOKS_MAX).any(|look| {
        if look > LOOKS_BEFORE_YIELD {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
        ready()
    })
}

/// Turns consecutive numbers into scattered ones (Fibonacci hashing).
const fn scattered(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

fn pass_time(rounds: u64) {
    for round in 0..rounds {
        black_box(round);
    }
}
