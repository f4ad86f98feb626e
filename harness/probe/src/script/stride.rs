//! The objects of a stride, side by side: takes a script, makes fresh objects, lets threads walk along them, and counts what came
//! of it.
//!
//! What may be done when is the performers' to keep: between two meetings, either each thread makes or collects a share of the
//! places for itself, or each walks with a thread number of its own.

use super::outcome_table::OutcomeTable;
use super::script_trait::{BROKEN_OFF, Judgement, Outcome, Pace, Script, ScriptText};
use super::walk::{Steps, Walk, Walked};
use crate::point::InjectedPanic;
use crate::workload::Oracle;
use squall_model::{OutcomeKind, SCRIPT_THREADS_MAX};
use std::cell::UnsafeCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many objects a stride has at most: more would leave the cache of a core.
pub(super) const PLACES_MAX: usize = 4_096;

/// Threads that walk freely wait for each other after so many objects, and go on a little apart: at one pace, they would meet at
/// the same object always or never; and on a busy machine, one would do a whole stride before another runs at all.
const FREE_STEPS: usize = 32;

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
}

/// The objects of one script.
pub(super) struct Stride<S: Script> {
    script: S,
    objects: Box<[Place<S::Object>]>,
    parts: Vec<Box<[Place<S::Part>]>>,
    answers: Vec<Box<[AtomicU64]>>,
    steps: Steps,
    /// One for each worker that collects.
    tables: [Mutex<OutcomeTable>; SCRIPT_THREADS_MAX as usize],
}

/// What lies at one place, if the script could make it; in a cache line of its own, because a core that has a line to itself does
/// all that it has to do there before another one is let in.
#[repr(align(64))]
struct Place<T>(UnsafeCell<Option<T>>);

// SAFETY: the contract of `Striding`: between two meetings, which synchronise, a place is either used by one thread alone or, for
// objects, only looked at by many. So it needs of `T` what a value needs that is sent and shared.
#[expect(unsafe_code, reason = "the compiler does not know of meetings")]
unsafe impl<T: Send> Sync for Place<T> {}

impl<T> Place<T> {
    fn row() -> Box<[Self]> {
        (0..PLACES_MAX).map(|_| Self(UnsafeCell::new(None))).collect()
    }
}

impl<S: Script> Stride<S> {
    pub(super) fn new(script: S) -> Self {
        let threads = script.threads().clamp(1, SCRIPT_THREADS_MAX as usize);
        Self {
            objects: Place::row(),
            parts: (0..threads).map(|_| Place::row()).collect(),
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

    /// Makes a fresh object; nothing if that panics, which the panic hook tells.
    fn fresh(&self, parts: &mut Vec<S::Part>) -> Option<S::Object> {
        let object = catch_unwind(AssertUnwindSafe(|| self.script.fresh(parts))).ok();
        if object.is_none() {
            parts.clear();
        }
        object
    }

    /// Looks at an object at the end. A panic breaks it off.
    fn end(&self, outcome: &mut Outcome, object: S::Object, parts: &mut Vec<S::Part>) {
        match catch_unwind(AssertUnwindSafe(|| self.script.end(object, parts))) {
            Ok(end) => outcome.end = end,
            Err(_) => outcome.threads[0] = BROKEN_OFF,
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
        for place in share {
            let object = self.fresh(&mut parts);
            // SAFETY: the caller keeps everybody else away from this place.
            unsafe { *self.objects[place].0.get() = object };
            for (part, row) in parts.drain(..).zip(&self.parts) {
                // SAFETY: as above.
                unsafe { *row[place].0.get() = Some(part) };
            }
        }
    }

    #[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
    unsafe fn walk(&self, thread: usize, walk: &Walk) -> Walked {
        let (answers, parts) = (&self.answers[thread], &self.parts[thread]);
        let in_step = self.script.pace() == Pace::InStep;
        let mut walked = Walked::default();
        // Atomic, so that what was done stands in memory when the script unwinds.
        let done = AtomicUsize::new(0);
        while done.load(Ordering::Relaxed) < walk.length {
            let result = catch_unwind(AssertUnwindSafe(|| {
                let mut stagger = walk.stagger(thread, done.load(Ordering::Relaxed));
                for step in done.load(Ordering::Relaxed)..walk.length {
                    done.store(step, Ordering::Relaxed);
                    let place = walk.place(thread, step);
                    if in_step || step.is_multiple_of(FREE_STEPS) {
                        self.steps.wait_for_all(thread, walk.base + step as u64);
                        stagger.pass_time();
                    }
                    // SAFETY: while everybody walks, objects are only looked at, and parts have one user each: only this
                    // caller walks with this thread number.
                    let (object, part) = unsafe { (&*self.objects[place].0.get(), &mut *parts[place].0.get()) };
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
                answers[walk.place(thread, step)].store(BROKEN_OFF, Ordering::Relaxed);
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
        let mut forbidden = None;
        for place in share {
            // SAFETY: the caller keeps everybody else away from this place.
            let object = unsafe { (*self.objects[place].0.get()).take() };
            // SAFETY: as above.
            parts.extend(self.parts.iter().filter_map(|row| unsafe { (*row[place].0.get()).take() }));
            let mut outcome = self.outcome_at(place);
            match object {
                Some(object) if !outcome.threads.contains(&BROKEN_OFF) => self.end(&mut outcome, object, &mut parts),
                object => drop(catch_unwind(AssertUnwindSafe(|| drop(object)))),
            }
            parts.clear();
            if table.count(&outcome, || self.judge(&outcome)) == OutcomeKind::Forbidden {
                forbidden = Some(outcome);
            }
        }
        forbidden.map(|outcome| (outcome, self.judge(&outcome)))
    }

    fn take_table(&self) -> OutcomeTable {
        let mut all = OutcomeTable::default();
        for table in &self.tables {
            all.merge(std::mem::take(&mut *table.lock().unwrap_or_else(PoisonError::into_inner)));
        }
        all
    }
}
