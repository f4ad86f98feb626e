//! What is armed: the rules by which the allocator is hostile, published where it can read them without a lock.

use super::armed;
use super::failure::FailureRule;
use super::faulty::installed;
use super::guard;
use super::published::Published;
use super::quarantine;
use super::reuse;
use squall_model::fault::{AllocFailure, FaultPlan, Realloc};
use squall_model::segment::MeterView;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is armed, as bits: 0 keeps the system's allocator alone in use.
pub(super) static MODE: AtomicU32 = AtomicU32::new(0);
pub(super) const REALLOC: u32 = 1;
pub(super) const FAILURE: u32 = 2;
/// Stays set once a guarded block was handed out: its release must be recognised for ever.
const GUARDS_OUT: u32 = 4;
/// Stays set once blocks were written down: an address that is handed out again must be known to be a new block.
pub(super) const CHECKED: u32 = 8;
/// The blocks that a thread is given are counted, to see whether a container really moved.
const COUNTED: u32 = 16;

static REALLOC_RULE: Published<ReallocRule> = Published::nothing();
static FAILURE_RULE: Published<FailureRule> = Published::nothing();

/// An armed `realloc` fault, in a form that an allocator can read: plain numbers.
pub(super) struct ReallocRule {
    pub(super) fault: usize,
    pub(super) seed: u64,
    pub(super) decision_key: u64,
    pub(super) always_move: bool,
    pub(super) poison: bool,
    pub(super) quarantine_bytes: Option<usize>,
    pub(super) reuse_at_once: bool,
    pub(super) checks: bool,
    pub(super) guard_share: f64,
    pub(super) meter: MeterView<'static>,
}

/// The armed `realloc` fault, if there is one.
pub(super) fn realloc_rule() -> Option<&'static ReallocRule> {
    REALLOC_RULE.get().filter(|rule| rule.meter.armed())
}

/// The armed `alloc_failure` fault, if there is one.
pub(super) fn failure_rule() -> Option<&'static FailureRule> {
    FAILURE_RULE.get()
}

/// Arms the allocator's part of a `realloc` fault.
pub(crate) fn arm_realloc(
    seed: u64,
    plan: &FaultPlan,
    realloc: &Realloc,
    meter: MeterView<'static>,
) -> Result<(), String> {
    if realloc.container_every.is_some() {
        MODE.fetch_or(COUNTED, Ordering::Release);
    }
    if !realloc.asks_allocator() {
        return Ok(());
    }
    require_installed()?;
    let guard_share = realloc.guard.map_or(0.0, squall_model::units::Percent::fraction);
    if guard_share > 0.0 {
        guard::reserve()?;
        MODE.fetch_or(GUARDS_OUT, Ordering::Release);
    }
    if realloc.checks() {
        MODE.fetch_or(CHECKED, Ordering::Release);
    }
    REALLOC_RULE.publish(ReallocRule {
        fault: plan.number as usize,
        seed,
        decision_key: plan.decision_key,
        always_move: realloc.always_move,
        poison: realloc.poison,
        quarantine_bytes: realloc.quarantine.map(|size| size.bytes() as usize),
        reuse_at_once: realloc.reuse_at_once,
        checks: realloc.checks(),
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

/// Heals the allocator's part of a fault: blocks that were kept back go to the system. What was written down of blocks stays,
/// and frees are held against it to the end.
pub(crate) fn heal(fault: usize) {
    if REALLOC_RULE.get().is_some_and(|rule| rule.fault == fault) {
        REALLOC_RULE.withdraw();
        MODE.fetch_and(!REALLOC, Ordering::Release);
        quarantine::release_all(armed::release_from_quarantine);
        reuse::STACKS.take_all(armed::release);
    }
    if FAILURE_RULE.get().is_some_and(|rule| rule.fault() == fault) {
        FAILURE_RULE.withdraw();
        MODE.fetch_and(!FAILURE, Ordering::Release);
    }
}
