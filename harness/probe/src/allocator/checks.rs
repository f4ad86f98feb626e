//! Holds what is freed against what was handed out, and tells what does not fit: the stacks that asked for the block and freed
//! it, and the one that was caught.

use super::armed::POISON_BYTE;
use super::ledger::{Entry, Free, LEDGER};
use super::misuse;
use super::quarantine::Block;
use super::rules::ReallocRule;
use super::trace::{capture, keep_current, kept};
use crate::thread_state;
use squall_model::MemoryMisuse;
use squall_model::lanes;
use squall_model::segment::CaughtMisuse;
use std::alloc::Layout;

const WORD_BYTES: usize = size_of::<u64>();
const POISON_WORD: u64 = u64::from_ne_bytes([POISON_BYTE; WORD_BYTES]);

/// A block that may be freed.
pub(super) struct FreedBlock {
    /// The layout with which it was asked for, as far as that is known.
    pub(super) layout: Layout,
    /// Whether it was written down.
    pub(super) known: bool,
}

/// Writes down a block that was just handed out, or sees to it that no earlier one is taken for it.
#[inline(never)]
pub(super) fn note_allocated(rule: Option<&ReallocRule>, pointer: *mut u8, layout: Layout) {
    if pointer.is_null() {
        return;
    }
    let (exempt, of_operation) = thread_state::with(|state| (state.exempt(), state.operation.get().is_some()));
    let Some(rule) = rule.filter(|rule| rule.checks && !exempt) else {
        LEDGER.forget(pointer.addr());
        return;
    };
    let entry = Entry::new(layout, of_operation, keep_current());
    let noted = LEDGER.note_allocated(pointer.addr(), entry);
    rule.meter.add_to_lane(if noted { lanes::REALLOC_CHECKED } else { lanes::REALLOC_UNCHECKED }, 1);
}

/// Writes down that a block is freed. One that must not be is told, and kept from the system: the trial goes on.
#[inline(never)]
pub(super) fn note_freed(rule: Option<&ReallocRule>, pointer: *mut u8, layout: Layout) -> Option<FreedBlock> {
    let free = LEDGER.note_freed(pointer.addr(), layout, rule.is_some_and(|rule| rule.checks), keep_current);
    let caught = |misuse, entry: Entry| CaughtMisuse {
        stack: capture(),
        allocated: kept(entry.allocated),
        freed: kept(entry.freed),
        ..CaughtMisuse::new(misuse, entry.size as u64, entry.align() as u64)
    };
    let given = Some((layout.size() as u64, layout.align() as u64));
    match free {
        Free::Right => return Some(FreedBlock { layout, known: true }),
        // A guarded block ends at its page, so that it may begin anywhere.
        Free::Unknown => return Some(FreedBlock { layout, known: false }),
        Free::Nowhere if super::guard::contains(pointer.addr()) => return Some(FreedBlock { layout, known: false }),
        Free::OtherLayout(entry) => {
            misuse::note(CaughtMisuse { given, ..caught(MemoryMisuse::WrongLayout, entry) });
            return entry.layout().map(|layout| FreedBlock { layout, known: true });
        }
        Free::Twice(entry) => misuse::note(caught(MemoryMisuse::DoubleFree, entry)),
        Free::Inside(entry, offset) => {
            misuse::note(CaughtMisuse { offset: Some(offset as u64), ..caught(MemoryMisuse::InvalidFree, entry) });
        }
        Free::Nowhere => {
            let unknown = CaughtMisuse::new(MemoryMisuse::InvalidFree, 0, 0);
            misuse::note(CaughtMisuse { stack: capture(), given, ..unknown });
        }
    }
    None
}

/// A block that could not be grown lives on.
pub(super) fn note_kept(pointer: *mut u8) {
    LEDGER.revive(pointer.addr());
}

/// Tells a second free of a guarded block that the ledger did not know.
pub(super) fn note_guarded_twice() {
    misuse::note(CaughtMisuse { stack: capture(), ..CaughtMisuse::new(MemoryMisuse::DoubleFree, 0, 0) });
}

/// Tells what was written to a freed block while it was kept back.
pub(super) fn look_for_writes(block: Block) {
    let size = block.layout.size();
    let Some(offset) = first_written(size, |word| word_of(&block, word), |place| byte_of(&block, place)) else {
        return;
    };
    let mut caught = CaughtMisuse::new(MemoryMisuse::WriteAfterFree, size as u64, block.layout.align() as u64);
    caught.offset = Some(offset as u64);
    caught.written_bytes = (size - offset).min(caught.written.len());
    for place in 0..caught.written_bytes {
        caught.written[place] = byte_of(&block, offset + place);
    }
    if let Some(entry) = LEDGER.entry(block.address).filter(|entry| !entry.live) {
        (caught.allocated, caught.freed) = (kept(entry.allocated), kept(entry.freed));
    }
    misuse::note(caught);
}

#[expect(unsafe_code, reason = "an allocator reads raw memory")]
fn byte_of(block: &Block, place: usize) -> u8 {
    assert!(place < block.layout.size());
    // SAFETY: the place lies in the block, which is kept back, so nobody else has it, and which was filled when it was freed.
    // A stale pointer of the target may still write to it, which is what is looked for: hence the volatile read.
    unsafe { std::ptr::with_exposed_provenance::<u8>(block.address).add(place).read_volatile() }
}

#[expect(unsafe_code, reason = "an allocator reads raw memory")]
fn word_of(block: &Block, word: usize) -> u64 {
    assert!((word + 1) * WORD_BYTES <= block.layout.size());
    // SAFETY: as in `byte_of`; the system's blocks begin at multiples of 16, so that each word of one is aligned.
    unsafe { std::ptr::with_exposed_provenance::<u64>(block.address).add(word).read_volatile() }
}

/// Where the first byte lies that is not poison; whole words are looked at as long as there are any.
fn first_written(size: usize, word: impl Fn(usize) -> u64, byte: impl Fn(usize) -> u8) -> Option<usize> {
    let words = size / WORD_BYTES;
    let start = (0..words).find(|place| word(*place) != POISON_WORD).unwrap_or(words) * WORD_BYTES;
    (start..size).find(|place| byte(*place) != POISON_BYTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> Option<usize> {
        let word = |place: usize| u64::from_ne_bytes(bytes[place * 8..][..8].try_into().unwrap());
        first_written(bytes.len(), word, |place| bytes[place])
    }

    #[test]
    fn the_first_byte_that_is_not_poison_is_found_wherever_it_lies() {
        for size in 0..70 {
            let clean = vec![POISON_BYTE; size];
            assert_eq!(first(&clean), None);
            for place in 0..size {
                let mut written = clean.clone();
                written[place] = 0;
                written[size - 1] = 1;
                assert_eq!(first(&written), Some(place));
            }
        }
    }
}
