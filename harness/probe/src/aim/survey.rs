//! Chooses the words of `word: auto`: those of the workload's own struct that somebody writes and that most touches of at
//! least two workers hit.
//!
//! Every word is watched for a short while, a few at a time: first for writes, then the written ones for touches.

use super::aims::Aim;
use super::breakpoint::Trigger;
use super::duty::Duty;
use super::tag::{NUMBERS, Purpose, Tag};
use super::words::{self, Piece};
use crate::fault::Session;
use crate::hold::wait_on_word;
use crate::subject::running_workload;
use crate::thread_state;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most words that are looked at: with four at a time, half a second.
const CANDIDATES_MAX: usize = 512;
const _: () = assert!(CANDIDATES_MAX <= NUMBERS, "a tag tells every candidate apart");
/// How long each word is watched for one kind of touch.
const LOOK_NANOS: u64 = 2_000_000;
/// How many words are kept: one thread can watch so many at a time, so that none has to wait for its turn.
const KEPT_MAX: usize = 4;

static TOUCHES: [AtomicU64; CANDIDATES_MAX] = [const { AtomicU64::new(0) }; CANDIDATES_MAX];
/// The workers that touched each candidate, as bits by their numbers; those from 64 on share them.
static WORKERS: [AtomicU64; CANDIDATES_MAX] = [const { AtomicU64::new(0) }; CANDIDATES_MAX];

/// Counts a touch of the current thread. Async-signal-safe.
pub(super) fn count(number: u16) {
    let Some(touches) = TOUCHES.get(number as usize) else { return };
    touches.fetch_add(1, Ordering::Relaxed);
    let worker = thread_state::with(thread_state::ThreadState::worker).unwrap_or(0);
    WORKERS[number as usize].fetch_or(1 << (worker % 64), Ordering::Relaxed);
}

/// What a survey came to.
pub(super) struct Survey {
    pub(super) words: Vec<Piece>,
    pub(super) note: String,
}

/// Watches the candidates, a few at a time, and chooses.
pub(super) fn choose(session: &Session, fault: usize, duty: &mut Duty, slots: usize) -> Survey {
    let Some(workload) = running_workload() else { return Survey { words: Vec::new(), note: String::new() } };
    let (start, end) = workload.own_addresses();
    let mut candidates: Vec<Piece> = words::pieces(start, end).filter(|piece| piece.bytes >= 4).collect();
    candidates.extend(words::all_pieces());
    candidates.sort_unstable_by_key(|piece| piece.address);
    candidates.dedup();
    candidates.truncate(CANDIDATES_MAX);
    let written = watched(session, fault, duty, slots, &candidates, |bytes| Trigger::Write { bytes });
    let written: Vec<Piece> = written.into_iter().map(|(piece, ..)| piece).collect();
    let touched = watched(session, fault, duty, slots, &written, |bytes| Trigger::Touch { bytes });
    let mut shared: Vec<_> = touched.into_iter().filter(|(_, _, workers)| *workers > 1).collect();
    shared.sort_by_key(|(_, touches, _)| std::cmp::Reverse(*touches));
    shared.truncate(KEPT_MAX);
    let note = describe(&shared, candidates.len(), start, end);
    Survey { words: shared.into_iter().map(|(piece, ..)| piece).collect(), note }
}

fn describe(shared: &[(Piece, u64, u32)], candidates: usize, start: u64, end: u64) -> String {
    if shared.is_empty() {
        return format!("of the workload's {candidates} own words none was written and touched by two workers");
    }
    let place = |address: u64| match (start..end).contains(&address) {
        true => format!("byte {}", address - start),
        false => "an exported word".to_owned(),
    };
    let told = shared.iter().map(|(piece, _, workers)| format!("{} ({workers} workers)", place(piece.address)));
    format!("chose {}", told.collect::<Vec<_>>().join(" and "))
}

/// The pieces that were touched at all, with how often and by how many workers.
fn watched(
    session: &Session,
    fault: usize,
    duty: &mut Duty,
    slots: usize,
    pieces: &[Piece],
    trigger: fn(u8) -> Trigger,
) -> Vec<(Piece, u64, u32)> {
    for number in 0..CANDIDATES_MAX {
        TOUCHES[number].store(0, Ordering::Relaxed);
        WORKERS[number].store(0, Ordering::Relaxed);
    }
    let aims: Vec<Aim> = pieces
        .iter()
        .enumerate()
        .map(|(number, piece)| Aim {
            tag: Tag { fault: fault as u8, purpose: Purpose::Survey { number: number as u16 } },
            trigger: trigger(piece.bytes),
            address: piece.address,
        })
        .collect();
    for few in aims.chunks(slots) {
        let armed = session.faults[fault].meter.armed_word();
        // A refusal is met again, and told, when the chosen words are watched.
        let _ = duty.set(session, few);
        wait_on_word(armed, 1, LOOK_NANOS);
    }
    let _ = duty.set(session, &[]);
    let counts = pieces.iter().enumerate().map(|(number, piece)| {
        let workers = WORKERS[number].load(Ordering::Relaxed).count_ones();
        (*piece, TOUCHES[number].load(Ordering::Relaxed), workers)
    });
    counts.filter(|(_, touches, _)| *touches > 0).collect()
}
