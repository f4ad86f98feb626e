//! The objects of a stride, side by side: takes a script, makes fresh objects, lets threads walk along them, and counts what came
//! of it.
//!
//! What may be done when is the performers' to keep: between two meetings, either each thread makes or collects a share of the
//! places for itself, or each walks with a thread number of its own.

use super::outcome_table::OutcomeTable;
use super::places::Row;
use super::script_trait::{BROKEN_OFF, Judgement, Outcome, Pace, Script, ScriptText};
use super::walk::{LATE_BITS_FREE, LATE_BITS_IN_STEP, Steps, Walk, Walked};
use crate::point::InjectedPanic;
use crate::workload::Oracle;
use squall_model::{OutcomeKind, SCRIPT_THREADS_MAX};
use std::cell::RefCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many objects a stride has at most: more would leave the cache of a core.
pub(super) const PLACES_MAX: usize = 4_096;

/// Threads that walk freely wait for each other after so many objects, and go on a little apart: at one pace, they would meet at
/// the same object always or never; and on a busy machine, one would do a whole stride before another runs at all.
const FREE_STEPS: usize = 64;

/// A stride without the types of its script.
pub(super) trait Striding: Send + Sync {
    fn threads(&self) -> usize;
    fn text(&self) -> ScriptText;
    fn operations(&self, thread: usize) -> &[usize];
    fn tell(&self, outcome: &Outcome) -> Vec<String>;

    /// Makes a fresh object at each place of a share.
    ///
    /// # Safety
    /// Until the next meeting, nobody else works on these places, and nobody walks.
    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn fill(&self, share: Range<usize>);

    /// Lets a thread of the script walk along the objects.
    ///
    /// # Safety
    /// Until the next meeting, everybody walks, each with another thread number.
    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn walk(&self, thread: usize, walk: &Walk) -> Walked;

    /// Looks at the objects of a worker's share, counts the outcomes, and drops the objects; hands on a forbidden outcome, if
    /// there was one.
    ///
    /// # Safety
    /// As for `fill`.
    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn collect(&self, worker: usize, share: Range<usize>) -> Option<(Outcome, Judgement)>;

    /// All that was counted since the last time.
    fn take_table(&self) -> OutcomeTable;

    /// The same, without forgetting it.
    fn look_at_table(&self) -> OutcomeTable;
}

/// The objects of one script.
pub(super) struct Stride<S: Script> {
    script: S,
    objects: Row<S::Object>,
    parts: Vec<Row<S::Part>>,
    answers: Vec<Box<[AtomicU64]>>,
    steps: Steps,
    /// One for each worker that collects.
    tables: [Mutex<OutcomeTable>; SCRIPT_THREADS_MAX as usize],
}

impl<S: Script> Stride<S> {
    pub(super) fn new(script: S) -> Self {
        let threads = script.threads().clamp(1, SCRIPT_THREADS_MAX as usize);
        Self {
            objects: Row::of(PLACES_MAX),
            parts: (0..threads).map(|_| Row::of(PLACES_MAX)).collect(),
            answers: (0..threads).map(|_| (0..PLACES_MAX).map(|_| AtomicU64::new(0)).collect()).collect(),
            steps: Steps::of(threads),
            tables: Default::default(),
            script,
        }
    }

    fn outcome_at(&self, place: usize) -> Outcome {
        let mut outcome = Outcome::default();
        for (answer, answers) in outcome.threads.iter_mut().zip(&self.answers) {
            *answer = answers[place].load(Ordering::Relaxed);
        }
        outcome
    }

    fn judge(&self, outcome: &Outcome) -> Judgement {
        if outcome.threads.contains(&BROKEN_OFF) {
            let why = "a panic".to_owned();
            return Judgement { kind: OutcomeKind::BrokenOff, why, oracle: Oracle::new(0, "") };
        }
        self.script.judge(outcome)
    }

    /// Does something at each place of a share. Should that panic at one, which the panic hook tells, the rest is done all the same.
    #[inline]
    fn at_each(share: Range<usize>, mut act: impl FnMut(usize), mut panicked: impl FnMut(usize)) {
        // Atomic, so that what was done stands in memory when something unwinds.
        let next = AtomicUsize::new(share.start);
        while next.load(Ordering::Relaxed) < share.end {
            let result = catch_unwind(AssertUnwindSafe(|| {
                for place in next.load(Ordering::Relaxed)..share.end {
                    next.store(place + 1, Ordering::Relaxed);
                    act(place);
                }
            }));
            if result.is_err() {
                panicked(next.load(Ordering::Relaxed) - 1);
            }
        }
    }

    /// What is left at a place that a panic broke off is dropped; a panic in that is told, too, and that is all.
    #[cold]
    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn clear(&self, place: usize) {
        // SAFETY: the caller keeps everybody else away from this place.
        let object = unsafe { self.objects.take(place) };
        // SAFETY: as above.
        let parts: Vec<_> = self.parts.iter().map(|row| unsafe { row.take(place) }).collect();
        drop(catch_unwind(AssertUnwindSafe(|| drop(object))));
        for part in parts {
            drop(catch_unwind(AssertUnwindSafe(|| drop(part))));
        }
    }
}

