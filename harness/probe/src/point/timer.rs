//! One thread that wakes async tasks at their time. It starts with the first hold and needs no runtime.

use crate::clock::kernel_nanos;
use crate::hold::become_punctual;
use crate::thread_state::Exemption;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

/// A held task is woken at least this often, to see whether its fault was healed.
const LOOK_NANOS: u64 = 10_000_000;
/// The most tasks that can wait; beyond, a task is woken at once and asks again, which costs time but loses nothing.
const WAITING_MAX: usize = 1 << 20;

#[derive(Default)]
struct Waiting {
    started: bool,
    next_ticket: u64,
    by_time: BTreeMap<(u64, Reverse<u64>), Waker>,
}

static WAITING: Mutex<Waiting> = Mutex::new(Waiting { started: false, next_ticket: 0, by_time: BTreeMap::new() });
static CHANGED: Condvar = Condvar::new();

fn waiting() -> MutexGuard<'static, Waiting> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes the task at `deadline_nanos` of the monotonic clock, or a little earlier to look around.
pub(super) fn wake_at(deadline_nanos: u64, waker: Waker) {
    let _exemption = Exemption::begin();
    let mut guard = waiting();
    if guard.by_time.len() >= WAITING_MAX {
        // A waker runs code of the runtime, which may come back here.
        drop(guard);
        waker.wake();
        return;
    }
    let ticket = guard.next_ticket;
    guard.next_ticket += 1;
    let time = deadline_nanos.min(kernel_nanos() + LOOK_NANOS);
    guard.by_time.insert((time, Reverse(ticket)), waker);
    if !guard.started {
        guard.started = true;
        let spawned = std::thread::Builder::new().name("squall-timer".to_owned()).spawn(run);
        guard.started = spawned.is_ok();
    }
    drop(guard);
    CHANGED.notify_one();
}

fn run() {
    let _exemption = Exemption::begin();
    become_punctual();
    let mut guard = waiting();
    loop {
        let now = kernel_nanos();
        let later = guard.by_time.split_off(&(now + 1, Reverse(u64::MAX)));
        let due = std::mem::replace(&mut guard.by_time, later);
        let next = guard.by_time.first_key_value().map(|((time, _), _)| *time);
        if !due.is_empty() {
            drop(guard);
            due.into_values().for_each(Waker::wake);
            guard = waiting();
            continue;
        }
        let pause = Duration::from_nanos(next.map_or(u64::MAX / 2, |time| time.saturating_sub(now)));
        guard = CHANGED
            .wait_timeout(guard, pause.min(Duration::from_secs(3_600)))
            .unwrap_or_else(PoisonError::into_inner)
            .0;
    }
}
