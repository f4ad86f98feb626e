//! The handler of SIGTRAP: it takes the tag of the breakpoint from the signal and lets the fault act on the thread.
//!
//! Async-signal-safe throughout. The kernel sets the processor's resume flag in what the handler returns to, so that an
//! execution breakpoint triggers once for each entry. Signals that are no breakpoint of ours go to the handler that was
//! there before.

use super::place;
use super::survey;
use super::tag::{Purpose, Tag};
use super::words;
use crate::clock::kernel_nanos;
use crate::fault::{ActiveFault, hold_at_aim, keep_errno, session};
use crate::thread_state;
use std::mem::MaybeUninit;
use std::sync::OnceLock;

/// `si_code` of a perf event.
const TRAP_PERF: libc::c_int = 6;
/// Where the kernel's siginfo has the event's data and its flags.
const DATA_OFFSET: usize = 24;
const FLAGS_OFFSET: usize = 36;
/// The thread ran into the breakpoint earlier, while it was in this very handler.
const FLAG_LATE: u32 = 1;

/// Through shorter pauses breakpoints stay enabled: running into one takes 10 µs or so, and the manager, who would have to
/// enable them again, is not faster.
const PAUSE_NANOS_MIN: u64 = 50_000;

static BEFORE: OnceLock<Result<libc::sigaction, String>> = OnceLock::new();

/// Installs the handler, once.
///
/// # Errors
/// If the system refuses, in words.
pub(super) fn install() -> Result<(), String> {
    BEFORE.get_or_init(install_now).as_ref().map(|_| ()).map_err(Clone::clone)
}

#[expect(unsafe_code, reason = "a signal handler is installed by sigaction")]
fn install_now() -> Result<libc::sigaction, String> {
    let mut before = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: an all-zero sigaction is a valid value, and each pointer is to a live local; the handler is async-signal-safe
    // and has the type that SA_SIGINFO asks for. On success the kernel has written `before`; all zeroes are valid, too.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = trapped;
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        libc::sigemptyset(&raw mut action.sa_mask);
        if libc::sigaction(libc::SIGTRAP, &raw const action, before.as_mut_ptr()) != 0 {
            return Err(format!("no handler of SIGTRAP: {}", std::io::Error::last_os_error()));
        }
        Ok(before.assume_init())
    }
}

extern "C" fn trapped(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    keep_errno(|| match read(info) {
        Some((_, true)) => {}
        Some((tag, false)) => act(tag),
        None => hand_on(signal, info, context),
    });
}

/// The tag of a breakpoint of ours, and whether the signal is late.
#[expect(unsafe_code, reason = "the C library's siginfo has no names for these fields")]
fn read(info: *const libc::siginfo_t) -> Option<(Tag, bool)> {
    // SAFETY: the kernel hands a valid siginfo of 128 bytes to a handler with SA_SIGINFO; the offsets lie inside, and any
    // bits are valid numbers.
    let (code, data, flags) = unsafe {
        let bytes = info.cast::<u8>();
        let data = bytes.add(DATA_OFFSET).cast::<u64>().read_unaligned();
        ((*info).si_code, data, bytes.add(FLAGS_OFFSET).cast::<u32>().read_unaligned())
    };
    if code != TRAP_PERF {
        return None;
    }
    Some((Tag::unpack(data)?, flags & FLAG_LATE != 0))
}

/// Lets the fault act. Only on a worker inside an operation, and not in the probe's own work.
fn act(tag: Tag) {
    let idle = thread_state::with(|state| state.exempt() || state.operation.get().is_none());
    let armed =
        session().and_then(|session| session.faults.get(tag.fault as usize)).filter(|fault| fault.meter.armed());
    let (false, Some(fault)) = (idle, armed) else { return };
    match tag.purpose {
        Purpose::Survey { number } => survey::count(number),
        Purpose::Word { number, generation } if !words::lives(number, generation) => {}
        Purpose::Word { .. } | Purpose::Function => {
            hold_at_aim(tag.fault as usize, fault);
            go_on_undisturbed(tag.fault, fault);
        }
    }
}

/// Disables the fault's breakpoints on this thread, unless its next hold is due soon.
fn go_on_undisturbed(number: u8, fault: &ActiveFault) {
    let pause_nanos = fault.occasions.due().saturating_sub(kernel_nanos());
    let worker = thread_state::with(thread_state::ThreadState::worker);
    if let (PAUSE_NANOS_MIN.., Some(worker)) = (pause_nanos, worker) {
        place::quiet(worker, number);
    }
}

/// Does with a signal what would have been done without this handler.
#[expect(unsafe_code, reason = "another handler is known only by its address")]
fn hand_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(Ok(before)) = BEFORE.get() else { return };
    // SAFETY: the address came from sigaction together with the flag that tells the handler's type, and is no special
    // value. Without a handler the default is put back, and the signal, raised again, waits until this handler returns.
    unsafe {
        match before.sa_sigaction {
            libc::SIG_IGN => {}
            libc::SIG_DFL => {
                libc::signal(signal, libc::SIG_DFL);
                libc::raise(signal);
            }
            address if before.sa_flags & libc::SA_SIGINFO != 0 => {
                type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
                std::mem::transmute::<usize, Handler>(address)(signal, info, context);
            }
            address => std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(address)(signal),
        }
    }
}
