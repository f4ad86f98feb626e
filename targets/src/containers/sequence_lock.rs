//! A repair of the hazard `torn-header`: readers look at a counter before and after, and read again if a writer came between.

use super::torn_header::Header;
use squall_probe::point;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Mutex, PoisonError};

/// A header behind a sequence lock.
///
/// **Guarantees.** Loading and storing are linearizable. Stores wait for each other; a load waits for a store that is under
/// way, and so is not lock-free: a writer that is held holds all readers. The counter does not come around in practice.
///
/// **Cost.** A load writes nothing, so that readers do not slow each other down: five loads and two fences that cost nothing on
/// x86-64, again for each store that comes between. A store takes one lock.
///
/// **Panics.** A store that panicked halfway leaves the counter odd; the next store completes it.
///
/// **Source.** Linux's `seqlock_t`; the fences are those of Boehm, *Can seqlocks get along with programming language memory
/// models?* (2012).
#[derive(Debug, Default)]
pub struct SequenceLock {
    sequence: AtomicU64,
    words: [AtomicUsize; 3],
    storing: Mutex<()>,
}

impl SequenceLock {
    /// The header of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the words between two steps of the counter.
    pub fn store(&self, header: Header) {
        let _storing = self.storing.lock().unwrap_or_else(PoisonError::into_inner);
        let odd = self.sequence.load(Ordering::Relaxed) | 1;
        self.sequence.store(odd, Ordering::Relaxed);
        fence(Ordering::Release);
        self.words[0].store(header.array, Ordering::Relaxed);
        point!("header.store.between");
        self.words[1].store(header.length, Ordering::Relaxed);
        self.words[2].store(header.capacity, Ordering::Relaxed);
        self.sequence.store(odd + 1, Ordering::Release);
    }

    /// Reads the words, as often as it takes to read those of one store.
    pub fn load(&self) -> Header {
        loop {
            if let Some(header) = self.try_load() {
                return header;
            }
            std::thread::yield_now();
        }
    }

    /// Reads the words once; `None` if a store came between or is under way.
    pub fn try_load(&self) -> Option<Header> {
        let before = self.sequence.load(Ordering::Acquire);
        let array = self.words[0].load(Ordering::Relaxed);
        point!("header.load.between");
        let [length, capacity] = [1, 2].map(|word: usize| self.words[word].load(Ordering::Relaxed));
        fence(Ordering::Acquire);
        let settled = before & 1 == 0 && self.sequence.load(Ordering::Relaxed) == before;
        settled.then_some(Header { array, length, capacity })
    }
}
