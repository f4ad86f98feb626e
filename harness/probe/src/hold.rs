//! Holds the current thread for a time, or until the fault that holds it is healed.
//!
//! Below 100 µs it spins, because the kernel wakes no thread so soon. Above, it waits on the fault's armed word, so that a
//! heal ends a long hold at once, and spins only through the time that a wake-up takes. Async-signal-safe: it neither allocates nor locks.

use crate::clock::kernel_nanos;
use crate::thread_state;
use squall_model::segment::MeterView;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shorter holds spin.
pub(crate) const SPIN_NANOS_MAX: u64 = 100_000;
/// A sleeping thread wakes up to so much late even when asked to be punctual (60 to 70 µs on a virtual machine); so it
/// sleeps for that much less and spins through the rest.
const WAKE_NANOS: u64 = 80_000;
/// How many times a spin looks at the clock before it looks whether the fault was healed.
const SPINS_PER_LOOK: u32 = 16;

/// Holds the thread and counts the delay that it really caused in the fault's meter.
pub(crate) fn hold_and_count(meter: &MeterView<'_>, asked_nanos: u64) {
    meter.begin_hold();
    let delivered_nanos = hold(meter.armed_word(), asked_nanos);
    meter.end_hold();
    meter.count_delay(asked_nanos, delivered_nanos);
}

/// Holds the thread while `armed` is 1, for at most `asked_nanos`; hands on how long it took.
pub(crate) fn hold(armed: &AtomicU64, asked_nanos: u64) -> u64 {
    let start = kernel_nanos();
    let deadline = start.saturating_add(asked_nanos);
    if asked_nanos < SPIN_NANOS_MAX {
        spin_until(armed, deadline);
    } else {
        become_punctual();
        sleep_until(armed, deadline);
    }
    kernel_nanos() - start
}

fn spin_until(armed: &AtomicU64, deadline: u64) {
    while armed.load(Ordering::Relaxed) == 1 {
        for _ in 0..SPINS_PER_LOOK {
            if kernel_nanos() >= deadline {
                return;
            }
            std::hint::spin_loop();
        }
    }
}

fn sleep_until(armed: &AtomicU64, deadline: u64) {
    while armed.load(Ordering::Acquire) == 1 {
        let now = kernel_nanos();
        if now + WAKE_NANOS >= deadline {
            spin_until(armed, deadline);
            return;
        }
        wait_on_word(armed, 1, deadline - WAKE_NANOS - now);
    }
}

/// Waits until the low half of `word` is no longer `expected`, at most `nanos`; may wake early without a reason.
pub(crate) fn wait_on_word(word: &AtomicU64, expected: u32, nanos: u64) {
    let timeout = libc::timespec {
        tv_sec: (nanos / 1_000_000_000) as libc::time_t,
        tv_nsec: (nanos % 1_000_000_000) as libc::c_long,
    };
    // SAFETY: `word` lives through the call, and its first half is an aligned 32-bit word (on the little-endian machines
    // that this is built for, the low half); the kernel only reads it. The timeout is a live local.
    #[expect(unsafe_code, reason = "the standard library waits only on words of its own process")]
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            std::ptr::from_ref(word).cast::<u32>(),
            libc::FUTEX_WAIT,
            expected,
            &raw const timeout,
        );
    }
}

/// Asks the kernel to wake this thread within a nanosecond of its time instead of the usual 50 µs.
pub(crate) fn become_punctual() {
    if thread_state::with(|state| state.punctual.replace(true)) {
        return;
    }
    // SAFETY: the call takes plain numbers and changes only the calling thread's timer slack.
    #[expect(unsafe_code, reason = "the timer slack is set by prctl")]
    unsafe {
        libc::prctl(libc::PR_SET_TIMERSLACK, 1_u64);
    }
}

#[cfg(target_endian = "big")]
compile_error!("the armed word of a fault is waited on by its first half, which must be the low one");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_lasts_at_least_as_long_as_asked() {
        let armed = AtomicU64::new(1);
        for asked in [1_000, 50_000, 150_000, 2_000_000] {
            assert!(hold(&armed, asked) >= asked);
        }
    }

    #[test]
    fn a_hold_of_a_healed_fault_ends_at_once() {
        let armed = AtomicU64::new(0);
        assert!(hold(&armed, 60_000_000_000) < 10_000_000_000);
    }
}
