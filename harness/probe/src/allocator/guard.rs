//! Blocks that end at an unmapped page, and whose own page is unmapped when they are freed.
//!
//! An overrun and a use after free become a segmentation fault at the very instruction. After the GWP-ASan scheme (Serebryany
//! and others): a fixed arena of slots, each one data page and one guard page; freed slots are reused as late as possible.

use super::checks;
use super::spin_lock::SpinLock;
use std::alloc::Layout;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const PAGE_BYTES: usize = 4_096;
const SLOT_BYTES: usize = 2 * PAGE_BYTES;
/// How many guarded blocks can live at once. Each takes two of the process's mappings, of which Linux allows 65,530.
const SLOTS: usize = 16_384;
const ARENA_BYTES: usize = SLOTS * SLOT_BYTES;

/// The arena's address; 0 until it is first needed.
static ARENA: AtomicUsize = AtomicUsize::new(0);

/// Which slots hold a live block: a second free of one must not put it into the ring twice.
static LIVE: [AtomicBool; SLOTS] = [const { AtomicBool::new(false) }; SLOTS];

struct FreeSlots {
    /// Slots below have been used at least once.
    untouched: u32,
    ring: [u32; SLOTS],
    first: usize,
    length: usize,
}

static FREE_SLOTS: SpinLock<FreeSlots> =
    SpinLock::new(FreeSlots { untouched: 0, ring: [0; SLOTS], first: 0, length: 0 });

/// Reserves the arena, once.
///
/// # Errors
/// If the address space does not hold it, in words.
pub(super) fn reserve() -> Result<(), String> {
    if ARENA.load(Ordering::Acquire) != 0 {
        return Ok(());
    }
    // SAFETY: an anonymous mapping at an address of the kernel's choice touches no memory of ours.
    #[expect(unsafe_code, reason = "the arena is mapped by the operating system")]
    let arena = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            ARENA_BYTES,
            libc::PROT_NONE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if arena == libc::MAP_FAILED {
        return Err(format!("no address space for guarded blocks: {}", std::io::Error::last_os_error()));
    }
    ARENA.store(arena as usize, Ordering::Release);
    Ok(())
}

/// A block whose end is the beginning of an unmapped page, up to its alignment; `None` if it is larger than a page or
/// no slot is free.
pub(super) fn allocate(layout: Layout) -> Option<*mut u8> {
    let arena = ARENA.load(Ordering::Acquire);
    if arena == 0 || layout.size() == 0 || layout.size() > PAGE_BYTES || layout.align() > PAGE_BYTES {
        return None;
    }
    let slot = take_slot()?;
    let page = arena + slot as usize * SLOT_BYTES;
    if !protect(page, libc::PROT_READ | libc::PROT_WRITE) {
        give_slot(slot);
        return None;
    }
    LIVE[slot as usize].store(true, Ordering::Release);
    let start = (page + PAGE_BYTES - layout.size()) & !(layout.align() - 1);
    Some(std::ptr::with_exposed_provenance_mut(start))
}

/// Whether an address lies in the arena.
pub(super) fn contains(address: usize) -> bool {
    let arena = ARENA.load(Ordering::Acquire);
    arena != 0 && (arena..arena + ARENA_BYTES).contains(&address)
}

/// Unmaps the page of a guarded block, and lets its slot be reused once all others were. A second free of one is told, and
/// otherwise left alone.
pub(super) fn free(address: usize) {
    let slot = (address - ARENA.load(Ordering::Acquire)) / SLOT_BYTES;
    let page = ARENA.load(Ordering::Acquire) + slot * SLOT_BYTES;
    if !LIVE[slot].swap(false, Ordering::AcqRel) {
        checks::note_guarded_twice();
        return;
    }
    protect(page, libc::PROT_NONE);
    give_slot(slot as u32);
}

fn take_slot() -> Option<u32> {
    let mut free = FREE_SLOTS.lock();
    if (free.untouched as usize) < SLOTS {
        free.untouched += 1;
        return Some(free.untouched - 1);
    }
    if free.length == 0 {
        return None;
    }
    let slot = free.ring[free.first];
    free.first = (free.first + 1) % SLOTS;
    free.length -= 1;
    Some(slot)
}

fn give_slot(slot: u32) {
    let mut free = FREE_SLOTS.lock();
    let place = (free.first + free.length) % SLOTS;
    free.ring[place] = slot;
    free.length += 1;
}

/// Changes the protection of one page of the arena. A page that loses its protection loses its content, too.
fn protect(page: usize, protection: libc::c_int) -> bool {
    let address = std::ptr::with_exposed_provenance_mut(page);
    // SAFETY: the page belongs to the arena, which this module alone hands out; a page without protection is no longer
    // anybody's block.
    #[expect(unsafe_code, reason = "pages are protected by the operating system")]
    unsafe {
        if protection == libc::PROT_NONE {
            libc::madvise(address, PAGE_BYTES, libc::MADV_DONTNEED);
        }
        libc::mprotect(address, PAGE_BYTES, protection) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guarded_block_ends_at_its_page_and_is_aligned() {
        reserve().unwrap();
        for (size, align) in [(1, 1), (24, 8), (100, 64), (4_096, 4_096)] {
            let block = allocate(Layout::from_size_align(size, align).unwrap()).unwrap();
            assert!(contains(block.addr()) && block.addr().is_multiple_of(align));
            let page_end = (block.addr() | (PAGE_BYTES - 1)) + 1;
            assert!(page_end - (block.addr() + size) < align);
            free(block.addr());
        }
        assert!(allocate(Layout::from_size_align(4_097, 1).unwrap()).is_none());
    }
}
