//! Writes down every block that is handed out while a fault asks for checks: whether it lives, with which layout it was asked
//! for, and which stacks asked for and freed it. A free is held against that.
//!
//! A block that was handed out before, or found no room here, is unknown: nothing is said about it but what is certain without
//! knowing it. The table is of fixed size and never allocates; each bucket has a lock of its own.

use super::spin_lock::SpinLock;
use super::trace::TraceId;
use std::alloc::Layout;

/// How many blocks one bucket holds.
const WAYS: usize = 15;
/// How many buckets the table of this process has.
pub(super) const BUCKETS: usize = 65_536;
/// The system's allocator hands out multiples of this.
const GRAIN: usize = 16;
/// How far before an unknown address a block is looked for that it may lie in.
const INSIDE_GRAINS_MAX: usize = 8;

/// What is known of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) size: usize,
    align_log2: u8,
    pub(super) live: bool,
    /// Whether a worker asked for it inside an operation.
    pub(super) of_operation: bool,
    pub(super) allocated: TraceId,
    pub(super) freed: TraceId,
}

impl Entry {
    const NONE: Self = Self {
        size: 0,
        align_log2: 0,
        live: false,
        of_operation: false,
        allocated: TraceId::NONE,
        freed: TraceId::NONE,
    };

    /// A block that was just handed out.
    pub(super) const fn new(layout: Layout, of_operation: bool, allocated: TraceId) -> Self {
        let align_log2 = layout.align().trailing_zeros() as u8;
        Self { size: layout.size(), align_log2, live: true, of_operation, allocated, freed: TraceId::NONE }
    }

    pub(super) const fn align(&self) -> usize {
        1 << self.align_log2
    }

    /// The layout with which the block was asked for.
    pub(super) fn layout(&self) -> Option<Layout> {
        Layout::from_size_align(self.size, self.align()).ok()
    }
}

/// What a free is, by what is known of its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Free {
    /// The block lived, and was asked for with the same layout.
    Right,
    /// Nothing is known of the block.
    Unknown,
    /// The block had been freed before.
    Twice(Entry),
    /// The block lived, and was asked for with another layout. It is freed now.
    OtherLayout(Entry),
    /// The address lies so far inside of a living block.
    Inside(Entry, usize),
    /// No block begins at an address like this.
    Nowhere,
}

#[derive(Clone, Copy)]
struct Bucket {
    /// 0 is no block.
    addresses: [usize; WAYS],
    entries: [Entry; WAYS],
    /// From here on a freed block is looked for that can be forgotten.
    next: usize,
}

impl Bucket {
    const EMPTY: Self = Self { addresses: [0; WAYS], entries: [Entry::NONE; WAYS], next: 0 };

    fn find(&self, address: usize) -> Option<usize> {
        self.addresses.iter().position(|known| *known == address)
    }

    /// A place for a new block: an empty one, or that of a block that was freed some time ago.
    fn room(&mut self) -> Option<usize> {
        if let Some(empty) = self.find(0) {
            return Some(empty);
        }
        let place = (0..WAYS).map(|step| (self.next + step) % WAYS).find(|place| !self.entries[*place].live)?;
        self.next = (place + 1) % WAYS;
        Some(place)
    }
}

/// A table of blocks.
pub(super) struct Ledger<const SIZE: usize>([SpinLock<Bucket>; SIZE]);

/// The blocks of this process; untouched pages of it cost nothing.
pub(super) static LEDGER: Ledger<BUCKETS> = Ledger::new();

impl<const SIZE: usize> Ledger<SIZE> {
    const fn new() -> Self {
        Self([const { SpinLock::new(Bucket::EMPTY) }; SIZE])
    }

    fn bucket(&self, address: usize) -> &SpinLock<Bucket> {
        let mixed = (address / GRAIN).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        &self.0[(mixed >> 32) % SIZE]
    }

    /// Writes down a block that was just handed out; hands on whether there was room for it.
    pub(super) fn note_allocated(&self, address: usize, entry: Entry) -> bool {
        let mut bucket = self.bucket(address).lock();
        let Some(place) = bucket.find(address).or_else(|| bucket.room()) else { return false };
        bucket.addresses[place] = address;
        bucket.entries[place] = entry;
        true
    }

