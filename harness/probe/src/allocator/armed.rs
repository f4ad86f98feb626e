//! What the allocator does while a fault is armed, and ever after where blocks have to be known: it hands out guarded, reused
//! or moved blocks, holds each free against the ledger, and poisons, keeps back or releases what was freed.

use super::checks;
use super::guard;
use super::quarantine::{self, Block};
use super::reuse;
use super::rules::{CHECKED, FAILURE, REALLOC, ReallocRule, failure_rule, realloc_rule};
use crate::fault::session;
use crate::thread_state::{self, ThreadState};
use squall_model::decision::{decide, fraction};
use squall_model::lanes;
use std::alloc::{GlobalAlloc, Layout, System};

/// What freed memory is overwritten with: not zero, not a valid pointer, and odd-looking in a dump.
pub(crate) const POISON_BYTE: u8 = 0xDE;

fn rule_of(mode: u32) -> Option<&'static ReallocRule> {
    (mode & REALLOC != 0).then(realloc_rule).flatten()
}

fn fails(mode: u32, size: usize) -> bool {
    mode & FAILURE != 0 && failure_rule().is_some_and(|rule| rule.fails(size))
}

#[cold]
pub(super) fn allocate(layout: Layout, mode: u32) -> *mut u8 {
    if fails(mode, layout.size()) {
        return std::ptr::null_mut();
    }
    let rule = rule_of(mode);
    let special = rule.filter(|_| !thread_state::with(ThreadState::exempt));
    let reused = |rule: &ReallocRule| rule.reuse_at_once.then(|| reuse(rule, layout)).flatten();
    let block = special.and_then(|rule| allocate_guarded(rule, layout).or_else(|| reused(rule)));
    let block = block.unwrap_or_else(|| allocate_from_system(layout));
    count_block(block);
    if mode & CHECKED != 0 {
        checks::note_allocated(rule, block, layout);
    }
    block
}

fn count_block(block: *mut u8) {
    if !block.is_null() {
        thread_state::with(|state| state.blocks.set(state.blocks.get() + 1));
    }
}

fn allocate_guarded(rule: &ReallocRule, layout: Layout) -> Option<*mut u8> {
    if rule.guard_share <= 0.0 {
        return None;
    }
    let (worker, count) = thread_state::with(|state| (state.number(), state.next_count(rule.fault)));
    rule.meter.count_offered();
    if fraction(decide(rule.seed, rule.decision_key, worker, count, 0)) >= rule.guard_share {
        return None;
    }
    let block = guard::allocate(layout);
    rule.meter.add_to_lane(if block.is_some() { lanes::REALLOC_GUARDED } else { lanes::REALLOC_GUARDS_LACKING }, 1);
    block
}

fn reuse(rule: &ReallocRule, layout: Layout) -> Option<*mut u8> {
    let block = reuse::STACKS.take(layout)?;
    rule.meter.add_to_lane(lanes::REALLOC_REUSED, 1);
    Some(std::ptr::with_exposed_provenance_mut(block.address))
}

#[cold]
pub(super) fn free(pointer: *mut u8, layout: Layout, mode: u32) {
    let rule = rule_of(mode);
    if mode & CHECKED == 0 {
        dispose(pointer, layout, rule);
    } else if let Some(block) = checks::note_freed(rule, pointer, layout) {
        if block.known && session().is_some_and(|session| session.segment.header().stopped()) {
            // What a dead block still says would make leaks look reachable.
            fill(pointer, block.layout.size(), 0);
        }
        dispose(pointer, block.layout, rule);
    }
}

/// Does with a freed block what the fault asks.
fn dispose(pointer: *mut u8, layout: Layout, rule: Option<&'static ReallocRule>) {
    if guard::contains(pointer.addr()) {
        guard::free(pointer.addr());
        return;
    }
    let mut block = Block { address: pointer.expose_provenance(), layout, poisoned: false };
    let Some(rule) = rule else {
        release(block);
        return;
    };
    if rule.poison {
        fill(pointer, layout.size(), POISON_BYTE);
        block.poisoned = rule.checks;
        rule.meter.add_to_lane(lanes::REALLOC_POISONED, 1);
    }
    if let Some(bytes_max) = rule.quarantine_bytes {
        rule.meter.add_to_lane(lanes::REALLOC_QUARANTINED, 1);
        quarantine::keep_back(block, bytes_max, release_from_quarantine);
    } else if rule.reuse_at_once && !thread_state::with(ThreadState::exempt) {
        reuse::STACKS.keep(block).into_iter().for_each(release);
    } else {
        release(block);
    }
    if !rule.meter.armed() {
        // Healed meanwhile: what was just kept back must not stay for ever.
        quarantine::release_all(release_from_quarantine);
        reuse::STACKS.take_all(release);
    }
}

