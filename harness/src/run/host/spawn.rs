//! Child processes that cannot outlive us: each in a process group of its own, killed by the kernel when we die.

use std::io;
use std::os::fd::RawFd;
use tokio::process::Command;

/// What a subject inherits beside its standard streams.
#[derive(Debug, Clone)]
pub(in crate::run) struct Inheritance {
    /// The descriptors that stay open in the child, under the same numbers.
    pub(in crate::run) descriptors: Vec<RawFd>,
    /// The most address space that the child may use, in bytes.
    pub(in crate::run) address_space_max: Option<u64>,
}

/// Prepares a command whose process dies with this one. It leads a process group of its own, so that a Ctrl-C at the
/// terminal reaches only squall, which heals first, and so that its children can be killed with it.
pub(in crate::run) fn under_leash(command: &mut Command, inheritance: Option<Inheritance>) -> &mut Command {
    let parent = std::process::id();
    command.process_group(0).kill_on_drop(true);
    // SAFETY: between fork and exec only async-signal-safe calls are made: prctl, getppid, fcntl and setrlimit, on plain
    // numbers and memory that was allocated before.
    #[expect(unsafe_code, reason = "the child prepares itself between fork and exec")]
    unsafe {
        command.pre_exec(move || {
            die_with_parent(parent)?;
            inheritance.as_ref().map_or(Ok(()), inherit)
        })
    }
}

/// Asks the kernel to kill this process when its parent dies, and fails if it died already.
fn die_with_parent(parent: u32) -> io::Result<()> {
    // SAFETY: both calls take plain numbers.
    #[expect(unsafe_code, reason = "prctl and getppid are the operating system's")]
    let (set, parent_now) = unsafe { (libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL), libc::getppid()) };
    if set == -1 {
        return Err(io::Error::last_os_error());
    }
    if parent_now as u32 == parent { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::ESRCH)) }
}

fn inherit(inheritance: &Inheritance) -> io::Result<()> {
    for descriptor in &inheritance.descriptors {
        // SAFETY: the call takes plain numbers; a closed descriptor makes it fail, which is looked at.
        #[expect(unsafe_code, reason = "the close-on-exec flag is cleared by fcntl")]
        let outcome = unsafe { libc::fcntl(*descriptor, libc::F_SETFD, 0) };
        if outcome == -1 {
            return Err(io::Error::last_os_error());
        }
    }
    if let Some(bytes) = inheritance.address_space_max {
        // SAFETY: the pointers are to a live local. A limit that is lower already stays.
        #[expect(unsafe_code, reason = "limits are set by setrlimit")]
        let outcome = unsafe {
            let mut limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
            libc::getrlimit(libc::RLIMIT_AS, &raw mut limit);
            limit.rlim_cur = limit.rlim_cur.min(bytes);
            limit.rlim_max = limit.rlim_max.min(bytes);
            libc::setrlimit(libc::RLIMIT_AS, &raw const limit)
        };
        if outcome == -1 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Sends a signal to every process of a group. A group that is gone is no error.
pub(in crate::run) fn signal_group(group: u32, signal: i32) {
    let Ok(group) = i32::try_from(group) else { return };
    if group <= 1 {
        return;
    }
    // SAFETY: the call takes plain numbers, and the group is one that squall made itself.
    #[expect(unsafe_code, reason = "signals are sent by the operating system")]
    unsafe {
        libc::kill(-group, signal);
    }
}
