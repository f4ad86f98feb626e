//! The probe's thread that sets the breakpoints of aimed stalls and takes turns where there are more aims than a thread has
//! breakpoints.
//!
//! It lives while any aimed stall is armed. Each turn watches the aims that were drawn for it, a few milliseconds long.

use super::aims::{self, Aim, aimed};
use super::duty::{Duty, Setting};
use super::place::SLOTS;
use super::words::Piece;
use super::{survey, trap, words};
use crate::clock::kernel_nanos;
use crate::fault::Session;
use crate::hold::{become_punctual, wait_on_word};
use crate::subject::{note_fault, refuse_fault};
use crate::thread_state::Exemption;
use squall_model::fault::{AUTO, FAULTS_MAX, StallPlace};
use squall_model::lanes;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// How long one turn watches the same aims.
const TURN_NANOS: u64 = 5_000_000;
/// How often the manager looks whether a hold that was due has come.
const LOOK_NANOS: u64 = 500_000;
/// A thread that has too few breakpoints left in so many turns, one after the other, has them for good.
const CROWDED_TURNS_MAX: u32 = 200;
/// It does not sleep for less: the system would wake it late anyway.
const SLEEP_NANOS_MIN: u64 = 50_000;

/// Whether a manager runs.
static RUNS: Mutex<bool> = Mutex::new(false);

/// Makes an aimed stall act from now on.
///
/// # Errors
/// Why that is not possible here, in words.
pub(crate) fn arm(session: &'static Session) -> Result<(), String> {
    trap::install()?;
    let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    if !*runs {
        let spawned = std::thread::Builder::new().name("squall-aim".to_owned()).spawn(move || manage(session));
        spawned.map_err(|error| format!("no thread: {error}"))?;
        *runs = true;
    }
    Ok(())
}

/// Notes, when an aimed stall is healed, whether the word that it was aimed at is gone.
pub(crate) fn heal(session: &'static Session, number: usize) {
    let fault = &session.faults[number];
    let Some(StallPlace::Word(name)) = aimed(&fault.plan.fault).map(|stall| &stall.at) else { return };
    if fault.meter.lane(lanes::STALL_WORD_GONE) == 0 && words::is_gone(name, kernel_nanos()) {
        fault.meter.add_to_lane(lanes::STALL_WORD_GONE, 1);
    }
}

fn manage(session: &'static Session) {
    let _exemption = Exemption::begin();
    become_punctual();
    let mut manager = Manager {
        session,
        duty: Duty::default(),
        slots: SLOTS,
        crowded_turns: 0,
        known: BTreeSet::new(),
        chosen: BTreeMap::new(),
    };
    for turn in 0.. {
        let armed = armed(session);
        if armed.is_empty() {
            let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
            // A fault that was armed since then found a manager running and counts on it.
            if self::armed(session).is_empty() {
                *runs = false;
                return;
            }
            continue;
        }
        manager.choose(&armed);
        manager.take_turn(&armed, turn);
    }
}

/// The numbers of the aimed stalls that are armed.
fn armed(session: &Session) -> Vec<usize> {
    let faults = session.faults.iter().enumerate();
    let armed = faults.filter(|(_, fault)| aimed(&fault.plan.fault).is_some() && fault.meter.armed());
    armed.map(|(number, _)| number).take(FAULTS_MAX).collect()
}

struct Manager {
    session: &'static Session,
    duty: Duty,
    /// How many breakpoints each thread has left for us.
    slots: usize,
    /// How many turns, one after the other, lacked breakpoints.
    crowded_turns: u32,
    /// The faults and addresses that were watched so far.
    known: BTreeSet<(u8, u64)>,
    /// The words that were chosen for each `word: auto`.
    chosen: BTreeMap<usize, Vec<Piece>>,
}

impl Manager {
    /// Chooses the words of each `word: auto` that has none yet.
    fn choose(&mut self, armed: &[usize]) {
        for number in armed {
            let stall = aimed(&self.session.faults[*number].plan.fault);
            let automatic = stall.is_some_and(|stall| stall.at == StallPlace::Word(AUTO.to_owned()));
            if automatic && !self.chosen.contains_key(number) {
                let survey = survey::choose(self.session, *number, &mut self.duty, self.slots);
                note_fault(*number, survey.note);
                self.chosen.insert(*number, survey.words);
            }
        }
    }

    fn take_turn(&mut self, armed: &[usize], turn: u64) {
        let nothing = Vec::new();
        let chosen = |number: &usize| self.chosen.get(number).unwrap_or(&nothing);
        let all: Vec<Aim> =
            armed.iter().flat_map(|number| aims::of_fault(self.session, *number, chosen(number), turn)).collect();
        self.count_known(&all);
        let drawn = aims::draw(self.session, all, turn, self.slots);
        match self.duty.set(self.session, &drawn) {
            Setting::Done => {
                self.crowded_turns = 0;
                self.watch(armed);
            }
            Setting::Crowded { .. } if self.crowded_turns < CROWDED_TURNS_MAX => {
                self.crowded_turns += 1;
                self.watch(armed);
            }
            Setting::Crowded { slots: 0, fault, reason } | Setting::Refused { fault, reason } => {
                self.session.faults[fault].meter.set_armed(false);
                refuse_fault(fault as u32, reason);
            }
            Setting::Crowded { slots, .. } => {
                self.slots = slots;
                self.crowded_turns = 0;
                armed.iter().for_each(|number| self.count(*number, lanes::STALL_SLOTS_LACKING));
            }
        }
    }

    /// Keeps the breakpoints' duty until the turn is over.
    fn watch(&mut self, armed: &[usize]) {
        let end = kernel_nanos() + TURN_NANOS;
        loop {
            let due = armed.iter().map(|number| self.duty.keep(*number, &self.session.faults[*number]));
            let next = due.min().unwrap_or(end).min(end);
            let now = kernel_nanos();
            let some_healed = armed.iter().any(|number| !self.session.faults[*number].meter.armed());
            if now >= end || some_healed {
                return;
            }
            let sleep = if next > now { next - now } else { LOOK_NANOS };
            let word = self.session.faults[armed[0]].meter.armed_word();
            wait_on_word(word, 1, sleep.clamp(SLEEP_NANOS_MIN, LOOK_NANOS));
        }
    }

    fn count_known(&mut self, aims: &[Aim]) {
        for aim in aims {
            if self.known.insert((aim.tag.fault, aim.address)) {
                self.count(aim.tag.fault as usize, lanes::STALL_AIMS);
            }
        }
    }

    fn count(&self, fault: usize, lane: usize) {
        self.session.faults[fault].meter.add_to_lane(lane, 1);
    }
}
