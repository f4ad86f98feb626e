//! What a script says of itself, and what a workload has to do so that scripts of it can be drawn.

use super::draw::Draw;
use super::stride::{Stride, Striding};
use crate::workload::{FinalCheck, Oracle, Worker};
use squall_model::{OutcomeKind, SCRIPT_THREADS_MAX};
use std::sync::Arc;

/// The answers of a thread that a panic broke off.
pub(super) const BROKEN_OFF: u64 = u64::MAX;

/// What one sample of a script came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Outcome {
    /// The answers that each thread got; 0 for threads that the script does not have.
    pub threads: [u64; SCRIPT_THREADS_MAX as usize],
    /// What was found at the end.
    pub end: u128,
}

/// What is to be thought of an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it is.
    pub kind: OutcomeKind,
    /// Why, in a few words; empty if there is nothing to say.
    pub why: String,
    /// The oracle that it contradicts, if it is forbidden.
    pub oracle: Oracle,
}

/// How the threads of a script walk along the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// Each as fast as it can. For operations of a few nanoseconds: the threads are at the same object often enough.
    #[default]
    Free,
    /// All come to an object together, and then each begins within a drawn fraction of a microsecond. For longer operations,
    /// which would otherwise pass each other by.
    InStep,
}

/// What a script does, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptText {
    /// What is done to each object before the threads begin; empty if nothing.
    pub prepared: String,
    /// What each thread does.
    pub threads: Vec<String>,
}

/// A short script: what each of its threads does to an object, and which outcomes may come of it.
pub trait Script: Send + Sync + 'static {
    /// What the threads share.
    type Object: Send + Sync;
    /// What each thread has of the object for itself, such as an end of a channel.
    type Part: Send;

    /// How many threads it has: 1 to 4.
    fn threads(&self) -> usize;

    /// How the threads walk along the objects.
    fn pace(&self) -> Pace {
        Pace::Free
    }

    /// Which of the workload's operations a thread does, one for each call that is to be counted.
    fn operations(&self, thread: usize) -> &[usize];

    /// A fresh object, prepared, and a part for each thread, pushed in the order of their numbers.
    fn fresh(&self, parts: &mut Vec<Self::Part>) -> Self::Object;

    /// Does what one thread has to do; hands on its answers.
    fn act(&self, thread: usize, object: &Self::Object, part: &mut Self::Part) -> u64;

    /// Looks at an object once all threads are done with it.
    fn end(&self, object: Self::Object, parts: &mut Vec<Self::Part>) -> u128;

    /// Judges an outcome; asked once for each different one.
    fn judge(&self, outcome: &Outcome) -> Judgement;

    /// What it does, in words.
    fn text(&self) -> ScriptText;

    /// An outcome in words: what each thread was answered, and what was found at the end if anything was looked at.
    fn tell(&self, outcome: &Outcome) -> Vec<String>;
}

/// A script without its types.
pub struct AnyScript(pub(super) Arc<dyn Striding>);

impl AnyScript {
    /// Any script.
    #[must_use]
    pub fn new(script: impl Script) -> Self {
        Self(Arc::new(Stride::new(script)))
    }
}

impl std::fmt::Debug for AnyScript {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("AnyScript").field(&self.0.text()).finish()
    }
}

/// Where scripts of a workload come from.
pub trait ScriptSource: Send + Sync {
    /// Draws a script. The same random numbers draw the same one.
    fn draw(&self, draw: &mut Draw) -> AnyScript;

    /// The oracles that [`Script::judge`] judges by: each looks at every sample.
    fn judges(&self) -> &[Oracle];

    /// Whether all scripts that it draws are the same one: then that is run all the while.
    fn draws_one_only(&self) -> bool {
        false
    }

    /// Reports what was seen to go wrong beside the outcomes; called by each worker at the end of each stride.
    fn watch(&self, worker: &mut Worker) {
        let _ = worker;
    }

    /// The check after the last script, once no object is left.
    fn settle(&self, check: &mut FinalCheck) {
        let _ = check;
    }
}