    /// Forgets a block that was just handed out and is not to be checked: an earlier one at its address is gone.
    pub(super) fn forget(&self, address: usize) {
        let mut bucket = self.bucket(address).lock();
        if let Some(place) = bucket.find(address) {
            bucket.addresses[place] = 0;
        }
    }

    /// Writes down that a block is about to be freed, and says what that free is. `trace` is asked for only if the block
    /// lived. Only where `inside` is asked for is an unknown address looked for in the blocks before it, which takes long.
    pub(super) fn note_freed(
        &self,
        address: usize,
        layout: Layout,
        inside: bool,
        trace: impl FnOnce() -> TraceId,
    ) -> Free {
        let known = self.mark_freed(address, layout);
        match known {
            Some(Free::Right | Free::OtherLayout(_)) => {
                // The stack is taken outside the lock: it takes long.
                let trace = trace();
                if trace != TraceId::NONE {
                    self.set_freed_trace(address, trace);
                }
                known.unwrap_or(Free::Unknown)
            }
            Some(wrong) => wrong,
            None if inside => self.judge_unknown(address),
            None => Self::judge_address(address),
        }
    }

    fn mark_freed(&self, address: usize, layout: Layout) -> Option<Free> {
        let mut bucket = self.bucket(address).lock();
        let place = bucket.find(address)?;
        let entry = &mut bucket.entries[place];
        if !entry.live {
            return Some(Free::Twice(*entry));
        }
        entry.live = false;
        let right = entry.size == layout.size() && entry.align() == layout.align();
        Some(if right { Free::Right } else { Free::OtherLayout(*entry) })
    }

    fn set_freed_trace(&self, address: usize, trace: TraceId) {
        let mut bucket = self.bucket(address).lock();
        if let Some(place) = bucket.find(address) {
            bucket.entries[place].freed = trace;
        }
    }

    /// A block that could not be grown lives on.
    pub(super) fn revive(&self, address: usize) {
        let mut bucket = self.bucket(address).lock();
        if let Some(place) = bucket.find(address) {
            bucket.entries[place].live = true;
            bucket.entries[place].freed = TraceId::NONE;
        }
    }

    /// What is known of the block at an address.
    pub(super) fn entry(&self, address: usize) -> Option<Entry> {
        let bucket = self.bucket(address).lock();
        bucket.find(address).map(|place| bucket.entries[place])
    }

    fn judge_unknown(&self, address: usize) -> Free {
        let grain = address & !(GRAIN - 1);
        let before = (0..INSIDE_GRAINS_MAX).map_while(|step| grain.checked_sub(step * GRAIN));
        for start in before.filter(|start| *start != address) {
            if let Some(entry) = self.entry(start) {
                let offset = address - start;
                let inside = entry.live && offset < entry.size;
                return if inside { Free::Inside(entry, offset) } else { Self::judge_address(address) };
            }
        }
        Self::judge_address(address)
    }

    fn judge_address(address: usize) -> Free {
        if address.is_multiple_of(GRAIN) { Free::Unknown } else { Free::Nowhere }
    }

    /// Looks at every block that lives and was asked for inside an operation.
    pub(super) fn each_live_of_operations(&self, mut look: impl FnMut(usize, Entry)) {
        for bucket in &self.0 {
            let bucket = *bucket.lock();
            let blocks = bucket.addresses.into_iter().zip(bucket.entries);
            for (address, entry) in blocks.filter(|(address, entry)| *address != 0 && entry.live && entry.of_operation)
            {
                look(address, entry);
            }
        }
    }

