//! The history area: what each worker asked and was told, and in which order, so that a checker can decide whether the answers can be
//! explained. Whatever the length of a run, it keeps the whole histories of as many objects as fit.
//!
//! Each object has a rank, a hash of its number and the seed. Only objects whose rank reaches the floor in force are recorded. A
//! worker whose half is full raises the floor for all, copies what still counts into its other half, and turns to that one. So what is
//! there in the end are the whole histories, from the trial's beginning, of the objects of the highest ranks. A record is complete
//! before it counts, and a half before it is turned to: the death of the subject leaves both as they were.

use crate::history::Verb;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many records of all workers are kept at most, unless there are many workers: as many as are judged within a few seconds.
const RECORDS_MAX: u64 = 1 << 19;
/// A worker has room for so many, whatever the number of workers.
const WORKER_RECORDS_MIN: u64 = 1 << 12;
/// A worker has room for no more than so many.
const WORKER_RECORDS_MAX: u64 = 1 << 17;

/// The room of each worker in a trial of so many workers, in records.
#[must_use]
pub const fn history_room(workers: u32) -> u64 {
    let share = RECORDS_MAX / if workers == 0 { 1 } else { workers as u64 };
    if share < WORKER_RECORDS_MIN {
        WORKER_RECORDS_MIN
    } else if share > WORKER_RECORDS_MAX {
        WORKER_RECORDS_MAX
    } else {
        share
    }
}

/// The words that all workers share, on two cache lines: what is read all the time, and the order counter.
pub(super) const SHARED_WORDS: usize = 16;
const FLOOR: usize = 0;
/// How much each object can hold, and one more; 0 if it is unbounded.
const CAPACITY: usize = 1;
/// The number that each object holds at first, and one more; 0 if nothing.
const FIRST: usize = 2;
/// The verb by which it got there, as in a record.
const FIRST_VERB: usize = 3;
const ORDER: usize = 8;

/// The words of one worker's area before its halves.
const OWN_WORDS: usize = 8;
const ACTIVE: usize = 0;
/// How many records each half has.
const COUNTS: usize = 1;
/// When the worker stopped recording, because what still counts does not fit; 0 if it did not.
const ENDED: usize = 3;
/// How many questions of the operation under way have no answer yet.
const OPEN: usize = 4;

const RECORD_WORDS: usize = 6;
const OBJECT: usize = 0;
/// The verb's place and one more, 0 if the operation had no effect; whether there is an argument; the form of the answer.
const WHAT: usize = 1;
const ARGUMENT: usize = 2;
const INVOCATION: usize = 3;
/// When the answer came; 0 if none came.
const RESPONSE: usize = 4;
const ANSWER: usize = 5;
const VERB_MASK: u64 = 0xFF;
const HAS_ARGUMENT: u64 = 1 << 8;
const TOLD_SHIFT: u32 = 16;
const TOLD_MASK: u64 = 0xFF;

/// The words of one worker's area.
pub(super) const fn area_words(room: u64) -> usize {
    OWN_WORDS + 2 * room as usize * RECORD_WORDS
}

/// What an operation answered, as far as it said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// That it was done, and nothing else.
    Done,
    /// That nothing was there.
    Nothing,
    /// This number.
    Number(u64),
    /// That it was applied; or yes.
    Applied,
    /// That it was refused; or no.
    Refused,
}

/// One operation as it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryRecord {
    /// The object that was asked.
    pub object: u64,
    /// What it was asked.
    pub verb: Verb,
    /// With which number.
    pub argument: Option<u64>,
    /// The stamp before the question.
    pub invocation: u64,
    /// The stamp after the answer, and the answer; `None` if none came.
    pub answer: Option<(u64, Told)>,
}

/// What is known of every object of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HistoryStart {
    /// How much each object can hold, if it is bounded.
    pub capacity: Option<u64>,
    /// What each object was given before the load, and by which verb; `None` if nothing.
    pub first: Option<(Verb, u64)>,
}

