//! The first worker directs: it draws a script when the one before has had its time, lets strides grow until they are worth the
//! meetings, and judges each script when it is over.

use super::draw::Draw;
use super::outcome_table::{OutcomeTable, Row};
use super::script_trait::{AnyScript, ScriptSource};
use super::stage::{Stage, Turn};
use super::stride::{PLACES_MAX, Striding};
use super::walk::Walk;
use crate::clock::{now_nanos, thread_cpu_nanos};
use crate::subject::tell_scripts;
use crate::workload::Worker;
use squall_model::decision::{derive_seed, mix};
use squall_model::{OutcomeKind, SCRIPT_OUTCOMES_MAX, ScriptOutcome, ScriptTable, text};
use std::sync::Arc;

/// The first stride of a script has so many objects, and none has fewer.
const PLACES_MIN: usize = 16;
/// A stride that takes less of the director's processor time than this is made longer, so that meetings cost little of it. The
/// time that others keep it waiting does not count: on a busy machine, short strides would make that worse.
const STRIDE_NANOS_MIN: u64 = 300_000;
/// A stride that takes more is made shorter, so that phases, stops and findings are noticed in time.
const STRIDE_NANOS_MAX: u64 = 3_000_000;
/// So often what scripts came to is told while they run, in case the subject dies of them.
const INTERIM_NANOS: u64 = 250_000_000;

/// For how long a script is run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Run {
    /// Until it is all over.
    Always,
    /// For so long.
    Nanos(u64),
    /// Until it has had so many samples.
    Samples(u64),
}

/// Decides what is run next.
pub(super) struct Director<'a> {
    source: &'a dyn ScriptSource,
    seed: u64,
    run: Run,
    number: u64,
    script: Option<Current>,
    /// The director's processor time when the stride began.
    stride_began: u64,
    strides: u64,
    base: u64,
    told: u64,
}

/// The script under way.
struct Current {
    stride: Arc<dyn Striding>,
    length: usize,
    began: u64,
    samples: u64,
}

impl<'a> Director<'a> {
    pub(super) fn new(source: &'a dyn ScriptSource, seed: u64, run: Run) -> Self {
        Self { source, seed, run, number: 0, script: None, stride_began: 0, strides: 0, base: 0, told: 0 }
    }

    /// How many scripts have had their time.
    pub(super) const fn done(&self) -> u64 {
        self.number
    }

    /// Decides on the next stride; on none if it is all over.
    pub(super) fn direct(&mut self, stage: &Stage, worker: &mut Worker, over: impl Fn(&Self) -> bool) {
        let (now, cpu_now) = (now_nanos(), thread_cpu_nanos());
        let is_over = over(self);
        if let Some(current) = &mut self.script {
            current.adapt(cpu_now.saturating_sub(self.stride_began));
            if is_over || current.has_had_enough(self.run, now) {
                self.conclude(stage, worker);
            }
        }
        if is_over || over(self) {
            stage.set_turn(None);
            return;
        }
        let (source, seed, number, is_new) = (self.source, self.seed, self.number, self.script.is_none());
        let current = self.script.get_or_insert_with(|| {
            let AnyScript(stride) = source.draw(&mut Draw::seeded(derive_seed(seed, "script", number)));
            Current { stride, length: PLACES_MIN, began: now, samples: 0 }
        });
        let walk = Walk { length: current.length, base: self.base, seed: mix(seed ^ self.strides) };
        self.base += current.length as u64;
        self.strides += 1;
        current.samples += current.length as u64;
        self.stride_began = cpu_now;
        stage.set_turn(Some(Turn { stride: Arc::clone(&current.stride), walk }));
        self.tell(stage, now, is_new);
    }

    /// Tells the orchestrator of a script that begins, and now and then of all that is known.
    fn tell(&mut self, stage: &Stage, now: u64, is_new: bool) {
        let is_due = now.saturating_sub(self.told) >= INTERIM_NANOS;
        let Some(current) = self.script.as_ref().filter(|_| is_new || is_due) else { return };
        let table = told(&*current.stride, current.stride.look_at_table(), self.number).table;
        tell_scripts(table, is_due.then(|| stage.interim()));
        self.told = if is_due { now } else { self.told };
    }

    /// Judges the script under way and writes its table.
    fn conclude(&mut self, stage: &Stage, worker: &mut Worker) {
        let Some(current) = self.script.take() else { return };
        let table = current.stride.take_table();
        let samples = table.samples();
        for oracle in self.source.judges() {
            worker.count_checked(*oracle, samples);
        }
        let told = told(&*current.stride, table, self.number);
        for (outcome, oracle) in &told.forbidden {
            worker.count_wrong(*oracle, outcome.samples, || violation(&told.table, outcome));
        }
        stage.note(|record| record.add(told.table));
        self.number += 1;
    }
}

impl Current {
    fn adapt(&mut self, nanos: u64) {
        if nanos < STRIDE_NANOS_MIN {
            self.length = (self.length * 2).min(PLACES_MAX);
        } else if nanos > STRIDE_NANOS_MAX {
            self.length = (self.length / 2).max(PLACES_MIN);
        }
    }

    const fn has_had_enough(&self, run: Run, now: u64) -> bool {
        match run {
            Run::Always => false,
            Run::Nanos(nanos) => now.saturating_sub(self.began) >= nanos,
            Run::Samples(samples) => self.samples >= samples,
        }
    }
}

/// A script's table, and which oracle each forbidden outcome contradicts.
struct Told {
    table: ScriptTable,
    forbidden: Vec<(ScriptOutcome, crate::workload::Oracle)>,
}

fn told(stride: &dyn Striding, table: OutcomeTable, number: u64) -> Told {
    let (samples, mut others) = (table.samples(), table.others + table.others_forbidden);
    let text = stride.text();
    let mut told = Told {
        table: ScriptTable {
            number,
            prepared: text.prepared,
            threads: text.threads,
            samples,
            outcomes: Vec::new(),
            others: 0,
        },
        forbidden: Vec::new(),
    };
    for row in table.into_rows() {
        let outcome = in_words(stride, &row);
        if row.judgement.kind == OutcomeKind::Forbidden {
            told.forbidden.push((outcome.clone(), row.judgement.oracle));
        }
        if told.table.outcomes.len() < SCRIPT_OUTCOMES_MAX {
            told.table.outcomes.push(outcome);
        } else {
            others += outcome.samples;
        }
    }
    told.table.others = others;
    told
}

fn in_words(stride: &dyn Striding, row: &Row) -> ScriptOutcome {
    ScriptOutcome {
        answers: stride.tell(&row.outcome),
        kind: row.judgement.kind,
        why: row.judgement.why.clone(),
        samples: row.samples,
    }
}

/// A forbidden outcome as a violation: what kind it is, and then a line for each thread, so that calls and answers stand side by side.
fn violation(table: &ScriptTable, outcome: &ScriptOutcome) -> String {
    let many = format!("{} of {} samples", text::count(outcome.samples), text::count(table.samples));
    let mut lines = vec![format!("{}: script {}, {many}", outcome.why, table.number)];
    if !table.prepared.is_empty() {
        lines.push(format!("  before    {}", table.prepared));
    }
    let width = table.threads.iter().map(|calls| calls.chars().count()).max().unwrap_or(0);
    for (number, calls) in table.threads.iter().enumerate() {
        let answers = outcome.answers.get(number).map_or("", String::as_str);
        lines.push(format!("  thread {number}  {calls:width$}  ->  {answers}"));
    }
    if let Some(end) = outcome.answers.get(table.threads.len()) {
        lines.push(format!("  at the end  {end}"));
    }
    lines.join("\n")
}
