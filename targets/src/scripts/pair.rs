//! A value of two words, written by one thread and read by another: word by word, it may be torn; as one 128-bit word, not.

use portable_atomic::{AtomicU128, Ordering};
use squall_probe::script::{Expected, WrittenScript, answers};
use std::sync::atomic::AtomicU64;

/// `script.torn_pair`: the hazard `torn-header` with two words. The planted forbidden outcome that a run must find.
#[derive(Debug)]
pub struct TornPair;

/// `script.whole_pair`: both halves in one 128-bit word.
#[derive(Debug)]
pub struct WholePair;

const THREADS: &[&str] = &["pair = (1, 1)", "read pair"];
const OUTCOMES: &[Expected] = &[
    Expected::accepted("| 0 0", "the reader came first"),
    Expected::accepted("| 1 1", "the writer came first"),
    Expected::forbidden("| _ _", "the reader saw halves of two pairs"),
];

impl WrittenScript for TornPair {
    type Object = [AtomicU64; 2];
    const NAME: &'static str = "script.torn_pair";
    const SUMMARY: &'static str = "planted bug: a value of two words is written and read word by word, and may be torn";
    const THREADS: &'static [&'static str] = THREADS;
    const OUTCOMES: &'static [Expected] = OUTCOMES;

    #[inline(always)]
    fn fresh() -> Self::Object {
        [const { AtomicU64::new(0) }; 2]
    }

    #[inline(always)]
    fn act(pair: &Self::Object, thread: usize) -> u64 {
        if thread == 1 {
            return answers(std::array::from_fn::<u16, 2, _>(|half| pair[half].load(Ordering::Relaxed) as u16));
        }
        pair.iter().for_each(|half| half.store(1, Ordering::Relaxed));
        answers([])
    }
}

impl WrittenScript for WholePair {
    type Object = AtomicU128;
    const NAME: &'static str = "script.whole_pair";
    const SUMMARY: &'static str = "a value of two words is written and read as one 128-bit word, and never torn";
    const THREADS: &'static [&'static str] = THREADS;
    const OUTCOMES: &'static [Expected] = OUTCOMES;

    #[inline(always)]
    fn fresh() -> AtomicU128 {
        AtomicU128::new(0)
    }

    #[inline(always)]
    fn act(pair: &AtomicU128, thread: usize) -> u64 {
        if thread == 1 {
            let pair = pair.load(Ordering::Relaxed);
            return answers([(pair >> 64) as u16, pair as u16]);
        }
        pair.store(1 << 64 | 1, Ordering::Relaxed);
        answers([])
    }
}