#[expect(unsafe_code, reason = "an allocator writes to raw memory")]
fn fill(pointer: *mut u8, size: usize, byte: u8) {
    // SAFETY: the caller hands over a block of this size, which nobody uses any more, or nobody uses yet.
    unsafe { pointer.write_bytes(byte, size) }
}

#[expect(unsafe_code, reason = "an allocator calls the system's")]
fn allocate_from_system(layout: Layout) -> *mut u8 {
    // SAFETY: the layout comes from a caller of `alloc`, who vouches that its size is not zero.
    unsafe { System.alloc(layout) }
}

/// Gives a block back to the system.
#[expect(unsafe_code, reason = "an allocator calls the system's")]
pub(super) fn release(block: Block) {
    // SAFETY: the block came from the system's allocator with this layout, and is handed over exactly once.
    unsafe { System.dealloc(std::ptr::with_exposed_provenance_mut(block.address), block.layout) }
}

/// Gives a block that was kept back to the system, after a look at its poison.
pub(super) fn release_from_quarantine(block: Block) {
    if block.poisoned {
        checks::look_for_writes(block);
    }
    release(block);
}

/// Grows or shrinks a block: anew, so that the address always changes, where the fault asks for it or the block is guarded.
#[cold]
pub(super) fn reallocate(pointer: *mut u8, layout: Layout, new_size: usize, mode: u32) -> *mut u8 {
    let Ok(new_layout) = Layout::from_size_align(new_size, layout.align()) else { return std::ptr::null_mut() };
    let checked = mode & CHECKED != 0;
    let mut layout = layout;
    let rule = rule_of(mode);
    if checked {
        match checks::note_freed(rule, pointer, layout) {
            Some(block) => layout = block.layout,
            None => return instead_of_misused(new_layout, mode),
        }
    }
    let moves = rule.is_some_and(|rule| rule.always_move);
    let grown = if moves || guard::contains(pointer.addr()) {
        grow_elsewhere(pointer, layout, new_layout, mode)
    } else {
        grow_in_place(pointer, layout, new_layout, mode)
    };
    if checked && grown.is_null() {
        checks::note_kept(pointer);
    }
    if let Some(rule) = rule.filter(|_| moves && !grown.is_null()) {
        rule.meter.add_to_lane(lanes::REALLOC_MOVED, 1);
    }
    grown
}

/// A block for whoever grows one that is not theirs: its content is nobody's.
fn instead_of_misused(layout: Layout, mode: u32) -> *mut u8 {
    let block = allocate(layout, mode);
    if !block.is_null() {
        fill(block, layout.size(), POISON_BYTE);
    }
    block
}

#[expect(unsafe_code, reason = "an allocator copies raw memory")]
fn grow_elsewhere(pointer: *mut u8, layout: Layout, new_layout: Layout, mode: u32) -> *mut u8 {
    let fresh = allocate(new_layout, mode);
    if !fresh.is_null() {
        // SAFETY: both blocks are at least as long as the shorter of the two sizes, and a new block overlaps no other.
        unsafe { fresh.copy_from_nonoverlapping(pointer, layout.size().min(new_layout.size())) }
        dispose(pointer, layout, rule_of(mode));
    }
    fresh
}

#[expect(unsafe_code, reason = "an allocator calls the system's")]
fn grow_in_place(pointer: *mut u8, layout: Layout, new_layout: Layout, mode: u32) -> *mut u8 {
    if fails(mode, new_layout.size()) {
        return std::ptr::null_mut();
    }
    // SAFETY: the block is the system's, since guarded ones are not grown in place, and the new size is a caller's of
    // `realloc`, who vouches for it.
    let grown = unsafe { System.realloc(pointer, layout, new_layout.size()) };
    if grown != pointer {
        count_block(grown);
    }
    if mode & CHECKED != 0 && !grown.is_null() {
        checks::note_allocated(rule_of(mode), grown, new_layout);
    }
    grown
}
