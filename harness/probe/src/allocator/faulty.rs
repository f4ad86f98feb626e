//! The allocator itself: the system's, with one relaxed load in front of it until a fault is armed.

use super::failure::FailureRule;
use super::guard;
use super::published::Published;
use super::quarantine::{self, Block};
use crate::thread_state::{self, ThreadState};
use squall_model::decision::{decide, fraction};
use squall_model::fault::{AllocFailure, FaultPlan, Realloc};
use squall_model::lanes;
use squall_model::segment::MeterView;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What freed memory is overwritten with: not zero, not a valid pointer, and odd-looking in a dump.
pub(crate) const POISON_BYTE: u8 = 0xDE;

/// The global allocator of a target. Declare it once:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: squall_probe::FaultyAllocator = squall_probe::FaultyAllocator::new();
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct FaultyAllocator {
    /// Only `new` makes one.
    _private: (),
}

/// What is armed, as bits: 0 keeps the system's allocator alone in use.
static MODE: AtomicU32 = AtomicU32::new(0);
const REALLOC: u32 = 1;
const FAILURE: u32 = 2;
/// Stays set once a guarded block was handed out: its release must be recognised for ever.
const GUARDS_OUT: u32 = 4;
/// Whether any allocation came through here: whether this is the program's allocator.
static INSTALLED: AtomicBool = AtomicBool::new(false);

static REALLOC_RULE: Published<ReallocRule> = Published::nothing();
static FAILURE_RULE: Published<FailureRule> = Published::nothing();

/// An armed `realloc` fault, in a form that an allocator can read: plain numbers.
struct ReallocRule {
    fault: usize,
    seed: u64,
    decision_key: u64,
    always_move: bool,
    poison: bool,
    quarantine_bytes: Option<usize>,
    guard_share: f64,
    meter: MeterView<'static>,
}

impl FaultyAllocator {
    /// The allocator, disarmed.
    #[must_use]
    pub const fn new() -> Self {
        Self { _private: () }
    }
}

impl Default for FaultyAllocator {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the faulty allocator is this program's global allocator.
pub(crate) fn installed() -> bool {
    drop(std::hint::black_box(Box::new(0_u8)));
    INSTALLED.load(Ordering::Relaxed)
}

/// Arms the allocator's part of a `realloc` fault.
pub(crate) fn arm_realloc(
    seed: u64,
    plan: &FaultPlan,
    realloc: &Realloc,
    meter: MeterView<'static>,
) -> Result<(), String> {
    if !realloc.asks_allocator() {
        return Ok(());
    }
    require_installed()?;
    let guard_share = realloc.guard.map_or(0.0, squall_model::units::Percent::fraction);
    if guard_share > 0.0 {
        guard::reserve()?;
        MODE.fetch_or(GUARDS_OUT, Ordering::Release);
    }
    REALLOC_RULE.publish(ReallocRule {
        fault: plan.number as usize,
        seed,
        decision_key: plan.decision_key,
        always_move: realloc.always_move,
        poison: realloc.poison,
        quarantine_bytes: realloc.quarantine.map(|size| size.bytes() as usize),
        guard_share,
        meter,
    });
    MODE.fetch_or(REALLOC, Ordering::Release);
    Ok(())
}

/// Arms an `alloc_failure` fault.
pub(crate) fn arm_failure(
    seed: u64,
    plan: &FaultPlan,
    failure: &AllocFailure,
    meter: MeterView<'static>,
) -> Result<(), String> {
    require_installed()?;
    FAILURE_RULE.publish(FailureRule::new(seed, plan, failure, meter));
    MODE.fetch_or(FAILURE, Ordering::Release);
    Ok(())
}

fn require_installed() -> Result<(), String> {
    if installed() { Ok(()) } else { Err("squall's allocator is not the global allocator of the target".to_owned()) }
}

/// Heals the allocator's part of a fault: blocks that were kept back go to the system.
pub(crate) fn heal(fault: usize) {
    if REALLOC_RULE.get().is_some_and(|rule| rule.fault == fault) {
        REALLOC_RULE.withdraw();
        MODE.fetch_and(!REALLOC, Ordering::Release);
        quarantine::release_all(release);
    }
    if FAILURE_RULE.get().is_some_and(|rule| rule.fault() == fault) {
        FAILURE_RULE.withdraw();
        MODE.fetch_and(!FAILURE, Ordering::Release);
    }
}

fn realloc_rule() -> Option<&'static ReallocRule> {
    REALLOC_RULE.get().filter(|rule| rule.meter.armed())
}

#[cold]
fn allocate_armed(layout: Layout, mode: u32) -> *mut u8 {
    if mode & FAILURE != 0 && FAILURE_RULE.get().is_some_and(|rule| rule.fails(layout.size())) {
        return std::ptr::null_mut();
    }
    if mode & REALLOC != 0
        && let Some(rule) = realloc_rule()
        && rule.guard_share > 0.0
        && let Some(block) = allocate_guarded(rule, layout)
    {
        return block;
    }
    allocate_from_system(layout)
}

