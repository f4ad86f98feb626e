//! Runs the scripts of a workload inside a test or benchmark, without a subject process.

use super::director::{Director, Run};
use super::performer::{Books, perform};
use super::stage::Stage;
use crate::subject::rehearsal_segment;
use crate::workload::{FinalCheck, Operation, Setup, Tally, Worker, Workload};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::{OracleReport, Phase, Scripts, ScriptsRecord};

/// How scripts are rehearsed.
#[derive(Debug, Clone, Copy)]
pub struct ScriptRehearsal {
    /// How many threads run them.
    pub workers: u32,
    /// The most operations of one thread.
    pub operations: u32,
    /// How many scripts are drawn.
    pub scripts: u64,
    /// How often each is run at least.
    pub samples: u64,
    /// What they are drawn from.
    pub seed: u64,
}

/// Runs scripts of a workload; hands on what its oracles say, and how often each outcome came.
///
/// # Errors
/// If the parameters make no scripts, in words.
pub fn rehearse_scripts<W: Workload>(
    params: &W::Params,
    rehearsal: ScriptRehearsal,
) -> Result<(Vec<OracleReport>, ScriptsRecord), String> {
    let ScriptRehearsal { workers, operations, scripts, samples, seed } = rehearsal;
    let setup = Setup { workers, keys: 1, seed };
    let weights = vec![1; W::OPERATIONS.len()];
    let source = W::scripts(params, &setup, Scripts { operations, ..Scripts::default() }, &weights)?;
    let segment = rehearsal_segment(workers as usize, W::Operation::ALL.len())?;
    let stage = Stage::of(workers as usize);
    let names: Vec<&'static str> = W::OPERATIONS.iter().map(|operation| operation.name()).collect();
    let mut check = FinalCheck { tally: Tally::new(W::SCRIPT_ORACLES) };
    std::thread::scope(|scope| {
        let (source, stage, names) = (&*source, &stage, &names);
        let act = move |number: u32| {
            let random = Xoshiro256PlusPlus::seed_from_u64(u64::from(number));
            let slot = segment.slot(number as usize);
            let mut worker = Worker::new(number, random, slot, Tally::new(W::SCRIPT_ORACLES));
            let director = (number == 0).then(|| Director::new(source, seed, Run::Samples(samples)));
            let books = Books { phase: || Phase::Baseline, operations: names };
            perform(stage, source, &mut worker, director, &books, |director| director.done() >= scripts);
            worker.tally
        };
        let threads: Vec<_> = (0..workers).map(|number| scope.spawn(move || act(number))).collect();
        for tally in threads.into_iter().filter_map(|thread| thread.join().ok()) {
            check.tally.merge(tally);
        }
    });
    source.settle(&mut check);
    let all: Vec<String> = W::SCRIPT_ORACLES.iter().map(|oracle| oracle.name().to_owned()).collect();
    Ok((check.tally.reports(W::SCRIPT_ORACLES, &all, None), stage.record()))
}
