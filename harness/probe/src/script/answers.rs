//! Answers of one thread in one word, so that an outcome is a few words that are quickly compared.

use squall_model::SCRIPT_OPERATIONS_MAX;

/// How many bits an answer has.
pub const ANSWER_BITS: u32 = 12;
/// The largest answer.
pub const ANSWER_MAX: u16 = (1 << ANSWER_BITS) - 1;

/// Packs at most five answers, the first one lowest.
///
/// ```
/// use squall_probe::script::{packed, unpacked};
/// assert!(unpacked(packed([3, 0, 4095]), 3).eq([3, 0, 4095]));
/// ```
#[inline]
#[must_use]
pub fn packed(answers: impl IntoIterator<Item = u16>) -> u64 {
    let mut word = 0;
    for (place, answer) in (0..SCRIPT_OPERATIONS_MAX).zip(answers) {
        word |= u64::from(answer.min(ANSWER_MAX)) << (place * ANSWER_BITS);
    }
    word
}

/// The first `count` answers of a word.
pub fn unpacked(word: u64, count: usize) -> impl Iterator<Item = u16> {
    let count = (count as u32).min(SCRIPT_OPERATIONS_MAX);
    (0..count).map(move |place| (word >> (place * ANSWER_BITS)) as u16 & ANSWER_MAX)
}

/// What a thread of a written script read: at most five small numbers, of which it is remembered how many they are.
///
/// ```
/// use squall_probe::script::answers;
/// assert_ne!(answers([0]), answers([0, 0]));
/// ```
#[inline(always)]
#[must_use]
pub fn answers<const COUNT: usize>(read: [u16; COUNT]) -> u64 {
    packed(read.map(|number| number.saturating_add(1)))
}

/// The numbers that a thread of a written script read.
pub(super) fn numbers(word: u64) -> impl Iterator<Item = u16> {
    unpacked(word, SCRIPT_OPERATIONS_MAX as usize).take_while(|answer| *answer > 0).map(|answer| answer - 1)
}
