//! Message passing: a word is written, and then a mark that it is there. Whoever sees a released mark sees the word.

use squall_probe::script::{Expected, WrittenScript, answers};
use std::sync::atomic::{AtomicU32, Ordering};

/// A message and its mark.
#[derive(Debug, Default)]
pub struct Message {
    word: AtomicU32,
    there: AtomicU32,
}

/// `script.message_passing`.
#[derive(Debug)]
pub struct MessagePassing;

impl WrittenScript for MessagePassing {
    type Object = Message;
    const NAME: &'static str = "script.message_passing";
    const SUMMARY: &'static str = "a word is written and then released by a mark: whoever sees the mark sees the word";
    const THREADS: &'static [&'static str] = &["word = 1; there = 1 (release)", "read there (acquire); read word"];
    const OUTCOMES: &'static [Expected] = &[
        Expected::accepted("| 0 0", "the reader came first"),
        Expected::accepted("| 1 1", "the writer came first"),
        Expected::accepted("| 0 1", "the reader looked for the mark too early"),
        Expected::forbidden("| 1 0", "the mark was seen before what it stands for"),
    ];

    #[inline(always)]
    fn fresh() -> Message {
        Message::default()
    }

    #[inline(always)]
    fn act(message: &Message, thread: usize) -> u64 {
        if thread == 0 {
            message.word.store(1, Ordering::Relaxed);
            message.there.store(1, Ordering::Release);
            answers([])
        } else {
            let there = message.there.load(Ordering::Acquire) as u16;
            answers([there, message.word.load(Ordering::Relaxed) as u16])
        }
    }
}
