//! Takes the stack of the current thread as return addresses, and keeps each different one once. Names come later, from the
//! program's file: an allocator cannot look them up.

use super::spin_lock::SpinLock;
use crate::clock::now_nanos;
use crate::thread_state::{self, Exemption};
use squall_model::segment::{TRACE_FRAMES_MAX, Trace};
use std::ffi::{c_int, c_void};

/// So many different stacks are kept; blocks from others have none.
const TRACES_MAX: usize = 16_384;
/// How many places are looked at for a stack before it is given up.
const PROBES_MAX: usize = 16;
/// A thread rests for so many times as long as the last stack took, so that stacks cost at most a fifth of its time.
const REST_PER_COST: u64 = 4;
/// The innermost frames that are the allocator's own, always: this module's, and that of its caller.
const OWN_FRAMES: usize = 2;

/// No stack.
pub(super) const NO_TRACE: Trace = [0; TRACE_FRAMES_MAX];

/// A stack that is kept; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TraceId(u32);

impl TraceId {
    pub(super) const NONE: Self = Self(0);
}

static TRACES: [SpinLock<Trace>; TRACES_MAX] = [const { SpinLock::new(NO_TRACE) }; TRACES_MAX];

#[expect(unsafe_code, reason = "the unwinder is a C interface")]
unsafe extern "C" {
    /// The unwinder that the standard library brings along.
    fn _Unwind_Backtrace(see: extern "C" fn(*mut c_void, *mut c_void) -> c_int, seen: *mut c_void) -> c_int;
    fn _Unwind_GetIP(frame: *mut c_void) -> usize;
}

/// What the unwinder has seen so far.
struct Seen {
    skip: usize,
    length: usize,
    trace: Trace,
}

/// The answers to the unwinder: go on, or stop.
const GO_ON: c_int = 0;
const STOP: c_int = 5;

extern "C" fn see(frame: *mut c_void, seen: *mut c_void) -> c_int {
    // SAFETY: the unwinder hands on the pointer that `_Unwind_Backtrace` was called with, a live local of `capture`, and a
    // frame that is valid during this call.
    #[expect(unsafe_code, reason = "the unwinder calls back with pointers")]
    let (seen, address) = unsafe { (&mut *seen.cast::<Seen>(), _Unwind_GetIP(frame)) };
    if seen.skip > 0 {
        seen.skip -= 1;
        return GO_ON;
    }
    seen.trace[seen.length] = address as u64;
    seen.length += 1;
    if seen.length == TRACE_FRAMES_MAX || address == 0 { STOP } else { GO_ON }
}

/// The current stack. It allocates nothing, and no stall comes while the unwinder may hold a lock of the loader.
#[inline(never)]
pub(super) fn capture() -> Trace {
    let _exemption = Exemption::begin();
    let mut seen = Seen { skip: OWN_FRAMES, length: 0, trace: NO_TRACE };
    // SAFETY: the callback has the right type and neither unwinds nor keeps the pointer, which is to a live local.
    #[expect(unsafe_code, reason = "the unwinder is a C interface")]
    unsafe {
        _Unwind_Backtrace(see, (&raw mut seen).cast());
    }
    seen.trace
}

/// The current stack, kept; none if this thread has spent enough of its time on stacks.
#[inline(never)]
pub(super) fn keep_current() -> TraceId {
    let start = now_nanos();
    if start < thread_state::with(|state| state.trace_from_nanos.get()) {
        return TraceId::NONE;
    }
    let id = keep(&capture());
    let end = now_nanos();
    let rest = end.saturating_sub(start) * REST_PER_COST;
    thread_state::with(|state| state.trace_from_nanos.set(end + rest));
    id
}

fn keep(trace: &Trace) -> TraceId {
    let start = hash(trace) as usize;
    for probe in 0..PROBES_MAX {
        let place = (start + probe) % TRACES_MAX;
        let mut kept = TRACES[place].lock();
        if kept[0] == 0 {
            *kept = *trace;
        }
        if *kept == *trace {
            return TraceId(place as u32 + 1);
        }
    }
    TraceId::NONE
}

/// The stack that is kept under a number.
pub(super) fn kept(id: TraceId) -> Trace {
    (id.0 as usize).checked_sub(1).map_or(NO_TRACE, |place| *TRACES[place].lock())
}

fn hash(trace: &Trace) -> u64 {
    let mixed =
        trace.iter().fold(0_u64, |hash, address| (hash ^ address).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31));
    mixed >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn from_here() -> (TraceId, Trace) {
        thread_state::with(|state| state.trace_from_nanos.set(0));
        let id = keep_current();
        (id, kept(id))
    }

    #[test]
    fn one_place_has_one_stack_however_often_it_is_taken() {
        let mut ids = Vec::new();
        for _ in 0..3 {
            let (id, trace) = std::hint::black_box(from_here());
            assert!(id != TraceId::NONE && trace[0] != 0);
            ids.push(id);
        }
        assert!(ids.iter().all(|id| *id == ids[0]));
        let (elsewhere, trace) = std::hint::black_box(from_here());
        assert!(elsewhere != ids[0] && trace != kept(ids[0]));
    }

    #[test]
    fn a_thread_that_has_just_taken_a_stack_rests() {
        from_here();
        thread_state::with(|state| state.trace_from_nanos.set(u64::MAX));
        assert_eq!(keep_current(), TraceId::NONE);
        assert_eq!(kept(TraceId::NONE), NO_TRACE);
    }

    #[test]
    fn stacks_that_many_threads_keep_at_once_are_found_again() {
        std::thread::scope(|scope| {
            for number in 1..=4_u64 {
                scope.spawn(move || {
                    for address in 1..500 {
                        let mut trace = NO_TRACE;
                        (trace[0], trace[1]) = (address, number % 2);
                        let id = keep(&trace);
                        assert!(id == TraceId::NONE || kept(id) == trace);
                    }
                });
            }
        });
    }
}
