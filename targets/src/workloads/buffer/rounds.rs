//! Fills a buffer in rounds, so that a long load needs no more memory than a short one: once it is full, exactly one
//! worker checks that every element is there once, and empties it for the next round.
//!
//! A gate keeps the check apart from the load: workers pass it shared, which hinders them from nothing among each other,
//! and the check passes it alone, so that it waits for those inside and nobody enters meanwhile. What was appended each
//! worker counts for itself: its elements are numbered without gaps.

use super::buffer_under_test::BufferUnderTest;
use super::element::Element;
use super::report::RoundReport;
use crate::containers::Padded;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A buffer that is filled, checked and emptied.
#[derive(Debug)]
pub struct Rounds<B> {
    gate: RwLock<Round<B>>,
    tallies: Box<[Padded<Tally>]>,
    capacity: u64,
}

/// The round under way. The counts are kept for their memory only.
#[derive(Debug)]
struct Round<B> {
    number: u16,
    buffer: B,
    counts: Vec<u8>,
}

/// Which elements a worker appended in this round: from `first` to before `next`. Only that worker counts up, only the
/// check begins anew.
#[derive(Debug, Default)]
struct Tally {
    first: AtomicU64,
    next: AtomicU64,
}

/// What a read answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The element.
    pub element: Element,
    /// Whether it was appended in this round.
    pub known: bool,
}

impl<B: BufferUnderTest> Rounds<B> {
    /// The first round of a buffer with room for so many elements, filled by so many workers.
    #[must_use]
    pub fn new(workers: usize, capacity: usize) -> Self {
        let round = Round { number: 1, buffer: B::build(workers, capacity), counts: Vec::new() };
        let tallies = (0..workers).map(|_| Padded::default()).collect();
        Self { gate: RwLock::new(round), tallies, capacity: capacity as u64 }
    }

    /// Appends the next `count` elements of a worker. Rounds that it finds full it ends, and tells what their checks
    /// came to.
    pub fn append(&self, worker: u8, count: u64, mut tell: impl FnMut(RoundReport)) {
        let mut left = count;
        while left > 0 {
            let full = self.fill(worker, &mut left);
            if let Some(report) = full.and_then(|number| self.end(number)) {
                tell(report);
            }
        }
    }

    /// Appends until nothing is left, or until the round is full, whose number it hands on. A worker that has appended
    /// more than there is room for has lost elements already, and the round must end for its memory's sake.
    fn fill(&self, worker: u8, left: &mut u64) -> Option<u16> {
        let round = self.pass();
        let tally = &self.tallies[usize::from(worker)];
        while *left > 0 {
            let sequence = tally.next.load(Ordering::Relaxed);
            let element = Element { round: round.number, owner: worker, sequence };
            let full = tally.length() >= self.capacity;
            if full || round.buffer.append(usize::from(worker), element.pack()).is_err() {
                return Some(round.number);
            }
            tally.next.store(sequence + 1, Ordering::Relaxed);
            *left -= 1;
        }
        None
    }

    /// Reads some element.
    pub fn read(&self, place: usize) -> Option<Answer> {
        let round = self.pass();
        let element = Element::unpack(round.buffer.read(place)?);
        let tally = self.tallies.get(usize::from(element.owner));
        let known = element.round == round.number && tally.is_some_and(|tally| tally.may_hold(element.sequence));
        Some(Answer { element, known })
    }

    /// Ends the round of this number and begins the next; hands on what the check came to, or nothing if someone else
    /// has ended it.
    fn end(&self, number: u16) -> Option<RoundReport> {
        let mut round = self.pass_alone();
        (round.number == number).then(|| self.check_and_begin(&mut round))
    }

    /// Ends the round under way, however full it is.
    pub fn end_now(&self) -> RoundReport {
        self.check_and_begin(&mut self.pass_alone())
    }

    /// Moves the buffer to another address.
    pub fn relocate(&self) {
        self.pass_alone().buffer.relocate();
    }

    fn check_and_begin(&self, round: &mut Round<B>) -> RoundReport {
        let report = self.check(round);
        round.buffer.clear();
        round.number = round.number.checked_add(1).unwrap_or(1);
        self.tallies.iter().for_each(|tally| tally.begin());
        report
    }

    fn check(&self, round: &mut Round<B>) -> RoundReport {
        let mut report =
            RoundReport { appended: self.tallies.iter().map(|tally| tally.length()).sum(), ..Default::default() };
        let Round { number, buffer, counts } = round;
        counts.clear();
        counts.resize(report.appended as usize, 0);
        let starts = self.starts();
        buffer.for_each(|word| {
            let element = Element::unpack(word);
            let place = (element.round == *number).then(|| self.place(&starts, element)).flatten();
            match place.and_then(|place| counts.get_mut(place)) {
                Some(count) => *count = count.saturating_add(1),
                None => report.foreign.add(element),
            }
        });
        self.name_the_wrong(*number, counts, &starts, &mut report);
        report
    }

    /// Where each worker's counts begin.
    fn starts(&self) -> Vec<usize> {
        let mut start = 0;
        let begin = self.tallies.iter().map(|tally| {
            let mine = start;
            start += tally.length() as usize;
            mine
        });
        begin.collect()
    }

    /// Where an element is counted, if its owner appended it in this round.
    fn place(&self, starts: &[usize], element: Element) -> Option<usize> {
        let tally = self.tallies.get(usize::from(element.owner))?;
        let offset = element.sequence.checked_sub(tally.first.load(Ordering::Relaxed))?;
        (offset < tally.length()).then(|| starts[usize::from(element.owner)] + offset as usize)
    }

    fn name_the_wrong(&self, round: u16, counts: &[u8], starts: &[usize], report: &mut RoundReport) {
        for (owner, tally) in self.tallies.iter().enumerate() {
            let first = tally.first.load(Ordering::Relaxed);
            let mine = &counts[starts[owner]..][..tally.length() as usize];
            for (sequence, count) in (first..).zip(mine) {
                let element = Element { round, owner: owner as u8, sequence };
                match count {
                    0 => report.lost.add(element),
                    1 => {}
                    _ => report.doubled.add(element),
                }
            }
        }
    }

    fn pass(&self) -> RwLockReadGuard<'_, Round<B>> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass_alone(&self) -> RwLockWriteGuard<'_, Round<B>> {
        self.gate.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    fn length(&self) -> u64 {
        self.next.load(Ordering::Relaxed) - self.first.load(Ordering::Relaxed)
    }

    /// Whether the worker appended an element in this round, or is about to count it.
    fn may_hold(&self, sequence: u64) -> bool {
        (self.first.load(Ordering::Relaxed)..=self.next.load(Ordering::Relaxed)).contains(&sequence)
    }

    fn begin(&self) {
        self.first.store(self.next.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}
