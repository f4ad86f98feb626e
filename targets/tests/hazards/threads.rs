//! Lets several threads begin at once, and waits for all of them.

use std::sync::Barrier;

/// How many threads a stress test uses.
pub(crate) const THREADS: usize = 4;

/// Runs `work` on all threads, each with its number; hands on what they came to.
pub(crate) fn together<R: Send>(work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let start = Barrier::new(THREADS);
    let run = |number| {
        start.wait();
        work(number)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|number| scope.spawn(move || run(number))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread ends")).collect()
    })
}