    /// The first address of the table, and the first one after it.
    pub(super) fn addresses(&self) -> (u64, u64) {
        let start = std::ptr::from_ref(self) as u64;
        (start, start + size_of::<Self>() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    fn live(size: usize) -> Entry {
        Entry::new(layout(size), true, TraceId::NONE)
    }

    fn freed<const SIZE: usize>(ledger: &Ledger<SIZE>, address: usize, size: usize) -> Free {
        ledger.note_freed(address, layout(size), true, || TraceId::NONE)
    }

    #[test]
    fn every_wrong_free_of_a_known_block_is_told_apart_and_a_right_one_is_right() {
        static LEDGER: Ledger<64> = Ledger::new();
        let ledger = &LEDGER;
        assert!(ledger.note_allocated(0x1000, live(64)) && ledger.note_allocated(0x2000, live(48)));
        assert!(matches!(freed(ledger, 0x1020, 32), Free::Inside(entry, 32) if entry.size == 64));
        assert_eq!(freed(ledger, 0x1044, 4), Free::Nowhere);
        assert_eq!(freed(ledger, 0x1040, 4), Free::Unknown);
        assert_eq!(freed(ledger, 0x1000, 64), Free::Right);
        assert!(matches!(freed(ledger, 0x1000, 64), Free::Twice(entry) if !entry.live && entry.size == 64));
        assert!(matches!(freed(ledger, 0x2000, 40), Free::OtherLayout(entry) if entry.size == 48));
        assert!(matches!(freed(ledger, 0x2000, 48), Free::Twice(_)));
    }

    #[test]
    fn an_address_that_is_handed_out_again_is_a_new_block() {
        static LEDGER: Ledger<64> = Ledger::new();
        let ledger = &LEDGER;
        ledger.note_allocated(0x1000, live(64));
        assert_eq!(freed(ledger, 0x1000, 64), Free::Right);
        ledger.note_allocated(0x1000, live(16));
        assert_eq!(freed(ledger, 0x1000, 16), Free::Right);
        ledger.forget(0x1000);
        assert_eq!(freed(ledger, 0x1000, 16), Free::Unknown);
        ledger.note_allocated(0x1000, live(16));
        assert_eq!(freed(ledger, 0x1000, 16), Free::Right);
        ledger.revive(0x1000);
        assert_eq!(freed(ledger, 0x1000, 16), Free::Right);
    }

    #[test]
    fn a_full_table_forgets_freed_blocks_and_never_living_ones() {
        static LEDGER: Ledger<1> = Ledger::new();
        let ledger = &LEDGER;
        let address = |number: usize| number * 0x1000;
        assert!((1..=WAYS).all(|number| ledger.note_allocated(address(number), live(8))));
        assert!(!ledger.note_allocated(address(100), live(8)));
        assert_eq!(freed(ledger, address(100), 8), Free::Unknown);
        assert_eq!(freed(ledger, address(3), 8), Free::Right);
        assert!(ledger.note_allocated(address(101), live(8)));
        assert_eq!(freed(ledger, address(3), 8), Free::Unknown);
        assert_eq!(freed(ledger, address(101), 8), Free::Right);
    }

    proptest! {
        /// Steps as address, size and whether the block is freed; the model is a map that forgets nothing.
        #[test]
        fn no_right_free_is_called_wrong_and_no_wrong_one_right(
            steps in prop::collection::vec((1_usize..200, 1_usize..16, any::<bool>()), 0..400),
        ) {
            static LEDGER: Ledger<4> = Ledger::new();
            (1..200).for_each(|number| LEDGER.forget(number * 0x1000));
            let mut model: HashMap<usize, (usize, bool)> = HashMap::new();
            for (number, size, free) in steps {
                let address = number * 0x1000;
                let known = model.get(&address).copied();
                if !free {
                    if !matches!(known, Some((_, true))) {
                        LEDGER.note_allocated(address, live(size));
                        model.insert(address, (size, true));
                    }
                    continue;
                }
                match (freed(&LEDGER, address, size), known) {
                    (Free::Unknown, _) => {}
                    (Free::Right, Some((asked, true))) => prop_assert_eq!(asked, size),
                    (Free::OtherLayout(entry), Some((asked, true))) => prop_assert!(asked != size && entry.size == asked),
                    (Free::Twice(_), Some((_, false))) => {}
                    (judged, known) => prop_assert!(false, "{judged:?} of {known:?}"),
                }
                if let Some((size, _)) = known {
                    model.insert(address, (size, false));
                }
            }
        }
    }

    #[test]
    fn of_many_threads_that_free_one_block_exactly_one_is_right() {
        static LEDGER: Ledger<8> = Ledger::new();
        let right = std::sync::atomic::AtomicU64::new(0);
        for round in 1..500 {
            LEDGER.note_allocated(round * 0x1000, live(32));
            std::thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(|| match freed(&LEDGER, round * 0x1000, 32) {
                        Free::Right => drop(right.fetch_add(1, std::sync::atomic::Ordering::Relaxed)),
                        judged => assert!(matches!(judged, Free::Twice(_)), "{judged:?}"),
                    });
                }
            });
        }
        assert_eq!(right.into_inner(), 499);
    }
}
