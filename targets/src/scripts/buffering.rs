//! Store buffering: each thread writes one word and then reads the other's. On x86-64, too, a read may overtake an earlier write to
//! another place, so that both read the old value; with sequentially consistent words, that must not happen.

use squall_probe::script::{Expected, WrittenScript, answers};
use std::sync::atomic::{AtomicU32, Ordering};

/// Two words.
#[derive(Debug, Default)]
pub struct Words {
    left: AtomicU32,
    right: AtomicU32,
}

const IN_TURN: &str = "one thread came first";
const TOGETHER: &str = "both wrote before either read";

/// `script.store_buffering`: with relaxed words.
#[derive(Debug)]
pub struct StoreBuffering;

/// `script.store_buffering_fenced`: with sequentially consistent words.
#[derive(Debug)]
pub struct FencedBuffering;

#[inline(always)]
fn write_then_read(words: &Words, thread: usize, ordering: Ordering) -> u64 {
    let (own, other) = if thread == 0 { (&words.left, &words.right) } else { (&words.right, &words.left) };
    own.store(1, ordering);
    answers([other.load(ordering) as u16])
}

impl WrittenScript for StoreBuffering {
    type Object = Words;
    const NAME: &'static str = "script.store_buffering";
    const SUMMARY: &'static str =
        "each thread writes one relaxed word and reads the other's: both may read the old value";
    const THREADS: &'static [&'static str] = &["left = 1; read right", "right = 1; read left"];
    const OUTCOMES: &'static [Expected] = &[
        Expected::accepted("0 | 1", IN_TURN),
        Expected::accepted("1 | 0", IN_TURN),
        Expected::accepted("1 | 1", TOGETHER),
        Expected::interesting("0 | 0", "both reads overtook the writes before them"),
    ];

    #[inline(always)]
    fn fresh() -> Words {
        Words::default()
    }

    #[inline(always)]
    fn act(words: &Words, thread: usize) -> u64 {
        write_then_read(words, thread, Ordering::Relaxed)
    }
}

impl WrittenScript for FencedBuffering {
    type Object = Words;
    const NAME: &'static str = "script.store_buffering_fenced";
    const SUMMARY: &'static str = "the same with sequentially consistent words: one of them reads the new value";
    const THREADS: &'static [&'static str] = StoreBuffering::THREADS;
    const OUTCOMES: &'static [Expected] = &[
        Expected::accepted("0 | 1", IN_TURN),
        Expected::accepted("1 | 0", IN_TURN),
        Expected::accepted("1 | 1", TOGETHER),
        Expected::forbidden("0 | 0", "both reads overtook the writes before them"),
    ];

    #[inline(always)]
    fn fresh() -> Words {
        Words::default()
    }

    #[inline(always)]
    fn act(words: &Words, thread: usize) -> u64 {
        write_then_read(words, thread, Ordering::SeqCst)
    }
}
