//! From the armed faults to the addresses that they aim at, and to the few that are watched in one turn.

use super::breakpoint::Trigger;
use super::load_address::load_address;
use super::tag::{Purpose, Tag};
use super::words::{self, Piece, touch};
use crate::fault::Session;
use squall_model::decision::decide;
use squall_model::fault::{Fault, Stall, StallPlace};

/// An address that a fault aims at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Aim {
    pub(super) tag: Tag,
    pub(super) trigger: Trigger,
    pub(super) address: u64,
}

/// The draw that picks the aims of a turn; apart from those that decide a hold.
const PICK: u64 = 4;

/// The aimed stall that a fault is, if it is one.
pub(super) fn aimed(fault: &Fault) -> Option<&Stall> {
    match fault {
        Fault::Stall(stall) if stall.at.is_aimed() => Some(stall),
        _ => None,
    }
}

/// Where an address of the program's file lies in memory.
fn loaded(address: u64) -> u64 {
    load_address().wrapping_add(address)
}

/// All that a fault aims at in a turn. `chosen` are the words that were chosen for `word: auto`.
pub(super) fn of_fault(session: &Session, number: usize, chosen: &[Piece], turn: u64) -> Vec<Aim> {
    let planned = &session.faults[number].plan;
    let aim = |purpose, trigger, address| Aim { tag: Tag { fault: number as u8, purpose }, trigger, address };
    match aimed(&planned.fault).map(|stall| &stall.at) {
        Some(StallPlace::Function(_)) => {
            planned.functions.iter().map(|address| aim(Purpose::Function, Trigger::Execute, loaded(*address))).collect()
        }
        // The addresses are pairs. In one turn threads are held before the instructions, in the next one after them:
        // whoever is watched at both is always held at the first.
        Some(StallPlace::Atomic(_)) => {
            let side = (turn % 2) as usize;
            let addresses = planned.functions.iter().skip(side).step_by(2);
            addresses.map(|address| aim(Purpose::Function, Trigger::Execute, loaded(*address))).collect()
        }
        // Chosen words are the workload's own, so they live as long as the process, as functions do.
        Some(StallPlace::Word(name)) if name == squall_model::fault::AUTO => {
            chosen.iter().map(|piece| aim(Purpose::Function, touch(*piece), piece.address)).collect()
        }
        Some(StallPlace::Word(name)) => {
            let words = words::living(name).into_iter();
            words.map(|(piece, purpose)| aim(purpose, touch(piece), piece.address)).collect()
        }
        _ => Vec::new(),
    }
}

/// The aims of one turn: all, or so many as a thread has breakpoints, drawn anew each turn.
pub(super) fn draw(session: &Session, mut aims: Vec<Aim>, turn: u64, slots: usize) -> Vec<Aim> {
    if aims.len() > slots {
        let key = |aim: &Aim| session.faults[aim.tag.fault as usize].plan.decision_key;
        let rank: Vec<u64> =
            (0..).zip(&aims).map(|(place, aim)| decide(session.plan.seed, key(aim), place, turn, PICK)).collect();
        let mut order: Vec<usize> = (0..aims.len()).collect();
        order.sort_unstable_by_key(|place| rank[*place]);
        order.truncate(slots);
        aims = order.into_iter().map(|place| aims[place]).collect();
    }
    aims
}
