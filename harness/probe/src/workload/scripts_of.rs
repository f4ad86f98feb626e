//! A workload whose workers run short scripts instead of doing operations one after the other.

use super::catalogue::{RunningWorkload, WorkerResult, panic_text};
use super::oracle::{FinalCheck, Tally};
use super::worker::Setup;
use super::workload_trait::Workload;
use crate::aim::Words;
use crate::script::{ScriptSource, Stage};
use crate::subject::{WorkerTask, run_scripts};
use squall_model::{OracleReport, Scripts, ScriptsRecord};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The scripts of a workload, under way.
pub(super) struct ScriptsOf<W> {
    stage: Stage,
    source: Box<dyn ScriptSource>,
    of: PhantomData<fn() -> W>,
}

impl<W: Workload> ScriptsOf<W> {
    pub(super) fn build(params: &W::Params, setup: &Setup, scripts: Scripts, weights: &[u32]) -> Result<Self, String> {
        let source = W::scripts(params, setup, scripts, weights)?;
        Ok(Self { stage: Stage::of(setup.workers as usize), source, of: PhantomData })
    }
}

impl<W: Workload> RunningWorkload for ScriptsOf<W> {
    fn run_worker(&self, task: WorkerTask) -> WorkerResult {
        let tally = run_scripts::<W>(&self.stage, &*self.source, task);
        WorkerResult { local: Box::new(()), tally }
    }

    /// Objects come and go too quickly for their words to be aimed at.
    fn export(&self, _: &mut Words) {}

    fn own_addresses(&self) -> (u64, u64) {
        (0, 0)
    }

    /// Scripts reallocate their objects by calls of their own.
    fn reallocate(&self) {}

    /// An experiment whose workers run scripts is refused a fault that calls back.
    fn reenter(&self, _: u64) {}

    fn check(&self, results: Vec<WorkerResult>, lost_workers: usize, asked: &[String]) -> Vec<OracleReport> {
        let mut check = FinalCheck { tally: Tally::new(W::SCRIPT_ORACLES) };
        results.into_iter().for_each(|result| check.tally.merge(result.tally));
        let undecided = if lost_workers > 0 {
            Some(format!("{lost_workers} worker(s) ended with a panic outside of any operation"))
        } else {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.source.settle(&mut check)));
            outcome.err().map(|payload| format!("the final check panicked: {}", panic_text(payload.as_ref())))
        };
        check.tally.reports(W::SCRIPT_ORACLES, asked, undecided.as_deref())
    }

    fn scripts(&self) -> Option<ScriptsRecord> {
        Some(self.stage.record())
    }
}
