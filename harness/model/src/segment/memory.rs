//! The misuse of memory that a subject's allocator noted: a few rows of addresses, which outlive the subject.

use crate::memory::{MemoryMisuse, WRITTEN_BYTES_MAX};
use crate::phase::Phase;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most addresses of one stack that are kept.
pub const TRACE_FRAMES_MAX: usize = 16;
/// So many kinds and places of misuse are told apart; others are only counted.
pub const MEMORY_ROWS: usize = 64;

const HEADER_WORDS: usize = 16;
const LOAD_ADDRESS: usize = 0;
/// The counts of all misuse, one for each kind.
const COUNTS: usize = 1;

const ROW_WORDS: usize = 64;
/// The kind's index and one more, written last; 0 is an empty row.
const KIND: usize = 0;
const COUNT: usize = 1;
const KEY: usize = 2;
const SIZE: usize = 3;
const ALIGN: usize = 4;
const GIVEN_SIZE: usize = 5;
const GIVEN_ALIGN: usize = 6;
const OFFSET: usize = 7;
const WRITTEN_BYTES: usize = 8;
const WRITTEN: usize = 9;
const WORKER: usize = 11;
const PHASE: usize = 12;
const STACK: usize = 16;
const ALLOCATED: usize = STACK + TRACE_FRAMES_MAX;
const FREED: usize = ALLOCATED + TRACE_FRAMES_MAX;

pub(super) const MEMORY_WORDS: usize = HEADER_WORDS + MEMORY_ROWS * ROW_WORDS;

const _: () = assert!(FREED + TRACE_FRAMES_MAX == ROW_WORDS && WRITTEN_BYTES_MAX == 16);

/// A stack as return addresses, innermost first; 0 ends it.
pub type Trace = [u64; TRACE_FRAMES_MAX];

/// One misuse as it was caught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaughtMisuse {
    /// What was done.
    pub misuse: MemoryMisuse,
    /// How often.
    pub count: u64,
    /// The block's size.
    pub size: u64,
    /// The block's alignment.
    pub align: u64,
    /// Size and alignment with which it was freed, if they matter.
    pub given: Option<(u64, u64)>,
    /// Where in the block, if that matters.
    pub offset: Option<u64>,
    /// How many bytes were written, as far as they are kept.
    pub written_bytes: usize,
    /// What was written.
    pub written: [u8; WRITTEN_BYTES_MAX],
    /// The worker, if it is one.
    pub worker: Option<u32>,
    /// The phase, if one is under way.
    pub phase: Option<Phase>,
    /// The stack that was caught.
    pub stack: Trace,
    /// The stack that asked for the block.
    pub allocated: Trace,
    /// The stack that freed it.
    pub freed: Trace,
}

impl CaughtMisuse {
    /// A misuse of a block about which nothing else is known.
    pub const fn new(misuse: MemoryMisuse, size: u64, align: u64) -> Self {
        Self {
            misuse,
            count: 1,
            size,
            align,
            given: None,
            offset: None,
            written_bytes: 0,
            written: [0; WRITTEN_BYTES_MAX],
            worker: None,
            phase: None,
            stack: [0; TRACE_FRAMES_MAX],
            allocated: [0; TRACE_FRAMES_MAX],
            freed: [0; TRACE_FRAMES_MAX],
        }
    }

    /// What is alike in the misuse of many blocks: the kind and the stacks, or the size where no stack is known.
    fn key(&self) -> u64 {
        let known = self.stack[0] != 0 || self.allocated[0] != 0 || self.freed[0] != 0;
        let size = if known { 0 } else { self.size };
        let words = [self.misuse.index() as u64 + 1, size];
        let all = words.iter().chain(&self.stack).chain(&self.allocated).chain(&self.freed);
        all.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29))
    }
}

/// The rows in which the misuse of memory is noted. The subject's allocator is the only writer, one thread at a time.
#[derive(Debug, Clone, Copy)]
pub struct MemoryView<'a> {
    words: &'a [AtomicU64],
}

impl<'a> MemoryView<'a> {
    pub(super) const fn new(words: &'a [AtomicU64]) -> Self {
        Self { words }
    }

    fn row(&self, number: usize) -> &'a [AtomicU64] {
        let start = HEADER_WORDS + number * ROW_WORDS;
        &self.words[start..start + ROW_WORDS]
    }

    /// Notes where the program was loaded: what has to be taken from an address to find it in the program's file.
    pub fn set_load_address(&self, address: u64) {
        self.words[LOAD_ADDRESS].store(address, Ordering::Relaxed);
    }

    /// Where the program was loaded.
    pub fn load_address(&self) -> u64 {
        self.words[LOAD_ADDRESS].load(Ordering::Relaxed)
    }

    /// How often a kind of misuse was caught, those that no row has included.
    pub fn count(&self, misuse: MemoryMisuse) -> u64 {
        self.words[COUNTS + misuse.index()].load(Ordering::Relaxed)
    }

    /// Notes a misuse. Only one thread at a time may.
    pub fn note(&self, caught: &CaughtMisuse) {
        self.words[COUNTS + caught.misuse.index()].fetch_add(caught.count, Ordering::Relaxed);
        let key = caught.key();
        for number in 0..MEMORY_ROWS {
            let row = self.row(number);
            if row[KIND].load(Ordering::Acquire) == 0 {
                write(row, key, caught);
                return;
            }
            if row[KEY].load(Ordering::Relaxed) == key {
                row[COUNT].fetch_add(caught.count, Ordering::Relaxed);
                return;
            }
        }
    }

    /// What was noted. A row that was being written when the subject died is left out.
    pub fn caught(&self) -> impl Iterator<Item = CaughtMisuse> + use<'a> {
        let view = *self;
        (0..MEMORY_ROWS).filter_map(move |number| read(view.row(number)))
    }
}

