//! One hardware breakpoint on one thread, by `perf_event_open`: the kernel sends SIGTRAP to that thread when it runs into it.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, RawFd};

/// What runs into a breakpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Trigger {
    /// The instruction at the address is about to be executed.
    Execute,
    /// So many bytes at the address were read or written.
    Touch { bytes: u8 },
    /// So many bytes at the address were written.
    Write { bytes: u8 },
}

/// A breakpoint on one thread; gone when dropped.
#[derive(Debug)]
pub(super) struct Breakpoint {
    event: File,
}

const TYPE_BREAKPOINT: u32 = 5;
const TRIGGER_READ: u32 = 1;
const TRIGGER_WRITE: u32 = 2;
const TRIGGER_EXECUTE: u32 = 4;
const DISABLED: u64 = 1;
const EXCLUDE_KERNEL: u64 = 1 << 5;
const EXCLUDE_HYPERVISOR: u64 = 1 << 6;
const REMOVE_ON_EXEC: u64 = 1 << 36;
const SIGTRAP: u64 = 1 << 37;
const CLOSE_ON_EXEC: libc::c_ulong = 1 << 3;
const ENABLE: libc::c_ulong = 0x2400;
const DISABLE: libc::c_ulong = 0x2401;

/// The kernel's `perf_event_attr`, up to the field that came with SIGTRAP (Linux 5.13).
#[repr(C)]
#[derive(Default)]
struct Attributes {
    kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    flags: u64,
    wakeup_events: u32,
    trigger: u32,
    address: u64,
    length: u64,
    branch_sample_type: u64,
    sample_registers_user: u64,
    sample_stack_user: u32,
    clock: i32,
    sample_registers_interrupt: u64,
    aux_watermark: u32,
    sample_stack_max: u16,
    reserved: u16,
    aux_sample_size: u32,
    reserved_again: u32,
    signal_data: u64,
}

impl Breakpoint {
    /// Sets a breakpoint on a thread of this process, still disabled. `data` is what its signal carries.
    pub(super) fn set(thread_id: u64, trigger: Trigger, address: u64, data: u64) -> io::Result<Self> {
        let (trigger, length) = match trigger {
            Trigger::Execute => (TRIGGER_EXECUTE, size_of::<libc::c_long>() as u64),
            Trigger::Touch { bytes } => (TRIGGER_READ | TRIGGER_WRITE, u64::from(bytes)),
            Trigger::Write { bytes } => (TRIGGER_WRITE, u64::from(bytes)),
        };
        let attributes = Attributes {
            kind: TYPE_BREAKPOINT,
            size: size_of::<Attributes>() as u32,
            sample_period: 1,
            flags: DISABLED | EXCLUDE_KERNEL | EXCLUDE_HYPERVISOR | REMOVE_ON_EXEC | SIGTRAP,
            trigger,
            address,
            length,
            signal_data: data,
            ..Attributes::default()
        };
        open(&attributes, thread_id as libc::pid_t)
    }

    /// Lets it trigger. The kernel refuses only for threads that are gone.
    pub(super) fn enable(&self) {
        switch(self.as_raw_fd(), ENABLE);
    }
}

impl AsRawFd for Breakpoint {
    fn as_raw_fd(&self) -> RawFd {
        self.event.as_raw_fd()
    }
}

/// Keeps the breakpoint behind a descriptor from triggering. Async-signal-safe.
pub(super) fn disable(descriptor: RawFd) {
    switch(descriptor, DISABLE);
}

fn switch(descriptor: RawFd, request: libc::c_ulong) {
    // SAFETY: the descriptor is an open perf event, and these two requests take no pointer.
    #[expect(unsafe_code, reason = "a perf event is switched by ioctl")]
    unsafe {
        libc::ioctl(descriptor, request, 0);
    }
}

fn open(attributes: &Attributes, thread: libc::pid_t) -> io::Result<Breakpoint> {
    const ANY_PROCESSOR: libc::c_int = -1;
    const NO_GROUP: libc::c_int = -1;
    // SAFETY: the attributes are a live local of the size that they state; the kernel reads them only. A descriptor that it
    // hands out is open and nobody else's.
    #[expect(unsafe_code, reason = "the C library has no function for this system call")]
    unsafe {
        let pointer = std::ptr::from_ref(attributes);
        let number = libc::syscall(libc::SYS_perf_event_open, pointer, thread, ANY_PROCESSOR, NO_GROUP, CLOSE_ON_EXEC);
        if number < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Breakpoint { event: File::from_raw_fd(number as libc::c_int) })
    }
}

/// Why no breakpoint can be set on threads of this process; `None` if one can.
pub(crate) fn refusal() -> Option<String> {
    let word = 0_u64;
    const THIS_THREAD: u64 = 0;
    let tried = Breakpoint::set(THIS_THREAD, Trigger::Touch { bytes: 8 }, std::ptr::from_ref(&word) as u64, 0);
    tried.err().map(|error| in_words(&error))
}

/// What an error of the system call means, and what helps.
pub(super) fn in_words(error: &io::Error) -> String {
    let level = std::fs::read_to_string("/proc/sys/kernel/perf_event_paranoid").unwrap_or_default();
    let level = level.trim();
    let cause = match error.raw_os_error() {
        Some(libc::EACCES | libc::EPERM) if level.parse().is_ok_and(|level: i32| level > 2) => {
            format!("; perf_event_paranoid is {level}, and 2 or less is needed")
        }
        Some(libc::EACCES | libc::EPERM) => "; a container's system call filter may forbid it".to_owned(),
        Some(libc::ENOSYS) => "; the kernel has no perf events, or a system call filter hides them".to_owned(),
        Some(libc::EINVAL | libc::E2BIG) => "; Linux 5.13 or later is needed".to_owned(),
        Some(libc::ENOENT | libc::EOPNOTSUPP) => "; this machine has no hardware breakpoints".to_owned(),
        Some(libc::ENOSPC | libc::EBUSY) => "; another tool uses all of them".to_owned(),
        _ => String::new(),
    };
    format!("the system refuses hardware breakpoints ({error}){cause}")
}
