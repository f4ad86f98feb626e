//! The trial that this process serves: its plan, its segment and its faults. There is at most one in a process's life.

use super::disturber;
use super::signal;
use crate::aim;
use crate::allocator;
use crate::clock::kernel_nanos;
use crate::point::POINTS;
use squall_model::TrialPlan;
use squall_model::fault::{Fault, FaultPlan, StallPlace};
use squall_model::segment::{HistoryView, MeterView, Segment};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

static SESSION: OnceLock<Session> = OnceLock::new();

/// The trial of this process, once its plan has come.
#[inline]
pub(crate) fn session() -> Option<&'static Session> {
    SESSION.get()
}

/// The trial that this process serves.
pub(crate) struct Session {
    pub(crate) plan: TrialPlan,
    pub(crate) segment: Segment<'static>,
    pub(crate) faults: Vec<ActiveFault>,
}

/// One fault of the plan, with its row in the segment and its occasions.
pub(crate) struct ActiveFault {
    pub(crate) plan: FaultPlan,
    pub(crate) meter: MeterView<'static>,
    pub(crate) occasions: Occasions,
}

impl Session {
    /// Begins the trial.
    ///
    /// # Errors
    /// If this process has begun one before, or the plan and the segment do not fit each other.
    pub(crate) fn begin(plan: TrialPlan, segment: Segment<'static>) -> Result<&'static Self, String> {
        if plan.faults.len() > squall_model::fault::FAULTS_MAX {
            return Err(format!("{} faults are more than a point's word has bits", plan.faults.len()));
        }
        let faults = plan.faults.iter().enumerate().map(|(number, fault)| ActiveFault {
            plan: fault.clone(),
            meter: segment.meter(number),
            occasions: Occasions::default(),
        });
        let session = Self { faults: faults.collect(), segment, plan };
        SESSION.set(session).map_err(|_| "this process serves a trial already".to_owned())?;
        SESSION.get().ok_or_else(|| "the trial is gone".to_owned())
    }

    /// Where a worker records its history, if the trial has one.
    pub(crate) fn history(&self, worker: usize) -> Option<HistoryView<'static>> {
        self.segment.history(worker, self.plan.seed)
    }

    /// Makes a fault act from now on. The orchestrator has set its armed word before.
    ///
    /// # Errors
    /// Why the fault is not possible here, in words.
    pub(crate) fn arm(&'static self, number: usize) -> Result<(), String> {
        let Some(fault) = self.faults.get(number) else {
            return Err(format!("the plan has no fault {number}"));
        };
        match &fault.plan.fault {
            Fault::Latency(_) | Fault::Panic(_) | Fault::Error(_) | Fault::Reenter(_) => {
                self.set_points_armed(number, true);
            }
            Fault::Stall(stall) if matches!(stall.at, StallPlace::Point(_)) => {
                fault.occasions.begin();
                self.set_points_armed(number, true);
            }
            Fault::Stall(stall) if stall.at.is_aimed() => {
                fault.occasions.begin();
                aim::arm(self)?;
            }
            Fault::Stall(stall) if stall.at == StallPlace::Auto => return Err("its sites were not drawn".to_owned()),
            Fault::Stall(_) => {
                signal::install()?;
                disturber::start_stalls(self, number)?;
            }
            Fault::Realloc(realloc) => {
                allocator::arm_realloc(self.plan.seed, &fault.plan, realloc, fault.meter)?;
                disturber::start_reallocations(self, number, realloc)?;
            }
            Fault::AllocFailure(failure) => allocator::arm_failure(self.plan.seed, &fault.plan, failure, fault.meter)?,
            Fault::Failpoint(failpoint) => arm_failpoint(self, number, failpoint)?,
            Fault::Load(_) => {} // workers look at its armed word before each operation
        }
        Ok(())
    }

    /// Keeps a fault from acting. The orchestrator has cleared its armed word before, so it does not act any more; this
    /// takes its traces out of the process.
    pub(crate) fn heal(&'static self, number: usize) {
        let Some(fault) = self.faults.get(number) else { return };
        fault.meter.set_armed(false);
        self.set_points_armed(number, false);
        match &fault.plan.fault {
            Fault::Realloc(_) | Fault::AllocFailure(_) => allocator::heal(number),
            Fault::Failpoint(failpoint) => heal_failpoint(number, &failpoint.name),
            Fault::Stall(stall) if stall.at.is_aimed() => aim::heal(self, number),
            Fault::Latency(_)
            | Fault::Stall(_)
            | Fault::Panic(_)
            | Fault::Error(_)
            | Fault::Reenter(_)
            | Fault::Load(_) => {}
        }
    }

    fn set_points_armed(&self, number: usize, armed: bool) {
        let Some(name) = self.faults[number].plan.fault.point() else { return };
        for point in POINTS.iter().filter(|point| point.name() == name) {
            point.set_armed(number, armed);
        }
    }
}

#[cfg(feature = "failpoints")]
use super::failpoint::{arm as arm_failpoint, heal as heal_failpoint};

#[cfg(not(feature = "failpoints"))]
fn arm_failpoint(_: &Session, _: usize, _: &squall_model::fault::Failpoint) -> Result<(), String> {
    Err("the target was built without the probe's feature `failpoints`".to_owned())
}

#[cfg(not(feature = "failpoints"))]
fn heal_failpoint(_: usize, _: &str) {}

/// The occasions of a stall at a point, function or word: from time to time a few threads are held there.
#[derive(Default)]
pub(crate) struct Occasions {
    next_nanos: AtomicU64,
    number: AtomicU64,
    held: AtomicU32,
}

impl Occasions {
    fn begin(&self) {
        self.next_nanos.store(kernel_nanos(), Ordering::Relaxed);
    }

    /// When the next occasion begins, on the kernel's monotonic clock.
    pub(crate) fn due(&self) -> u64 {
        self.next_nanos.load(Ordering::Acquire)
    }

    /// Whether the current thread is to be held, as one of at most `threads` of this occasion: the number of the
    /// occasion. `period_nanos` tells how long an occasion of a given number lasts with the pause after it.
    pub(crate) fn claim(&self, threads: u32, period_nanos: impl Fn(u64) -> u64, count: impl Fn()) -> Option<u64> {
        let now = kernel_nanos();
        let due = self.next_nanos.load(Ordering::Acquire);
        let number = self.number.load(Ordering::Acquire);
        if now < due {
            let joined = self.held.fetch_update(Ordering::AcqRel, Ordering::Acquire, |held| {
                (held > 0 && held < threads).then_some(held + 1)
            });
            return joined.is_ok().then(|| number.wrapping_sub(1));
        }
        let next = now.saturating_add(period_nanos(number));
        self.next_nanos.compare_exchange(due, next, Ordering::AcqRel, Ordering::Acquire).ok()?;
        self.number.store(number + 1, Ordering::Release);
        self.held.store(1, Ordering::Release);
        count();
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occasion_holds_as_many_threads_as_asked_and_no_more() {
        let occasions = Occasions::default();
        occasions.begin();
        let hour = |_| 3_600_000_000_000;
        let claims: Vec<_> = (0..5).map(|_| occasions.claim(3, hour, || ())).collect();
        assert_eq!(claims, [Some(0), Some(0), Some(0), None, None]);
    }

    #[test]
    fn the_next_occasion_comes_after_its_period() {
        let occasions = Occasions::default();
        occasions.begin();
        let claims: Vec<_> = (0..3).map(|_| occasions.claim(1, |_| 0, || ())).collect();
        assert_eq!(claims, [Some(0), Some(1), Some(2)]);
    }
}
