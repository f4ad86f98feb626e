//! A `load` fault as one worker sees it: whether its mix is in force, and how many of that mix's operations the worker did.

use crate::fault::ActiveFault;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::decision::decide;
use squall_model::fault::LoadShift;
use squall_model::segment::MeterView;
use squall_model::{OPERATIONS_MAX, lanes};

/// So many operations are counted here before the meter is told: workers that count in one word would slow each other, and
/// with it what is measured.
const UNTOLD_MAX: u64 = 256;

/// One `load` fault for one worker.
pub(super) struct Shift {
    meter: MeterView<'static>,
    fault: LoadShift,
    /// The weight of each of the workload's operations.
    pub(super) weights: Vec<u32>,
    /// Where the meter counts each of the workload's operations, if the mix has it.
    lanes: Vec<Option<usize>>,
    begun: u64,
    done: [u64; OPERATIONS_MAX],
}

impl Shift {
    /// The fault's mix over the workload's operations.
    pub(super) fn new(shift: &LoadShift, operations: &[String], meter: MeterView<'static>) -> Self {
        let weight = |operation: &String| shift.mix.get(operation).copied().unwrap_or(0);
        let lane = |operation: &String| shift.mix.names().position(|name| name == operation);
        Self {
            meter,
            fault: shift.clone(),
            weights: operations.iter().map(weight).collect(),
            lanes: operations.iter().map(lane).collect(),
            begun: 0,
            done: [0; OPERATIONS_MAX],
        }
    }

    /// Whether workers are to draw from this mix now.
    #[inline]
    pub(super) fn in_force(&self) -> bool {
        self.meter.armed()
    }

    /// Whether operations are done several times in a row.
    pub(super) const fn comes_in_bursts(&self) -> bool {
        self.fault.bursts > 1
    }

    /// How many times the next operation is done, given an even fraction in `0..1`.
    pub(super) fn burst(&self, fraction: f64) -> u32 {
        self.fault.burst(fraction)
    }

    /// Counts an operation that begins.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.begun += 1;
    }

    /// Counts an operation that ended, however it did.
    #[inline]
    pub(super) fn finish(&mut self, operation: usize) {
        self.done[operation] += 1;
        if self.begun >= UNTOLD_MAX {
            self.tell();
        }
    }

    /// Tells the meter what was counted since the last time.
    pub(super) fn tell(&mut self) {
        let done = std::mem::take(&mut self.done);
        self.meter.add(std::mem::take(&mut self.begun), done.iter().sum());
        for (lane, count) in self.lanes.iter().zip(done) {
            if let (Some(lane), true) = (lane, count > 0) {
                self.meter.add_to_lane(lanes::LOAD_OPERATIONS + lane, count);
            }
        }
    }
}

/// However a worker ends, the meter knows what it did.
impl Drop for Shift {
    fn drop(&mut self) {
        self.tell();
    }
}

/// The random numbers of one worker under one fault: the worker's n-th operation under it follows from them alone, whenever
/// the fault is armed, and whatever the worker did before.
pub(super) fn random_under(seed: u64, fault: &ActiveFault, worker: u32) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(decide(seed, fault.plan.decision_key, u64::from(worker), 0, 0))
}