fn write(row: &[AtomicU64], key: u64, caught: &CaughtMisuse) {
    let set = |place: usize, value: u64| row[place].store(value, Ordering::Relaxed);
    let (given_size, given_align) = caught.given.unwrap_or_default();
    set(COUNT, caught.count);
    set(KEY, key);
    set(SIZE, caught.size);
    set(ALIGN, caught.align);
    set(GIVEN_SIZE, given_size);
    set(GIVEN_ALIGN, given_align);
    set(OFFSET, caught.offset.map_or(0, |offset| offset + 1));
    set(WRITTEN_BYTES, caught.written_bytes as u64);
    let (words, _) = caught.written.as_chunks::<8>();
    words.iter().enumerate().for_each(|(place, bytes)| set(WRITTEN + place, u64::from_le_bytes(*bytes)));
    set(WORKER, caught.worker.map_or(0, |worker| u64::from(worker) + 1));
    set(PHASE, caught.phase.map_or(0, |phase| phase.index() as u64 + 1));
    for (start, trace) in [(STACK, &caught.stack), (ALLOCATED, &caught.allocated), (FREED, &caught.freed)] {
        trace.iter().enumerate().for_each(|(place, address)| set(start + place, *address));
    }
    row[KIND].store(caught.misuse.index() as u64 + 1, Ordering::Release);
}

fn read(row: &[AtomicU64]) -> Option<CaughtMisuse> {
    let kind = row[KIND].load(Ordering::Acquire);
    let misuse = *MemoryMisuse::ALL.get((kind as usize).wrapping_sub(1))?;
    let get = |place: usize| row[place].load(Ordering::Relaxed);
    let trace = |start: usize| std::array::from_fn(|place| get(start + place));
    let mut written = [0; WRITTEN_BYTES_MAX];
    let (words, _) = written.as_chunks_mut::<8>();
    words.iter_mut().enumerate().for_each(|(place, bytes)| *bytes = get(WRITTEN + place).to_le_bytes());
    Some(CaughtMisuse {
        misuse,
        count: get(COUNT),
        size: get(SIZE),
        align: get(ALIGN),
        given: (get(GIVEN_ALIGN) > 0).then(|| (get(GIVEN_SIZE), get(GIVEN_ALIGN))),
        offset: get(OFFSET).checked_sub(1),
        written_bytes: (get(WRITTEN_BYTES) as usize).min(WRITTEN_BYTES_MAX),
        written,
        worker: get(WORKER).checked_sub(1).map(|worker| worker as u32),
        phase: Phase::from_index((get(PHASE) as usize).wrapping_sub(1)),
        stack: trace(STACK),
        allocated: trace(ALLOCATED),
        freed: trace(FREED),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words() -> Vec<AtomicU64> {
        (0..MEMORY_WORDS).map(|_| AtomicU64::new(0)).collect()
    }

    proptest! {
        #[test]
        fn what_was_noted_is_read_as_it_was(
            kind in 0_usize..5, sizes in any::<[u64; 2]>(), given in any::<Option<(u64, u32)>>(),
            offset in proptest::option::of(0..u64::MAX), written in any::<[u8; 16]>(), bytes in 0_usize..=16,
            worker in any::<Option<u32>>(), traces in any::<[[u64; 16]; 3]>(), count in 1_u64..1_000,
        ) {
            let caught = CaughtMisuse {
                count,
                given: given.map(|(size, align)| (size, u64::from(align) + 1)),
                offset,
                written,
                written_bytes: bytes,
                worker,
                phase: Some(Phase::Fault),
                stack: traces[0],
                allocated: traces[1],
                freed: traces[2],
                ..CaughtMisuse::new(MemoryMisuse::ALL[kind], sizes[0], sizes[1])
            };
            let words = words();
            let view = MemoryView::new(&words);
            view.note(&caught);
            prop_assert_eq!(view.caught().collect::<Vec<_>>(), [caught]);
            prop_assert_eq!(view.count(caught.misuse), count);
        }

        #[test]
        fn no_content_of_the_rows_makes_a_reader_panic(content in proptest::collection::vec(any::<u64>(), MEMORY_WORDS)) {
            let words: Vec<AtomicU64> = content.into_iter().map(AtomicU64::new).collect();
            prop_assert!(MemoryView::new(&words).caught().count() <= MEMORY_ROWS);
        }
    }

    #[test]
    fn misuse_from_one_place_is_counted_in_one_row_and_what_no_row_has_is_counted_all_the_same() {
        let words = words();
        let view = MemoryView::new(&words);
        for address in 0..2 * MEMORY_ROWS as u64 {
            for size in [16, 32] {
                let mut caught = CaughtMisuse::new(MemoryMisuse::DoubleFree, size, 8);
                caught.stack[0] = address + 1;
                view.note(&caught);
            }
        }
        let rows: Vec<_> = view.caught().collect();
        assert_eq!(rows.len(), MEMORY_ROWS);
        assert!(rows.iter().all(|row| row.count == 2 && row.size == 16));
        assert_eq!(view.count(MemoryMisuse::DoubleFree), 4 * MEMORY_ROWS as u64);
    }
}
