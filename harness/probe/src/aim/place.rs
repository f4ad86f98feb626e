//! Where the breakpoints of each worker are noted, so that the worker itself can disable one from inside the handler: who ran
//! into a breakpoint when no hold is due goes on at full speed until one is.

use super::breakpoint::{Breakpoint, disable};
use super::tag::Tag;
use squall_model::WORKERS_MAX;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU32, Ordering};

/// Debug registers of one thread on x86-64.
pub(super) const SLOTS: usize = 4;
/// The mark of a place without a breakpoint.
const VACANT: RawFd = -1;

/// A place for one breakpoint of one worker.
struct Place {
    descriptor: AtomicI32,
    fault: AtomicU8,
    /// How many handlers use the descriptor at this moment; it is not closed meanwhile.
    users: AtomicU32,
    /// Whether the worker disabled it.
    quiet: AtomicBool,
}

static PLACES: [[Place; SLOTS]; WORKERS_MAX as usize] =
    [const { [const { Place::vacant() }; SLOTS] }; WORKERS_MAX as usize];

impl Place {
    const fn vacant() -> Self {
        Self {
            descriptor: AtomicI32::new(VACANT),
            fault: AtomicU8::new(0),
            users: AtomicU32::new(0),
            quiet: AtomicBool::new(false),
        }
    }
}

/// A breakpoint that is set and noted. Dropped, it is forgotten first and taken away then.
pub(super) struct Placed {
    place: &'static Place,
    breakpoint: Breakpoint,
}

impl Placed {
    /// Notes a breakpoint of a worker and enables it; nothing if the worker has no vacant place.
    pub(super) fn new(worker: usize, tag: Tag, breakpoint: Breakpoint) -> Option<Self> {
        let mut places = PLACES.get(worker)?.iter();
        let place = places.find(|place| place.descriptor.load(Ordering::Relaxed) == VACANT)?;
        place.fault.store(tag.fault, Ordering::Relaxed);
        place.quiet.store(false, Ordering::Relaxed);
        place.descriptor.store(breakpoint.as_raw_fd(), Ordering::SeqCst);
        breakpoint.enable();
        Some(Self { place, breakpoint })
    }

    /// Enables the breakpoint again, if its worker disabled it.
    pub(super) fn wake(&self) {
        if self.place.quiet.swap(false, Ordering::AcqRel) {
            self.breakpoint.enable();
        }
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        self.place.descriptor.store(VACANT, Ordering::SeqCst);
        while self.place.users.load(Ordering::SeqCst) != 0 {
            std::thread::yield_now();
        }
    }
}

/// Disables the breakpoints that a fault has on the current thread, which is this worker. Async-signal-safe.
pub(super) fn quiet(worker: u32, fault: u8) {
    for place in PLACES.get(worker as usize).into_iter().flatten() {
        place.users.fetch_add(1, Ordering::SeqCst);
        let descriptor = place.descriptor.load(Ordering::SeqCst);
        if descriptor != VACANT && place.fault.load(Ordering::Relaxed) == fault {
            disable(descriptor);
            // Only now: a manager that sees the mark earlier would enable what is then disabled, and nobody would look again.
            place.quiet.store(true, Ordering::Release);
        }
        place.users.fetch_sub(1, Ordering::SeqCst);
    }
}
