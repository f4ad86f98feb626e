//! Decides which allocations fail.

use crate::thread_state::{self, ThreadState};
use squall_model::decision::{decide, fraction};
use squall_model::fault::AllocFailure;
use squall_model::segment::MeterView;

/// An armed `alloc_failure` fault, in a form that an allocator can read: plain numbers.
pub(super) struct FailureRule {
    fault: usize,
    seed: u64,
    decision_key: u64,
    probability: f64,
    nth: Option<u64>,
    size_min: usize,
    meter: MeterView<'static>,
}

impl FailureRule {
    pub(super) fn new(
        seed: u64,
        plan: &squall_model::fault::FaultPlan,
        failure: &AllocFailure,
        meter: MeterView<'static>,
    ) -> Self {
        Self {
            fault: plan.number as usize,
            seed,
            decision_key: plan.decision_key,
            probability: failure.probability.fraction(),
            nth: failure.nth,
            size_min: failure.min_size.bytes() as usize,
            meter,
        }
    }

    pub(super) const fn fault(&self) -> usize {
        self.fault
    }

    /// Whether this allocation fails. Only workers inside an operation are asked: the probe and the program's own
    /// housekeeping go on.
    pub(super) fn fails(&self, size: usize) -> bool {
        let inside_operation = |state: &ThreadState| state.operation.get().is_some() && !state.exempt();
        if size < self.size_min || !thread_state::with(inside_operation) || !self.meter.armed() {
            return false;
        }
        let (worker, count) = thread_state::with(|state| (state.number(), state.next_count(self.fault)));
        self.meter.count_offered();
        let fails = match self.nth {
            Some(nth) => count + 1 == nth,
            None => fraction(decide(self.seed, self.decision_key, worker, count, 0)) < self.probability,
        };
        if fails {
            self.meter.count_fired();
        }
        fails
    }
}
