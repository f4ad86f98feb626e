//! The probe's own threads that drive timed faults: stalls at random places and reallocations of the container.
//!
//! Each lives while its fault is armed and ends by itself when it is healed.

use super::act::stall_hold_nanos;
use super::reallocation::reallocate_container;
use super::session::{ActiveFault, Session};
use super::signal;
use crate::hold::{become_punctual, hold};
use crate::thread_state::Exemption;
use squall_model::decision::decide;
use squall_model::fault::{Fault, Realloc, Stall};
use squall_model::lanes;
use squall_model::units::TimeSpan;

/// The draw that picks a worker; apart from those that decide a hold.
const PICK: u64 = 3;

/// Starts the thread that holds random workers at random places.
pub(super) fn start_stalls(session: &'static Session, number: usize) -> Result<(), String> {
    spawn("squall-stalls", move || {
        let fault = &session.faults[number];
        if let Fault::Stall(stall) = &fault.plan.fault {
            stall_while_armed(session, number, fault, stall);
        }
    })
}

fn stall_while_armed(session: &Session, number: usize, fault: &ActiveFault, stall: &Stall) {
    let threads = stall.threads.of(session.plan.load.workers);
    for occasion in 0.. {
        if !fault.meter.armed() {
            return;
        }
        let nanos = stall_hold_nanos(session.plan.seed, fault, stall, occasion);
        fault.meter.add_to_lane(lanes::STALL_OCCASIONS, 1);
        hold_some(session, number, fault, occasion, threads, nanos);
        hold(fault.meter.armed_word(), stall.period(TimeSpan::from_nanos(nanos)).nanos());
    }
}

/// Holds `threads` workers, from a drawn one on; a worker that is held already is passed over for the next one.
fn hold_some(session: &Session, number: usize, fault: &ActiveFault, occasion: u64, threads: u32, nanos: u64) {
    let workers = u64::from(session.plan.load.workers);
    let first = decide(session.plan.seed, fault.plan.decision_key, 0, occasion, PICK) % workers;
    let picks = (0..workers).map(|step| session.segment.slot(((first + step) % workers) as usize));
    let asked = picks.filter(|slot| signal::request(slot, number, nanos)).take(threads as usize).count();
    for _ in 0..asked {
        fault.meter.count_offered();
    }
}

/// Starts the thread that reallocates the workload's container, if that is asked for.
pub(super) fn start_reallocations(session: &'static Session, number: usize, realloc: &Realloc) -> Result<(), String> {
    let Some(period) = realloc.container_every else { return Ok(()) };
    spawn("squall-realloc", move || {
        let fault = &session.faults[number];
        while fault.meter.armed() {
            hold(fault.meter.armed_word(), period.nanos());
            if fault.meter.armed() {
                reallocate_container(fault);
            }
        }
    })
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let run = move || {
        let _exemption = Exemption::begin();
        become_punctual();
        body();
    };
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map(drop)
        .map_err(|error| format!("no thread: {error}"))
}
