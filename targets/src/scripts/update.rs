//! Two threads increment one word: by reading and writing it, one increment may be lost; by one instruction, none.

use squall_probe::script::{Expected, WrittenScript, answers};
use std::sync::atomic::{AtomicU32, Ordering};

/// `script.lost_update`: each thread reads the word and writes it.
#[derive(Debug)]
pub struct LostUpdate;

/// `script.whole_update`: each thread increments the word at once.
#[derive(Debug)]
pub struct WholeUpdate;

const THREADS: &[&str] = &["word += 1", "word += 1"];
const OUTCOMES: &[Expected] = &[
    Expected::accepted("0 | 1 | 2", "the first thread came first"),
    Expected::accepted("1 | 0 | 2", "the second thread came first"),
    Expected::forbidden("0 | 0 | 1", "an update was lost"),
];

impl WrittenScript for LostUpdate {
    type Object = AtomicU32;
    const NAME: &'static str = "script.lost_update";
    const SUMMARY: &'static str =
        "planted bug: two threads read a word, add one and write it, and an update may be lost";
    const THREADS: &'static [&'static str] = THREADS;
    const OUTCOMES: &'static [Expected] = OUTCOMES;

    #[inline(always)]
    fn fresh() -> AtomicU32 {
        AtomicU32::new(0)
    }

    #[inline(always)]
    fn act(word: &AtomicU32, _: usize) -> u64 {
        let before = word.load(Ordering::Relaxed);
        word.store(before + 1, Ordering::Relaxed);
        answers([before as u16])
    }

    fn end(word: AtomicU32) -> Option<u16> {
        Some(word.into_inner() as u16)
    }
}

impl WrittenScript for WholeUpdate {
    type Object = AtomicU32;
    const NAME: &'static str = "script.whole_update";
    const SUMMARY: &'static str = "two threads increment a word at once, and no update is lost";
    const THREADS: &'static [&'static str] = THREADS;
    const OUTCOMES: &'static [Expected] = OUTCOMES;

    #[inline(always)]
    fn fresh() -> AtomicU32 {
        AtomicU32::new(0)
    }

    #[inline(always)]
    fn act(word: &AtomicU32, _: usize) -> u64 {
        answers([word.fetch_add(1, Ordering::Relaxed) as u16])
    }

    fn end(word: AtomicU32) -> Option<u16> {
        Some(word.into_inner() as u16)
    }
}
