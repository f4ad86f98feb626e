//! The trait that makes a container a target.

use super::operation::Operation;
use super::oracle::{FinalCheck, Oracle};
use super::params::Params;
use super::worker::{Call, OperationError, Setup, Worker};
use crate::aim::Words;
use crate::script::ScriptSource;
use squall_model::Scripts;
use squall_model::history::HistoryModel;
use squall_model::segment::HistoryStart;

/// A target under load: a container, the operations on it, and what is known to be right about its answers.
///
/// ```
/// use squall_probe::{Call, NoParams, OperationError, Setup, Worker, Workload, operations};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// operations! { pub enum CounterOperation { Increment = "increment" } }
///
/// struct Counter(AtomicU64);
///
/// impl Workload for Counter {
///     type Operation = CounterOperation;
///     type Params = NoParams;
///     type Local = ();
///     const NAME: &'static str = "counter";
///     const SUMMARY: &'static str = "a counter behind an atomic word";
///
///     fn build(_: &NoParams, _: &Setup) -> Result<Self, String> {
///         Ok(Self(AtomicU64::new(0)))
///     }
///
///     fn step(&self, _: &mut Worker, _: &mut (), _: Call<CounterOperation>) -> Result<(), OperationError> {
///         self.0.fetch_add(1, Ordering::Relaxed);
///         Ok(())
///     }
/// }
/// ```
pub trait Workload: Send + Sync + Sized + 'static {
    /// The operations that it can be asked for.
    type Operation: Operation;
    /// Its parameters; [`NoParams`](super::NoParams) if there are none.
    type Params: Params;
    /// What one worker remembers for the final check, such as the elements that it inserted.
    type Local: Default + Send + 'static;

    /// Its name in experiments, such as `map.sharded`.
    const NAME: &'static str;
    /// What it is, in one line.
    const SUMMARY: &'static str;
    /// Which of them it offers: a mix that names another one is refused. All, unless the container lacks one.
    const OPERATIONS: &'static [Self::Operation] = Self::Operation::ALL;
    /// Its oracles, each at the place that it names.
    const ORACLES: &'static [Oracle] = &[];
    /// Whether [`Workload::reallocate`] does something.
    const REALLOCATES: bool = false;
    /// Whether [`Workload::reenter`] does something.
    const REENTERS: bool = false;
    /// The names of the words that it exports, by [`Workload::export`] or [`Worker::watch`], for a `stall` to aim at.
    const WORDS: &'static [&'static str] = &[];

    /// What its objects are, if it records what they are asked and answer, by [`Worker::ask`] and [`Worker::answer`]: then it can be
    /// judged by the oracles `linearizable` and `sequential`, too.
    const HISTORY: Option<HistoryModel> = None;

    /// The oracles of its short scripts, each at the place that it names; none if it has no scripts.
    const SCRIPT_ORACLES: &'static [Oracle] = &[];
    /// How many threads its script has, if it was written by hand and no other can be drawn.
    const SCRIPT_THREADS: Option<u32> = None;

    /// Builds the container.
    ///
    /// # Errors
    /// If the parameters make none, in words.
    fn build(params: &Self::Params, setup: &Setup) -> Result<Self, String>;

    /// Does one operation. A panic is caught and counted; the worker goes on with the next operation. What `local` was told
    /// before a call that may unwind is to be made to stand by [`write_back`](crate::write_back).
    ///
    /// # Errors
    /// If the operation could not do what was asked, and said so.
    fn step(
        &self,
        worker: &mut Worker,
        local: &mut Self::Local,
        call: Call<Self::Operation>,
    ) -> Result<(), OperationError>;

    /// Exports words of the workload, such as a list's head, once it is built and has its place for good.
    fn export(&self, words: &mut Words) {
        let _ = words;
    }

    /// What is known of each of its objects, if it records a history.
    fn history_start(&self) -> HistoryStart {
        HistoryStart::default()
    }

    /// Shrinks, grows or rehashes the container, while workers use it.
    fn reallocate(&self) {}

    /// Uses the container while the current thread is in the middle of an operation on it: what a user's `Hash`, `Drop` or
    /// closure might do that calls back. `worker` stands for the one that is interrupted; its random numbers are its own.
    fn reenter(&self, worker: &mut Worker) {
        let _ = worker;
    }

    /// The source of its short scripts. `weights` are those of [`Workload::OPERATIONS`]. Asked only if it has oracles of scripts.
    ///
    /// # Errors
    /// If the parameters make none, in words.
    fn scripts(
        params: &Self::Params,
        setup: &Setup,
        scripts: Scripts,
        weights: &[u32],
    ) -> Result<Box<dyn ScriptSource>, String> {
        let _ = (params, setup, scripts, weights);
        Err(format!("`{}` has no short scripts", Self::NAME))
    }

    /// Looks at the container once all workers have ended; `locals` are theirs, in the order of their numbers. The workload
    /// is given away, so that the check can also drop the container and look at what that left behind.
    fn check(self, locals: Vec<Self::Local>, check: &mut FinalCheck) {
        let _ = (locals, check);
    }
}
