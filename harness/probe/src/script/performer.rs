//! One worker that runs scripts: it makes its share of the objects, walks, and collects its share of the outcomes, stride after
//! stride, until the trial stops.

use super::director::{Director, Run};
use super::script_trait::{Judgement, Outcome as Sampled, ScriptSource};
use super::stage::{Stage, Turn};
use super::stride::Striding;
use super::walk::Walked;
use crate::clock::now_nanos;
use crate::thread_state::{self, Exemption};
use crate::workload::Worker;
use squall_model::{Outcome, Phase, Scripts};
use std::ops::Range;

/// Where the operations are counted: the phase, and the names of the workload's operations.
pub(super) struct Books<'a, P: Fn() -> Phase> {
    pub(super) phase: P,
    pub(super) operations: &'a [&'static str],
}

/// Runs scripts until the trial stops.
pub(crate) fn perform_in_trial(
    stage: &Stage,
    source: &dyn ScriptSource,
    worker: &mut Worker,
    (seed, scripts): (u64, Scripts),
    operations: &[&'static str],
    phase: impl Fn() -> Option<Phase>,
    stopped: impl Fn() -> bool,
) {
    let books = Books { phase: || phase().unwrap_or(Phase::Baseline), operations };
    let run = if source.draws_one_only() { Run::Always } else { Run::Nanos(scripts.each.nanos()) };
    let director = (worker.number() == 0).then(|| Director::new(source, seed, run));
    perform(stage, source, worker, director, &books, |_| stopped());
}

/// Runs scripts until the director says that it is over.
pub(super) fn perform(
    stage: &Stage,
    source: &dyn ScriptSource,
    worker: &mut Worker,
    mut director: Option<Director<'_>>,
    books: &Books<'_, impl Fn() -> Phase>,
    over: impl Fn(&Director<'_>) -> bool,
) {
    // Faults act only while a worker walks: objects are made, looked at and dropped in peace.
    let mut exemption = Some(Exemption::begin());
    loop {
        if let Some(director) = &mut director {
            director.direct(stage, worker, &over);
        }
        stage.meeting.meet();
        let Some(turn) = stage.turn() else { return };
        let number = worker.number() as usize;
        let share = share(turn.walk.length, number, stage.workers);
        fill(&*turn.stride, share.clone());
        stage.meeting.meet();
        if number < turn.stride.threads() {
            drop(exemption.take());
            walk(&turn, worker, books);
            exemption = Some(Exemption::begin());
        }
        stage.meeting.meet();
        if let Some((outcome, judgement)) = collect(&*turn.stride, number, share) {
            worker.note_seen(judgement.oracle, || in_line(&*turn.stride, &outcome));
        }
        source.watch(worker);
        stage.meeting.meet();
    }
}

/// The places that one worker makes and collects.
const fn share(length: usize, worker: usize, workers: usize) -> Range<usize> {
    length * worker / workers..length * (worker + 1) / workers
}

#[expect(unsafe_code, reason = "what may be done when follows from the meetings")]
fn fill(stride: &dyn Striding, share: Range<usize>) {
    // SAFETY: between these two meetings, each worker fills its own share, and nobody walks.
    unsafe { stride.fill(share) }
}

#[expect(unsafe_code, reason = "what may be done when follows from the meetings")]
fn collect(stride: &dyn Striding, worker: usize, share: Range<usize>) -> Option<(Sampled, Judgement)> {
    // SAFETY: between these two meetings, each worker collects its own share, and nobody walks.
    unsafe { stride.collect(worker, share) }
}

/// Walks along the objects as the thread that has the worker's number, and books what was done.
#[expect(unsafe_code, reason = "what may be done when follows from the meetings")]
fn walk(turn: &Turn, worker: &Worker, books: &Books<'_, impl Fn() -> Phase>) {
    let (slot, number) = (worker.slot, worker.number() as usize);
    let operations = turn.stride.operations(number);
    let first = operations.first().copied().unwrap_or(0);
    let start = now_nanos();
    slot.begin(first, turn.walk.length as u64, start.max(1));
    thread_state::with(|state| state.operation.set(books.operations.get(first).copied()));
    // SAFETY: between these two meetings, all workers walk, each with its own number.
    let walked = unsafe { turn.stride.walk(number, &turn.walk) };
    thread_state::with(|state| state.operation.set(None));
    let (length, phase) = (turn.walk.length as u64, (books.phase)());
    let took = now_nanos().saturating_sub(start);
    let Walked { panics, injected } = walked;
    let each = took / (length * operations.len().max(1) as u64).max(1);
    for (place, operation) in operations.iter().enumerate() {
        // A panic ended one of a thread's operations; which one is not known, so it is booked as the first.
        let broken = if place == 0 {
            [(Outcome::Panic, panics), (Outcome::Injected, injected)]
        } else {
            [(Outcome::Panic, 0); 2]
        };
        let ended = broken.iter().map(|(_, count)| count).sum::<u64>();
        let all = [(Outcome::Ok, length.saturating_sub(ended))].into_iter().chain(broken);
        for (outcome, count) in all.filter(|(_, count)| *count > 0) {
            slot.finish_many(phase, *operation, count, outcome, start, each);
        }
    }
}

/// A forbidden outcome in one line, for a breadcrumb.
fn in_line(stride: &dyn Striding, outcome: &Sampled) -> String {
    let calls = stride.text().threads;
    let answers = stride.tell(outcome);
    let lines = answers.iter().enumerate().map(|(number, answer)| match calls.get(number) {
        Some(calls) => format!("{calls} -> {answer}"),
        None => format!("end {answer}"),
    });
    format!("forbidden: {}", lines.collect::<Vec<_>>().join(" | "))
}
