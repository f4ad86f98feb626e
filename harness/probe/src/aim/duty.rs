//! The breakpoints that are set in one turn, on every worker, and their duty: enabled only while a hold is due, so that
//! the rest of the run is as fast as without them.

use super::aims::Aim;
use super::breakpoint::{Breakpoint, in_words};
use crate::clock::kernel_nanos;
use crate::fault::{ActiveFault, Session};
use squall_model::fault::FAULTS_MAX;
use std::collections::BTreeMap;
use std::io;

/// Debug registers of one thread on x86-64.
pub(super) const SLOTS: usize = 4;
/// Breakpoints stay enabled through shorter pauses: switching them off and on again would take too much of them.
const PAUSE_NANOS_MIN: u64 = 1_000_000;

/// The breakpoints that are set.
#[derive(Default)]
pub(super) struct Duty {
    set: BTreeMap<(u64, u64), (Aim, Breakpoint)>,
    enabled: [bool; FAULTS_MAX],
}

/// What came of setting the breakpoints of a turn.
#[derive(Debug)]
pub(super) enum Setting {
    /// All are set.
    Done,
    /// A thread has only so many breakpoints left.
    Fewer { slots: usize },
    /// The system refuses them, with its words.
    Refused { fault: usize, reason: String },
}

impl Duty {
    /// Sets the breakpoints of a turn on all workers that run, and takes away all others.
    pub(super) fn set(&mut self, session: &Session, aims: &[Aim]) -> Setting {
        let threads: Vec<u64> = session.segment.slots().map(|slot| slot.thread_id()).filter(|id| *id != 0).collect();
        let wanted = |thread: &u64, aim: &Aim| threads.contains(thread) && aims.contains(aim);
        self.set.retain(|(thread, _), (aim, _)| wanted(thread, aim));
        for thread in threads {
            for (slot, aim) in aims.iter().enumerate() {
                if let Err(error) = self.set_one(thread, *aim) {
                    match consequence(&error, slot, aim) {
                        Setting::Done => break,
                        other => return other,
                    }
                }
            }
        }
        Setting::Done
    }

    fn set_one(&mut self, thread: u64, aim: Aim) -> io::Result<()> {
        let key = (thread, key_of(aim));
        if self.set.contains_key(&key) {
            return Ok(());
        }
        let breakpoint = Breakpoint::set(thread, aim.trigger, aim.address, aim.tag.pack())?;
        if self.enabled[aim.tag.fault as usize] {
            breakpoint.set_enabled(true);
        }
        self.set.insert(key, (aim, breakpoint));
        Ok(())
    }

    /// Enables the breakpoints of a fault whose next hold is due, and disables them through a long pause. Hands on when
    /// the next one is due.
    pub(super) fn keep(&mut self, number: usize, fault: &ActiveFault) -> u64 {
        let due = fault.occasions.due();
        let now = kernel_nanos();
        if due <= now {
            self.switch(number, true);
        } else if due - now >= PAUSE_NANOS_MIN {
            self.switch(number, false);
        }
        due
    }

    /// Enables or disables all breakpoints of a fault.
    pub(super) fn switch(&mut self, number: usize, enabled: bool) {
        if self.enabled[number] == enabled {
            return;
        }
        self.enabled[number] = enabled;
        for (aim, breakpoint) in self.set.values() {
            if aim.tag.fault as usize == number {
                breakpoint.set_enabled(enabled);
            }
        }
    }
}

/// Tells the aims of one thread apart: no two have the same tag and address.
fn key_of(aim: Aim) -> u64 {
    squall_model::decision::decide(aim.tag.pack(), aim.address, 0, 0, 0)
}

fn consequence(error: &io::Error, slot: usize, aim: &Aim) -> Setting {
    match error.raw_os_error() {
        // The thread ended between the look at its slot and now.
        Some(libc::ESRCH) => Setting::Done,
        Some(libc::ENOSPC | libc::EBUSY) if slot > 0 => Setting::Fewer { slots: slot },
        _ => Setting::Refused { fault: aim.tag.fault as usize, reason: in_words(error) },
    }
}
