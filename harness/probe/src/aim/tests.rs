//! Aimed stalls over real threads and real breakpoints. A process has one trial, so one test goes through all of it.

use super::breakpoint::refusal;
use super::load_address::load_address;
use super::words::WatchedWord;
use crate::fault::{ActiveFault, Session};
use crate::thread_state;
use serde_json::json;
use squall_model::lanes;
use squall_model::segment::{Layout, Segment};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// The faults of the plan, by their numbers.
const ENTERED: usize = 0;
const TOUCHED: usize = 1;
const NEVER: usize = 2;
const CROWD: usize = 3;
const ATOMIC: usize = 4;
/// A breakpoint that does not work is found out after so many tries, or once its fault was refused.
const TRIES_MAX: u64 = 200_000_000;

static WORD: AtomicU64 = AtomicU64::new(0);
static CROWDED: [AtomicU64; 6] = [const { AtomicU64::new(0) }; 6];
static OTHER_SIGNALS: AtomicU32 = AtomicU32::new(0);
static STOP: AtomicBool = AtomicBool::new(false);

#[inline(never)]
fn entered() {
    black_box(());
}

#[inline(never)]
fn followed() {
    black_box(1);
}

extern "C" fn count_other(_: libc::c_int) {
    OTHER_SIGNALS.fetch_add(1, Ordering::Relaxed);
}

fn session() -> &'static Session {
    let function = (entered as fn() as usize as u64).wrapping_sub(load_address());
    let follower = (followed as fn() as usize as u64).wrapping_sub(load_address());
    let stall = |at| json!({"stall": {"at": at, "for": "1us", "every": "1us"}});
    let planned = |number: usize, functions: &[u64], at| json!({"number": number, "decision_key": number, "fault": stall(at), "start": "0s", "length": "1s", "functions": functions});
    let plan = json!({
        "number": 0, "role": "treatment", "seed": 1, "workload": "w", "params": null, "operations": ["a"], "oracles": [],
        "load": {"workers": 1, "rate": null, "arrivals": "fixed", "weights": [1], "keys": {"count": 10}, "timeout": "1s"},
        "phases": {"warmup": "0s", "baseline": "1s", "fault": "1s", "recovery": "1s"},
        "faults": [
            planned(ENTERED, &[function], json!({"function": "*::entered"})),
            planned(TOUCHED, &[], json!({"word": "test.word"})),
            planned(NEVER, &[], json!({"word": "test.unknown"})),
            planned(CROWD, &[], json!({"word": "test.crowd"})),
            planned(ATOMIC, &[function, follower], json!({"atomic": "*::entered:36"})),
        ],
        "limits": {"stuck_after": "2s", "settle": "1s", "memory_bytes_max": null}
    });
    let layout = Layout::new(1, 1).unwrap();
    let words: Vec<AtomicU64> = (0..layout.bytes() / 8).map(|_| AtomicU64::new(0)).collect();
    let segment = Segment::new(words.leak(), layout).unwrap();
    Session::begin(serde_json::from_value(plan).unwrap(), segment).unwrap()
}

/// A worker that enters the function and touches the words until it is stopped.
fn work(session: &'static Session) {
    let slot = session.segment.slot(0);
    thread_state::with(|state| {
        state.become_worker(0, slot, crate::history::Recording::default());
        state.operation.set(Some("a"));
    });
    // SAFETY: the call takes nothing and cannot fail.
    #[expect(unsafe_code, reason = "the standard library does not know the kernel's number of a thread")]
    slot.set_thread_id(unsafe { libc::gettid() } as u64);
    while !STOP.load(Ordering::Relaxed) {
        entered();
        followed();
        WORD.fetch_add(1, Ordering::Relaxed);
        for word in &CROWDED {
            word.fetch_add(1, Ordering::Relaxed);
        }
    }
    slot.set_thread_id(0);
}

fn arm(session: &'static Session, number: usize) -> &'static ActiveFault {
    let fault = &session.faults[number];
    fault.meter.set_armed(true);
    session.arm(number).unwrap();
    fault
}

fn wait_for_holds(fault: &ActiveFault, more: u64) -> bool {
    let wanted = fault.meter.fired() + more;
    let mut tries = (0..TRIES_MAX).inspect(|_| std::thread::yield_now());
    tries.find(|_| fault.meter.fired() >= wanted || !fault.meter.armed()).is_some() && fault.meter.fired() >= wanted
}

#[expect(unsafe_code, reason = "signals are handled and raised by calls of the C library")]
fn install_another_handler() {
    // SAFETY: the handler only adds to an atomic word.
    unsafe { libc::signal(libc::SIGTRAP, count_other as extern "C" fn(libc::c_int) as usize) };
}

#[expect(unsafe_code, reason = "signals are handled and raised by calls of the C library")]
fn raise_trap() {
    // SAFETY: there is a handler.
    unsafe { libc::raise(libc::SIGTRAP) };
}

#[test]
fn a_worker_is_held_where_it_enters_a_function_or_touches_a_word_and_nowhere_else() {
    if let Some(reason) = refusal() {
        eprintln!("SKIPPED: no aimed stall can be tried on this machine: {reason}");
        return;
    }
    install_another_handler();
    let session = session();
    let worker = std::thread::spawn(move || work(session));
    let watched = WatchedWord::new("test.word", &WORD);

    let function = arm(session, ENTERED);
    assert!(wait_for_holds(function, 20), "the function is met");
    let word = arm(session, TOUCHED);
    assert!(wait_for_holds(word, 20), "the word is met while the function is watched, too");
    assert!(wait_for_holds(function, 20), "the function is still met");
    session.heal(ENTERED);

    let atomic = arm(session, ATOMIC);
    assert!(wait_for_holds(atomic, 20), "an atomic instruction is met");
    let mut tries = (0..TRIES_MAX).inspect(|_| std::thread::yield_now());
    assert!(tries.any(|_| atomic.meter.lane(lanes::STALL_AIMS) == 2), "in one turn it, in the next what follows it");
    assert!(wait_for_holds(atomic, 20), "and it is met on either side");
    session.heal(ATOMIC);

    let never = arm(session, NEVER);
    let crowd: Vec<_> = CROWDED.iter().map(|word| WatchedWord::new("test.crowd", word)).collect();
    let crowded = arm(session, CROWD);
    assert!(wait_for_holds(crowded, 200), "more words than a thread has breakpoints take turns");
    assert!(wait_for_holds(word, 20), "and so does the single word beside them");
    assert_eq!(crowded.meter.lane(lanes::STALL_AIMS), CROWDED.len() as u64);
    assert_eq!((never.meter.offered(), never.meter.fired()), (0, 0));
    assert_eq!(never.meter.lane(lanes::STALL_WORD_GONE), 0, "what never lived is not gone");

    drop(watched);
    std::thread::sleep(std::time::Duration::from_millis(200));
    session.heal(TOUCHED);
    assert_eq!(word.meter.lane(lanes::STALL_WORD_GONE), 1, "a word that dies before its watch ends is told");
    let fired = function.meter.fired();
    assert!(wait_for_holds(crowded, 50));
    assert_eq!(function.meter.fired(), fired, "a healed fault holds nobody");

    assert_eq!(OTHER_SIGNALS.load(Ordering::Relaxed), 0);
    raise_trap();
    assert_eq!(OTHER_SIGNALS.load(Ordering::Relaxed), 1, "a SIGTRAP of anybody else goes to the handler before ours");

    STOP.store(true, Ordering::Relaxed);
    worker.join().unwrap();
    session.heal(CROWD);
    drop(crowd);
    session.heal(NEVER);
}
