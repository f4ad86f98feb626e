//! Counts what became of a workload's reallocations: that they were asked for, and whether the container was given new memory.

use super::session::{ActiveFault, session};
use crate::allocator;
use crate::subject::running_workload;
use crate::thread_state;
use squall_model::fault::{Fault, Realloc};
use squall_model::lanes;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reallocates the container once. A panic in it goes through the panic hook and is a finding; the fault goes on.
pub(super) fn reallocate_container(fault: &ActiveFault) {
    let Some(workload) = running_workload() else { return };
    let moved = was_given_memory(|| catch_unwind(AssertUnwindSafe(|| workload.reallocate())).is_ok());
    if let Some(moved) = moved {
        fault.meter.add_to_lane(lanes::REALLOC_CONTAINER_CALLS, 1);
        fault.meter.add_to_lane(lanes::REALLOC_CONTAINER_MOVED, u64::from(moved));
    }
}

/// Does what a [`Workload::reallocate`](crate::Workload::reallocate) has put off, because the container was in use just then: it
/// counts for the fault that asked for it, if that is still armed.
pub fn reallocate_late(act: impl FnOnce()) {
    let came_back = || {
        act();
        true
    };
    if was_given_memory(came_back) != Some(true) {
        return;
    }
    for fault in session().map_or(&[][..], |session| &session.faults) {
        if matches!(&fault.plan.fault, Fault::Realloc(Realloc { container_every: Some(_), .. })) && fault.meter.armed()
        {
            fault.meter.add_to_lane(lanes::REALLOC_CONTAINER_MOVED, 1);
        }
    }
}

/// Whether this thread was given memory while it acted, which is to be seen only with squall's allocator: anything counts without
/// it. Nothing if the act did not come to its end.
fn was_given_memory(act: impl FnOnce() -> bool) -> Option<bool> {
    let blocks = || thread_state::with(|state| state.blocks.get());
    let before = blocks();
    act().then(|| blocks() > before || !allocator::installed())
}
