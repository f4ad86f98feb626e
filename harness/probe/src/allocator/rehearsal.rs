//! Arms the allocator in a program of its own, without an orchestrator: for benches and tests of what it does.

use super::misuse;
use super::rules::{arm_realloc, heal};
use squall_model::fault::{Fault, FaultPlan, Realloc};
use squall_model::segment::{Layout, Segment};
use squall_model::units::TimeSpan;
use std::sync::atomic::AtomicU64;

/// What a hostile allocator did.
#[derive(Debug)]
pub struct HostileReport {
    /// The counters of the fault, as [`squall_model::lanes`] names them.
    pub lanes: Vec<u64>,
    /// How often misuse of memory was caught.
    pub caught: u64,
}

/// Does `body` while the allocator is as hostile as a `realloc` fault asks; hands on what came of both. Only one at a time.
///
/// # Errors
/// If squall's allocator is not the program's, in words.
pub fn with_hostile_allocator<R>(realloc: &Realloc, body: impl FnOnce() -> R) -> Result<(R, HostileReport), String> {
    let layout = Layout::new(1, 1).map_err(|error| error.to_string())?;
    let words: Vec<AtomicU64> = (0..layout.bytes() / size_of::<u64>()).map(|_| AtomicU64::new(0)).collect();
    let meter = Segment::new(Vec::leak(words), layout).map_err(|error| error.to_string())?.meter(0);
    let plan = FaultPlan {
        number: 0,
        decision_key: 1,
        fault: Fault::Realloc(realloc.clone()),
        start: TimeSpan::ZERO,
        length: TimeSpan::ZERO,
        functions: Vec::new(),
        drawn: false,
    };
    let before = misuse::caught();
    meter.set_armed(true);
    arm_realloc(0, &plan, realloc, meter)?;
    let result = body();
    meter.set_armed(false);
    heal(0);
    let lanes = (0..squall_model::segment::LANES).map(|lane| meter.lane(lane)).collect();
    Ok((result, HostileReport { lanes, caught: misuse::caught() - before }))
}
