//! The breakpoints that are set in one turn, on every worker, and their duty: a worker that runs into one when no hold is due
//! disables it; once a hold is due, it is enabled again. So the rest of the run is as fast as without them.

use super::aims::Aim;
use super::breakpoint::{Breakpoint, in_words};
use super::place::Placed;
use crate::clock::kernel_nanos;
use crate::fault::{ActiveFault, Session};
use std::io;

/// The breakpoints that are set.
#[derive(Default)]
pub(super) struct Duty {
    set: Vec<Post>,
}

/// One aim on one thread.
struct Post {
    thread: u64,
    aim: Aim,
    placed: Placed,
}

/// What came of setting the breakpoints of a turn.
#[derive(Debug)]
pub(super) enum Setting {
    /// All are set.
    Done,
    /// A thread has only so many breakpoints left, with the system's words. It may be for a moment only: the system frees one
    /// that was taken away once its thread has dealt with the signal that is under way.
    Crowded { slots: usize, fault: usize, reason: String },
    /// The system refuses them, with its words.
    Refused { fault: usize, reason: String },
}

impl Duty {
    /// Sets the breakpoints of a turn on all workers that run, and takes away all others.
    pub(super) fn set(&mut self, session: &Session, aims: &[Aim]) -> Setting {
        let slots = session.segment.slots().map(|slot| slot.thread_id()).enumerate();
        let threads: Vec<(usize, u64)> = slots.filter(|(_, thread)| *thread != 0).collect();
        let runs = |wanted: u64| threads.iter().any(|(_, thread)| *thread == wanted);
        self.set.retain(|post| runs(post.thread) && aims.contains(&post.aim));
        for (worker, thread) in threads {
            for (slot, aim) in aims.iter().enumerate() {
                if let Err(error) = self.set_one(worker, thread, *aim) {
                    match consequence(&error, slot, aim) {
                        Setting::Done => break,
                        other => return other,
                    }
                }
            }
        }
        Setting::Done
    }

    fn set_one(&mut self, worker: usize, thread: u64, aim: Aim) -> io::Result<()> {
        if self.set.iter().any(|post| post.thread == thread && post.aim == aim) {
            return Ok(());
        }
        let breakpoint = Breakpoint::set(thread, aim.trigger, aim.address, aim.tag.pack())?;
        self.set.extend(Placed::new(worker, aim.tag, breakpoint).map(|placed| Post { thread, aim, placed }));
        Ok(())
    }

    /// Enables what workers disabled, if the fault's next hold is due; hands on when it is.
    pub(super) fn keep(&self, number: usize, fault: &ActiveFault) -> u64 {
        let due = fault.occasions.due();
        if due <= kernel_nanos() {
            let of_fault = self.set.iter().filter(|post| post.aim.tag.fault as usize == number);
            of_fault.for_each(|post| post.placed.wake());
        }
        due
    }
}

fn consequence(error: &io::Error, slot: usize, aim: &Aim) -> Setting {
    match error.raw_os_error() {
        // The thread ended between the look at its slot and now.
        Some(libc::ESRCH) => Setting::Done,
        Some(libc::ENOSPC | libc::EBUSY) => {
            Setting::Crowded { slots: slot, fault: aim.tag.fault as usize, reason: in_words(error) }
        }
        _ => Setting::Refused { fault: aim.tag.fault as usize, reason: in_words(error) },
    }
}
