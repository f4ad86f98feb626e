//! Holds a worker wherever it happens to be: a signal's handler that waits.
//!
//! The handler takes the request from the worker's slot, waits on the fault's armed word and counts what it did. It uses
//! only atomics, the clock and one system call, all of them async-signal-safe.

use super::session::session;
use crate::hold::hold_and_count;
use crate::thread_state;
use squall_model::segment::SlotView;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

/// A request packs the fault's number above the hold's nanoseconds; 0 is no request.
const NANOS_BITS: u32 = 56;

/// The signal: high among the real-time signals, which neither the standard library nor common runtimes use.
fn signal_number() -> libc::c_int {
    libc::SIGRTMIN() + 7
}

/// Installs the handler, once.
///
/// # Errors
/// If the system refuses, in words.
pub(super) fn install() -> Result<(), String> {
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    INSTALLED.get_or_init(install_now).clone()
}

#[expect(unsafe_code, reason = "a signal handler is installed by sigaction")]
fn install_now() -> Result<(), String> {
    // SAFETY: an all-zero sigaction is a valid value, and each pointer is to a live local; the handler is
    // async-signal-safe. SA_RESTART lets most of the target's own system calls go on; those that never restart (poll, epoll, sleeps)
    // end with EINTR, as they do for any signal.
    let outcome = unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let handler: extern "C" fn(libc::c_int) = hold_here;
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(signal_number(), &raw const action, std::ptr::null_mut())
    };
    if outcome == 0 { Ok(()) } else { Err(format!("no signal handler: {}", std::io::Error::last_os_error())) }
}

/// Asks the worker of a slot to hold itself. Hands on whether it was asked: not if it does not run, or is held already.
pub(super) fn request(slot: &SlotView<'_>, fault: usize, nanos: u64) -> bool {
    let thread_id = slot.thread_id();
    let packed = (fault as u64) << NANOS_BITS | nanos.clamp(1, (1 << NANOS_BITS) - 1);
    let word = slot.stall_request();
    if thread_id == 0 || word.compare_exchange(0, packed, Ordering::AcqRel, Ordering::Acquire).is_err() {
        return false;
    }
    // SAFETY: the call takes plain numbers; a thread that is gone makes it fail, which is looked at.
    #[expect(unsafe_code, reason = "the standard library cannot signal one thread")]
    let sent =
        unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread_id as libc::pid_t, signal_number()) == 0 };
    if !sent {
        word.store(0, Ordering::Release);
    }
    sent
}

extern "C" fn hold_here(_: libc::c_int) {
    keep_errno(hold_if_asked);
}

/// Does a handler's work, and leaves `errno` as the interrupted code had it.
pub(crate) fn keep_errno(body: impl FnOnce()) {
    let errno_before = errno();
    body();
    set_errno(errno_before);
}

/// Holds the current thread if its slot has a request, unless it is in the probe's own work: then the request stays, and the
/// end of that work calls this again.
pub(crate) fn hold_if_asked() {
    let slot = thread_state::with(|state| if state.exempt() { None } else { state.slot.get() });
    let Some(slot) = slot else { return };
    let request = slot.stall_request().load(Ordering::Acquire);
    if request == 0 {
        return;
    }
    let fault = session().and_then(|session| session.faults.get((request >> NANOS_BITS) as usize));
    if let Some(fault) = fault {
        hold_and_count(&fault.meter, request & ((1 << NANOS_BITS) - 1));
    }
    slot.stall_request().store(0, Ordering::Release);
}

#[expect(unsafe_code, reason = "errno is behind a pointer of the C library")]
fn errno() -> libc::c_int {
    // SAFETY: the pointer is to the calling thread's own errno, which lives as long as the thread.
    unsafe { *libc::__errno_location() }
}

#[expect(unsafe_code, reason = "errno is behind a pointer of the C library")]
fn set_errno(value: libc::c_int) {
    // SAFETY: as in `errno`.
    unsafe { *libc::__errno_location() = value }
}