fn allocate_guarded(rule: &ReallocRule, layout: Layout) -> Option<*mut u8> {
    if thread_state::with(ThreadState::exempt) {
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

#[cold]
fn free_armed(pointer: *mut u8, layout: Layout, mode: u32) {
    if guard::contains(pointer.addr()) {
        guard::free(pointer.addr());
        return;
    }
    let block = Block { address: pointer.expose_provenance(), layout };
    let Some(rule) = (mode & REALLOC != 0).then(realloc_rule).flatten() else {
        release(block);
        return;
    };
    if rule.poison {
        poison(pointer, layout.size());
        rule.meter.add_to_lane(lanes::REALLOC_POISONED, 1);
    }
    match rule.quarantine_bytes {
        Some(bytes_max) => {
            rule.meter.add_to_lane(lanes::REALLOC_QUARANTINED, 1);
            quarantine::keep_back(block, bytes_max, release);
            if !rule.meter.armed() {
                // Healed meanwhile: what was just kept back must not stay for ever.
                quarantine::release_all(release);
            }
        }
        None => release(block),
    }
}

#[expect(unsafe_code, reason = "an allocator writes to raw memory")]
fn poison(pointer: *mut u8, size: usize) {
    // SAFETY: the caller of `dealloc` hands over a block of this size, which nobody uses any more.
    unsafe { pointer.write_bytes(POISON_BYTE, size) }
}

#[expect(unsafe_code, reason = "an allocator calls the system's")]
fn allocate_from_system(layout: Layout) -> *mut u8 {
    // SAFETY: the layout comes from a caller of `alloc`, who vouches that its size is not zero.
    unsafe { System.alloc(layout) }
}

#[expect(unsafe_code, reason = "an allocator calls the system's")]
fn release(block: Block) {
    // SAFETY: the block came from the system's allocator with this layout, and is handed over exactly once.
    unsafe { System.dealloc(std::ptr::with_exposed_provenance_mut(block.address), block.layout) }
}

/// Grows or shrinks by allocating anew, so that the address always changes, also for guarded blocks.
#[cold]
#[expect(unsafe_code, reason = "an allocator copies raw memory")]
fn move_armed(pointer: *mut u8, layout: Layout, new_size: usize, mode: u32) -> Option<*mut u8> {
    let rule = (mode & REALLOC != 0).then(realloc_rule).flatten();
    let moves = rule.is_some_and(|rule| rule.always_move);
    if !moves && !guard::contains(pointer.addr()) {
        return None;
    }
    let new_layout = Layout::from_size_align(new_size, layout.align()).ok()?;
    let fresh = allocate_armed(new_layout, mode);
    if fresh.is_null() {
        return Some(fresh);
    }
    // SAFETY: both blocks are at least as long as the shorter of the two sizes, and a new block overlaps no other.
    unsafe { fresh.copy_from_nonoverlapping(pointer, layout.size().min(new_size)) }
    free_armed(pointer, layout, mode);
    if let Some(rule) = rule.filter(|_| moves) {
        rule.meter.add_to_lane(lanes::REALLOC_MOVED, 1);
    }
    Some(fresh)
}

// SAFETY: every block comes from the system's allocator or from the guard arena with the layout asked for, stays valid
// until it is freed, and goes back to where it came from, which the arena's address range decides.
#[expect(unsafe_code, reason = "a global allocator is an unsafe trait")]
unsafe impl GlobalAlloc for FaultyAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let mode = MODE.load(Ordering::Relaxed);
        if mode != 0 {
            return allocate_armed(layout, mode);
        }
        if !INSTALLED.load(Ordering::Relaxed) {
            INSTALLED.store(true, Ordering::Relaxed);
        }
        // SAFETY: the caller keeps `alloc`'s contract, which is the system's.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let mode = MODE.load(Ordering::Relaxed);
        if mode == 0 {
            // SAFETY: as in `alloc`.
            return unsafe { System.alloc_zeroed(layout) };
        }
        let block = allocate_armed(layout, mode);
        if !block.is_null() {
            // SAFETY: the block is at least as long as its layout says.
            unsafe { block.write_bytes(0, layout.size()) }
        }
        block
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let mode = MODE.load(Ordering::Relaxed);
        if mode != 0 {
            free_armed(pointer, layout, mode);
            return;
        }
        // SAFETY: no fault was ever armed that hands out other blocks than the system's, so this one is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let mode = MODE.load(Ordering::Relaxed);
        if mode != 0 {
            if let Some(moved) = move_armed(pointer, layout, new_size, mode) {
                return moved;
            }
            if mode & FAILURE != 0 && FAILURE_RULE.get().is_some_and(|rule| rule.fails(new_size)) {
                return std::ptr::null_mut();
            }
        }
        // SAFETY: the caller keeps `realloc`'s contract; guarded blocks were moved above, so this one is the system's.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}