/// How an object ranks among those that are recorded: the higher, the longer it stays.
#[inline]
#[must_use]
pub const fn history_rank(seed: u64, object: u64) -> u64 {
    let mixed = (object ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ mixed >> 32
}

/// One worker's area. That worker is its only writer; the floor is everybody's.
#[derive(Debug, Clone, Copy)]
pub struct HistoryView<'a> {
    shared: &'a [AtomicU64; SHARED_WORDS],
    own: &'a [AtomicU64; OWN_WORDS],
    halves: [&'a [AtomicU64]; 2],
    seed: u64,
}

impl<'a> HistoryView<'a> {
    pub(super) fn new(shared: &'a [AtomicU64], area: &'a [AtomicU64], seed: u64) -> Self {
        let Some((shared, _)) = shared.split_first_chunk() else { unreachable!("the shared words are there") };
        let Some((own, records)) = area.split_first_chunk() else { unreachable!("an area has a header") };
        let (first, second) = records.split_at(records.len() / 2);
        Self { shared, own, halves: [first, second], seed }
    }

    /// How many records a half has room for.
    const fn room(&self) -> u64 {
        (self.halves[0].len() / RECORD_WORDS) as u64
    }

    fn floor(&self) -> u64 {
        self.shared[FLOOR].load(Ordering::Relaxed)
    }

    /// The counter by which events are ordered where no clock does it.
    #[must_use]
    pub const fn order(&self) -> &'a AtomicU64 {
        &self.shared[ORDER]
    }

    /// States what is known of every object.
    pub fn set_start(&self, start: HistoryStart) {
        let set = |place: usize, value: u64| self.shared[place].store(value, Ordering::Relaxed);
        set(CAPACITY, start.capacity.map_or(0, |capacity| capacity.saturating_add(1)));
        if let Some((verb, number)) = start.first {
            set(FIRST_VERB, verb.index() as u64);
            set(FIRST, number.saturating_add(1));
        }
    }

    /// What is known of every object.
    #[must_use]
    pub fn start(&self) -> HistoryStart {
        let get = |place: usize| self.shared[place].load(Ordering::Relaxed);
        let verb = Verb::ALL.get(get(FIRST_VERB) as usize).copied();
        let first = verb.and_then(|verb| Some((verb, get(FIRST).checked_sub(1)?)));
        HistoryStart { capacity: get(CAPACITY).checked_sub(1), first }
    }

    /// Whether operations on an object are recorded.
    #[inline]
    #[must_use]
    pub fn records(&self, object: u64) -> bool {
        history_rank(self.seed, object) >= self.floor() && self.own[ENDED].load(Ordering::Relaxed) == 0
    }

    /// Forgets questions that nobody will answer any more, because a panic ended their operation.
    #[inline]
    pub fn begin_operation(&self) {
        self.own[OPEN].store(0, Ordering::Relaxed);
    }

    /// Notes a question, and hands on its place; `None` if its object does not count any more, or there is no room. `stamp` is read
    /// last before the operation begins.
    #[inline]
    pub fn ask(&self, object: u64, verb: Verb, argument: Option<u64>, stamp: impl Fn() -> u64) -> Option<u64> {
        let open = self.own[OPEN].load(Ordering::Relaxed);
        let mut active = self.own[ACTIVE].load(Ordering::Relaxed) & 1;
        let mut count = self.own[COUNTS + active as usize].load(Ordering::Relaxed);
        if count >= self.limit(open) {
            self.make_room(open, &stamp);
            active = self.own[ACTIVE].load(Ordering::Relaxed) & 1;
            count = self.own[COUNTS + active as usize].load(Ordering::Relaxed);
            if !self.records(object) {
                return None;
            }
        }
        let record = self.record(active as usize, count)?;
        let has_argument = if argument.is_some() { HAS_ARGUMENT } else { 0 };
        record[OBJECT].store(object, Ordering::Relaxed);
        record[WHAT].store((verb.index() as u64 + 1) | has_argument, Ordering::Relaxed);
        record[ARGUMENT].store(argument.unwrap_or(0), Ordering::Relaxed);
        record[RESPONSE].store(0, Ordering::Relaxed);
        self.own[OPEN].store(open + 1, Ordering::Relaxed);
        record[INVOCATION].store(stamp(), Ordering::Relaxed);
        self.own[COUNTS + active as usize].store(count + 1, Ordering::Release);
        Some(count)
    }

    /// Notes the answer to the question at a place, which came at `stamp`.
    #[inline]
    pub fn answer(&self, place: u64, told: Told, stamp: u64) {
        let Some(record) = self.asked(place) else { return };
        let (form, number) = match told {
            Told::Done => (0, 0),
            Told::Nothing => (1, 0),
            Told::Number(number) => (2, number),
            Told::Applied => (3, 0),
            Told::Refused => (4, 0),
        };
        record[ANSWER].store(number, Ordering::Relaxed);
        let what = record[WHAT].load(Ordering::Relaxed);
        record[WHAT].store(what | form << TOLD_SHIFT, Ordering::Relaxed);
        record[RESPONSE].store(stamp, Ordering::Release);
    }

    /// Notes that the operation at a place had no effect.
    #[inline]
    pub fn withdraw(&self, place: u64) {
        if let Some(record) = self.asked(place) {
            record[WHAT].store(0, Ordering::Relaxed);
        }
    }

    /// The record of a question; it is open no more.
    #[inline]
    fn asked(&self, place: u64) -> Option<&'a [AtomicU64; RECORD_WORDS]> {
        let open = self.own[OPEN].load(Ordering::Relaxed);
        self.own[OPEN].store(open.saturating_sub(1), Ordering::Relaxed);
        self.record((self.own[ACTIVE].load(Ordering::Relaxed) & 1) as usize, place)
    }

    #[inline]
    fn record(&self, half: usize, place: u64) -> Option<&'a [AtomicU64; RECORD_WORDS]> {
        let start = place as usize * RECORD_WORDS;
        self.halves[half].get(start..start + RECORD_WORDS)?.first_chunk()
    }

    /// How many records a half takes. The last eighth is for questions within an operation that has others open, whose
    /// places must not move.
    #[inline]
    const fn limit(&self, open: u64) -> u64 {
        if open == 0 { self.room() - self.room() / 8 } else { self.room() }
    }

    /// Makes half of the room free, by raising the floor, or else stops recording.
    #[cold]
    fn make_room(&self, open: u64, stamp: &impl Fn() -> u64) {
        let has_room = open == 0 && self.compact() < self.limit(0);
        if !has_room && self.own[ENDED].load(Ordering::Relaxed) == 0 {
            self.own[ENDED].store(stamp(), Ordering::Release);
        }
    }

    /// Raises the floor until half of the room is enough, or one object is left; hands on how many records are left.
    fn compact(&self) -> u64 {
        let from = (self.own[ACTIVE].load(Ordering::Relaxed) & 1) as usize;
        let count = self.own[COUNTS + from].load(Ordering::Relaxed).min(self.room());
        let (mut floor, highest) = (self.floor(), self.ranks(from, count).max().unwrap_or(0));
        while floor < highest && self.ranks(from, count).filter(|rank| *rank >= floor).count() as u64 > self.room() / 2
        {
            let raised = (floor + (u64::MAX - floor) / 2 + 1).min(highest);
            floor = self.shared[FLOOR].fetch_max(raised, Ordering::Relaxed).max(raised);
        }
        let into = 1 - from;
        let mut kept = 0;
        for place in 0..count {
            let (Some(old), Some(new)) = (self.record(from, place), self.record(into, kept)) else { break };
            if self.counts(old, floor) {
                old.iter().zip(new).for_each(|(old, new)| new.store(old.load(Ordering::Relaxed), Ordering::Relaxed));
                kept += 1;
            }
        }
        self.own[COUNTS + into].store(kept, Ordering::Release);
        self.own[ACTIVE].store(into as u64, Ordering::Release);
        kept
    }

    fn ranks(&self, half: usize, count: u64) -> impl Iterator<Item = u64> {
        let records = (0..count).filter_map(move |place| self.record(half, place));
        records.map(|record| history_rank(self.seed, record[OBJECT].load(Ordering::Relaxed)))
    }

    fn counts(&self, record: &[AtomicU64; RECORD_WORDS], floor: u64) -> bool {
        let had_effect = record[WHAT].load(Ordering::Relaxed) != 0;
        had_effect && history_rank(self.seed, record[OBJECT].load(Ordering::Relaxed)) >= floor
    }

    /// When the worker stopped recording, if it did.
    #[must_use]
    pub fn ended(&self) -> Option<u64> {
        Some(self.own[ENDED].load(Ordering::Relaxed)).filter(|ended| *ended != 0)
    }

    /// Whether every object that was ever asked was recorded.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.floor() == 0
    }

    /// What the worker recorded of the objects that still count, in the order of its questions. Only once no worker records
    /// any more: until then, others may raise the floor.
    pub fn recorded(&self) -> impl Iterator<Item = HistoryRecord> + use<'a> {
        let view = *self;
        let half = (self.own[ACTIVE].load(Ordering::Acquire) & 1) as usize;
        let count = self.own[COUNTS + half].load(Ordering::Acquire).min(self.room());
        let floor = self.floor();
        let records = (0..count).filter_map(move |place| view.record(half, place));
        records.filter(move |record| view.counts(record, floor)).filter_map(read)
    }
}

/// A record as plain data; `None` if it is none.
fn read(record: &[AtomicU64; RECORD_WORDS]) -> Option<HistoryRecord> {
    let get = |place: usize| record[place].load(Ordering::Relaxed);
    let what = get(WHAT);
    let verb = *Verb::ALL.get(((what & VERB_MASK) as usize).checked_sub(1)?)?;
    let told = match what >> TOLD_SHIFT & TOLD_MASK {
        1 => Told::Nothing,
        2 => Told::Number(get(ANSWER)),
        3 => Told::Applied,
        4 => Told::Refused,
        _ => Told::Done,
    };
    let response = get(RESPONSE);
    Some(HistoryRecord {
        object: get(OBJECT),
        verb,
        argument: (what & HAS_ARGUMENT != 0).then(|| get(ARGUMENT)),
        invocation: get(INVOCATION),
        answer: (response != 0).then_some((response, told)),
    })
}
