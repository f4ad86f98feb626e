//! What the armed faults do to a thread that passes a point.
//!
//! Each decision is a function of seed, fault, worker and of how often that fault was asked on that worker. Deciding and
//! doing are apart, because async code does a hold differently.

use super::session::{ActiveFault, Session, session};
use crate::hold::hold_and_count;
use crate::point::{InjectedError, InjectedPanic, Point};
use crate::subject::running_workload;
use crate::thread_state::{self, Exemption, ThreadState};
use squall_model::decision::{decide, fraction};
use squall_model::fault::{Fault, Stall};
use squall_model::lanes;
use squall_model::segment::MeterView;
use squall_model::units::Percent;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// What one fault does at one pass.
pub(crate) enum Dose {
    /// Hold the thread or task.
    Hold { meter: MeterView<'static>, nanos: u64 },
    /// Unwind.
    Panic { meter: MeterView<'static> },
    /// Return an error.
    Error { meter: MeterView<'static> },
    /// Call back into the container, with random numbers that follow from `seed`.
    Reenter { meter: MeterView<'static>, seed: u64 },
}

/// The draws that one decision needs.
const FIRE: u64 = 0;
const FIRST_DRAW: u64 = 1;
const SECOND_DRAW: u64 = 2;

/// Lets the faults that are armed at a point act on the current thread; hands on the error to return, if any.
pub(crate) fn act_at(point: &Point) -> Option<InjectedError> {
    let mut injected = None;
    for dose in doses_at(point) {
        match dose {
            Dose::Hold { meter, nanos } => hold_and_count(&meter, nanos),
            Dose::Panic { meter } => raise(&meter, point.name()),
            Dose::Error { meter } => {
                meter.count_fired();
                injected = Some(InjectedError { point: point.name() });
            }
            Dose::Reenter { meter, seed } => reenter(&meter, seed),
        }
    }
    injected
}

/// Unwinds with a panic that can be told from the target's own. A thread that unwinds already is left alone: a second
/// panic would end the process by squall's doing.
pub(crate) fn raise(meter: &MeterView<'_>, point: &'static str) {
    if std::thread::panicking() {
        return;
    }
    meter.count_fired();
    // The payload is the probe's own allocation; unwinding ends the exemption.
    let _exemption = Exemption::begin();
    std::panic::panic_any(InjectedPanic { place: point.into() });
}

/// Calls back into the container that the current thread is in the middle of using.
pub(crate) fn reenter(meter: &MeterView<'_>, seed: u64) {
    let Some(workload) = running_workload() else { return };
    meter.count_fired();
    thread_state::with(|state| state.reentered.set(true));
    let unwound = catch_unwind(AssertUnwindSafe(|| workload.reenter(seed)));
    thread_state::with(|state| state.reentered.set(false));
    if let Err(payload) = unwound {
        resume_unwind(payload);
    }
}

/// Whether the current thread is a worker in the middle of an operation, and not in a call back into the container already.
/// While it unwinds, it is left alone: a panic in the call would end the process.
fn can_reenter() -> bool {
    let inside =
        |state: &ThreadState| state.worker().is_some() && state.operation.get().is_some() && !state.reentered.get();
    thread_state::with(inside) && !std::thread::panicking()
}

/// Decides for each fault that is armed at a point whether and how it acts now. Panics come last, so that the holds
/// before them are delivered and counted.
pub(crate) fn doses_at(point: &Point) -> impl Iterator<Item = Dose> + use<> {
    let armed = if thread_state::with(thread_state::ThreadState::exempt) { 0 } else { point.armed_faults() };
    // The list of doses is the probe's own: an armed allocation failure must not meet it.
    let _exemption = Exemption::begin();
    let faults = session().map_or(&[][..], |session| &session.faults);
    let active =
        faults.iter().enumerate().filter(move |(number, fault)| armed & (1 << number) != 0 && fault.meter.armed());
    let mut doses: Vec<Dose> = active.filter_map(|(number, fault)| dose(number, fault, point)).collect();
    doses.sort_by_key(|dose| matches!(dose, Dose::Panic { .. }));
    doses.into_iter()
}

fn dose(number: usize, fault: &'static ActiveFault, point: &Point) -> Option<Dose> {
    let session = session()?;
    let meter = fault.meter;
    if matches!(fault.plan.fault, Fault::Reenter(_)) && !can_reenter() {
        return None;
    }
    meter.count_offered();
    let decision = Decision::next(session, number, fault);
    match &fault.plan.fault {
        Fault::Latency(latency) => decision.fires(latency.probability, None).then(|| {
            let nanos = latency.delay.draw(decision.draw(FIRST_DRAW), decision.draw(SECOND_DRAW)).nanos();
            Dose::Hold { meter, nanos }
        }),
        Fault::Stall(stall) => stall_dose(session, fault, stall, &decision),
        Fault::Panic(panic) => decision.fires(panic.probability, panic.nth).then_some(Dose::Panic { meter }),
        Fault::Error(error) => {
            let fires = point.returns_error() && decision.fires(error.probability, error.nth);
            fires.then_some(Dose::Error { meter })
        }
        Fault::Reenter(reenter) => {
            let fires = decision.fires(reenter.probability, reenter.nth);
            fires.then(|| Dose::Reenter { meter, seed: decision.seed_of(FIRST_DRAW) })
        }
        Fault::Realloc(_) | Fault::Failpoint(_) | Fault::AllocFailure(_) | Fault::Load(_) => None,
    }
}

/// Lets an aimed stall act on the current thread, which ran into one of its breakpoints. Async-signal-safe.
pub(crate) fn hold_at_aim(number: usize, fault: &'static ActiveFault) {
    let (Some(session), Fault::Stall(stall)) = (session(), &fault.plan.fault) else { return };
    fault.meter.count_offered();
    let decision = Decision::next(session, number, fault);
    if let Some(Dose::Hold { meter, nanos }) = stall_dose(session, fault, stall, &decision) {
        hold_and_count(&meter, nanos);
    }
}

fn stall_dose(session: &Session, fault: &'static ActiveFault, stall: &Stall, decision: &Decision) -> Option<Dose> {
    if !decision.fires(stall.probability, None) {
        return None;
    }
    let hold_of = |occasion| stall_hold_nanos(session.plan.seed, fault, stall, occasion);
    let period = |occasion| stall.period(squall_model::units::TimeSpan::from_nanos(hold_of(occasion))).nanos();
    let threads = stall.threads.of(session.plan.load.workers);
    let count = || fault.meter.add_to_lane(lanes::STALL_OCCASIONS, 1);
    let occasion = fault.occasions.claim(threads, period, count)?;
    Some(Dose::Hold { meter: fault.meter, nanos: hold_of(occasion) })
}

/// How long the hold of a stall's occasion lasts: the same for every thread that it holds.
pub(super) fn stall_hold_nanos(seed: u64, fault: &ActiveFault, stall: &Stall, occasion: u64) -> u64 {
    let drawn = fraction(decide(seed, fault.plan.decision_key, 0, occasion, FIRST_DRAW));
    stall.hold(occasion, drawn).nanos()
}

/// One decision: its coordinates, from which every draw follows.
struct Decision {
    seed: u64,
    key: u64,
    worker: u64,
    count: u64,
}

impl Decision {
    fn next(session: &Session, number: usize, fault: &ActiveFault) -> Self {
        let (worker, count) = thread_state::with(|state| (state.number(), state.next_count(number)));
        Self { seed: session.plan.seed, key: fault.plan.decision_key, worker, count }
    }

    fn draw(&self, stream: u64) -> f64 {
        fraction(self.seed_of(stream))
    }

    fn seed_of(&self, stream: u64) -> u64 {
        decide(self.seed, self.key, self.worker, self.count, stream)
    }

    fn fires(&self, probability: Percent, nth: Option<u64>) -> bool {
        match nth {
            Some(nth) => self.count + 1 == nth,
            None => self.draw(FIRE) < probability.fraction(),
        }
    }
}
