//! Coherence: whoever reads one word twice does not see it go back, however relaxed it is.

use squall_probe::script::{Expected, WrittenScript, answers};
use std::sync::atomic::{AtomicU32, Ordering};

/// `script.coherence`.
#[derive(Debug)]
pub struct Coherence;

impl WrittenScript for Coherence {
    type Object = AtomicU32;
    const NAME: &'static str = "script.coherence";
    const SUMMARY: &'static str =
        "one thread writes a relaxed word twice, the other reads it twice: it never goes back";
    const THREADS: &'static [&'static str] = &["word = 1; word = 2", "read word; read word"];
    const OUTCOMES: &'static [Expected] = &[
        Expected::forbidden("| 1 0", "the word went back"),
        Expected::forbidden("| 2 0", "the word went back"),
        Expected::forbidden("| 2 1", "the word went back"),
        Expected::accepted("| _ _", "the word went on, or stayed"),
    ];

    #[inline(always)]
    fn fresh() -> AtomicU32 {
        AtomicU32::new(0)
    }

    #[inline(always)]
    fn act(word: &AtomicU32, thread: usize) -> u64 {
        if thread == 0 {
            word.store(1, Ordering::Relaxed);
            word.store(2, Ordering::Relaxed);
            answers([])
        } else {
            let first = word.load(Ordering::Relaxed) as u16;
            answers([first, word.load(Ordering::Relaxed) as u16])
        }
    }
}