impl<S: Script> Striding for Stride<S> {
    fn threads(&self) -> usize {
        self.parts.len()
    }

    fn text(&self) -> ScriptText {
        self.script.text()
    }

    fn operations(&self, thread: usize) -> &[usize] {
        self.script.operations(thread)
    }

    fn tell(&self, outcome: &Outcome) -> Vec<String> {
        if outcome.threads.contains(&BROKEN_OFF) {
            let one = |answers: &u64| if *answers == BROKEN_OFF { "a panic" } else { "" }.to_owned();
            return outcome.threads[..self.threads()].iter().map(one).collect();
        }
        self.script.tell(outcome)
    }

    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn fill(&self, share: Range<usize>) {
        let mut parts = Vec::with_capacity(self.threads());
        Self::at_each(
            share,
            |place| {
                // What a panic has left of the place before goes with that.
                parts.clear();
                let object = self.script.fresh(&mut parts);
                // SAFETY: the caller keeps everybody else away from this place.
                unsafe { self.objects.put(place, object) };
                for (part, row) in parts.drain(..).zip(&self.parts) {
                    // SAFETY: as above.
                    unsafe { row.put(place, part) };
                }
            },
            // SAFETY: as above. What was there before may not be taken for a fresh object.
            |place| unsafe { self.clear(place) },
        );
    }

    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn walk(&self, thread: usize, walk: &Walk) -> Walked {
        let (answers, parts) = (&self.answers[thread], &self.parts[thread]);
        let (in_step, ahead) = (self.script.pace() == Pace::InStep, walk.ahead(thread));
        let late_bits = if in_step { LATE_BITS_IN_STEP } else { LATE_BITS_FREE };
        let mut walked = Walked::default();
        // Atomic, so that what was done stands in memory when the script unwinds.
        let done = AtomicUsize::new(0);
        while done.load(Ordering::Relaxed) < walk.length {
            let result = catch_unwind(AssertUnwindSafe(|| {
                let mut stagger = walk.stagger(thread, done.load(Ordering::Relaxed));
                for step in done.load(Ordering::Relaxed)..walk.length {
                    done.store(step, Ordering::Relaxed);
                    let place = walk.place(ahead, step);
                    if in_step || step.is_multiple_of(FREE_STEPS) {
                        self.steps.wait_for_all(thread, walk.base + step as u64);
                        stagger.pass_time(late_bits);
                    }
                    // SAFETY: while everybody walks, objects are only looked at, and parts have one user each: only this
                    // caller walks with this thread number.
                    let (object, part) = unsafe { (self.objects.look(place), parts.look_mut(place)) };
                    let answer = match (object, part) {
                        (Some(object), Some(part)) => self.script.act(thread, object, part),
                        _ => BROKEN_OFF,
                    };
                    answers[place].store(answer, Ordering::Relaxed);
                }
                done.store(walk.length, Ordering::Relaxed);
            }));
            if let Err(payload) = result {
                let step = done.load(Ordering::Relaxed);
                answers[walk.place(ahead, step)].store(BROKEN_OFF, Ordering::Relaxed);
                walked.count_panic(payload.is::<InjectedPanic>());
                done.store(step + 1, Ordering::Relaxed);
            }
        }
        walked
    }

    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn collect(&self, worker: usize, share: Range<usize>) -> Option<(Outcome, Judgement)> {
        let mut parts = Vec::with_capacity(self.threads());
        let mut table = self.tables[worker % self.tables.len()].lock().unwrap_or_else(PoisonError::into_inner);
        let (table, mut forbidden) = (RefCell::new(&mut *table), None);
        let count = |outcome: &Outcome| table.borrow_mut().count(outcome, || self.judge(outcome));
        Self::at_each(
            share,
            |place| {
                let mut outcome = self.outcome_at(place);
                if outcome.threads.contains(&BROKEN_OFF) {
                    // SAFETY: the caller keeps everybody else away from this place.
                    unsafe { self.clear(place) };
                } else {
                    // SAFETY: as above, and each thread had an object and its part here, or it would have been broken off.
                    outcome.end = unsafe {
                        parts.extend(self.parts.iter().map(|row| row.take_there(place)));
                        self.script.end(self.objects.take_there(place), &mut parts)
                    };
                    parts.clear();
                }
                if count(&outcome) == OutcomeKind::Forbidden {
                    forbidden = Some(outcome);
                }
            },
            |place| {
                let mut outcome = self.outcome_at(place);
                outcome.threads[0] = BROKEN_OFF;
                count(&outcome);
            },
        );
        forbidden.map(|outcome| (outcome, self.judge(&outcome)))
    }

    fn look_at_table(&self) -> OutcomeTable {
        let mut all = OutcomeTable::default();
        for table in &self.tables {
            all.merge(table.lock().unwrap_or_else(PoisonError::into_inner).clone());
        }
        all
    }

    fn take_table(&self) -> OutcomeTable {
        let mut all = OutcomeTable::default();
        for table in &self.tables {
            all.merge(std::mem::take(&mut *table.lock().unwrap_or_else(PoisonError::into_inner)));
        }
        all
    }
}
