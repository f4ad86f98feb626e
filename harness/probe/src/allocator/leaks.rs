//! Which blocks a trial has leaked: those that a worker was given inside an operation while they were written down, that were
//! not freed although the workload is gone, and that nothing in the process's memory points to any more.
//!
//! Caches, lazily made statics and garbage whose time has not come are all pointed to, and so are no leaks. Where a leak may be
//! nobody's fault, or memory is still in use, nothing is judged, and the reason is said.

use super::ledger::{Entry, LEDGER};
use super::misuse;
use super::quarantine;
use super::reachable::{own_memory, roots, unreachable};
use super::reuse;
use super::trace::kept;
use crate::fault::Session;
use crate::panic_hook;
use squall_model::fault::Fault;
use squall_model::segment::CaughtMisuse;
use squall_model::{MemoryMisuse, Outcome, Phase, lanes};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the threads of the probe are called, from their beginning on.
const OWN_THREADS: &str = "squall-";
/// So often the threads of the probe are given time to end, and for how long.
const WAITS: u32 = 100;
const WAIT: Duration = Duration::from_millis(5);

/// Whether leaks were judged.
pub(crate) enum Leaks {
    /// They were not asked for.
    NotAsked,
    /// Those that there are were noted.
    Judged,
    /// They could not be judged, as a fault asks.
    Undecided {
        /// The fault's number.
        fault: usize,
        /// Why.
        reason: String,
    },
}

/// Looks for leaks once all workers have ended and the workload is gone. `local` lies on the stack of the caller, above
/// everything that still matters.
pub(crate) fn judge_leaks<T>(session: &Session, lost_workers: usize, local: &T) -> Leaks {
    let checks = |fault: &Fault| matches!(fault, Fault::Realloc(realloc) if realloc.checks());
    let fault = session
        .faults
        .iter()
        .position(|fault| checks(&fault.plan.fault) && fault.meter.lane(lanes::REALLOC_CHECKED) > 0);
    let Some(fault) = fault else { return Leaks::NotAsked };
    let stack_start = std::ptr::from_ref(local) as u64;
    let judged = doubt(session, lost_workers).map_or_else(|| find_leaks(session, stack_start), Err);
    judged.map_or_else(|reason| Leaks::Undecided { fault, reason }, |()| Leaks::Judged)
}

/// Why nothing can be said about leaks, if so.
fn doubt(session: &Session, lost_workers: usize) -> Option<String> {
    if lost_workers > 0 {
        return Some("a worker ended with a panic".to_owned());
    }
    let unwound = unwound(session);
    if unwound > 0 {
        let times = squall_model::text::counted(unwound, "time");
        return Some(format!("code unwound {times}, and may leak what it then leaves behind"));
    }
    if misuse::caught() > 0 {
        return Some("memory was misused".to_owned());
    }
    let mut thread = None;
    for _ in 0..WAITS {
        thread = running_thread();
        match &thread {
            Some(name) if name.starts_with(OWN_THREADS) => std::thread::sleep(WAIT),
            _ => break,
        }
    }
    thread.map(|name| format!("the thread `{name}` still runs"))
}

/// How often anything unwound: what squall injected inside operations, and every other panic wherever it was.
fn unwound(session: &Session) -> u64 {
    let operations = session.segment.layout().operations;
    let counts = session.segment.slots().flat_map(|slot| {
        let of = move |phase| (0..operations).map(move |operation| slot.outcomes(phase, operation));
        Phase::ALL.into_iter().flat_map(of)
    });
    counts.map(|outcomes| outcomes.get(Outcome::Injected)).sum::<u64>() + panic_hook::counted()
}

/// A thread beside this one, if there is one; those of the target first.
fn running_thread() -> Option<String> {
    let own = std::process::id().to_string();
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let others = tasks.filter(|task| task.file_name().to_str() != Some(own.as_str()));
    let names = others.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.map(|name| name.trim().to_owned()).min_by_key(|name| name.starts_with(OWN_THREADS))
}

fn find_leaks(session: &Session, stack_start: u64) -> Result<(), String> {
    let (mut addresses, mut entries): (Vec<u64>, Vec<Entry>) = Default::default();
    LEDGER.each_live_of_operations(|address, entry| {
        // Inverted: this list must reach nothing.
        addresses.push(!(address as u64));
        entries.push(entry);
    });
    let blocks = addresses.iter().zip(&entries).map(|(address, entry)| (!address, entry.size as u64));
    let own = [LEDGER.addresses(), quarantine::addresses(), reuse::STACKS.addresses()];
    let roots_without = |buffer| roots(stack_start, &[own[0], own[1], own[2], buffer]);
    let mut leaks: BTreeMap<_, CaughtMisuse> = BTreeMap::new();
    for number in unreachable(blocks, &own_memory()?, roots_without)? {
        let entry = entries[number];
        let trace = kept(entry.allocated);
        let leak = leaks.entry((trace, entry.size)).or_insert_with(|| CaughtMisuse {
            count: 0,
            allocated: trace,
            ..CaughtMisuse::new(MemoryMisuse::Leak, entry.size as u64, entry.align() as u64)
        });
        leak.count += 1;
    }
    leaks.values().for_each(|leak| session.segment.memory().note(leak));
    Ok(())
}
