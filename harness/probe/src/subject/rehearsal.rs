//! Runs a workload in the test's own process, without faults and without an orchestrator: takes the calls that each worker is to
//! make, and hands on what the oracles say. An oracle that was never seen to fail proves nothing; this is how to see it.

use super::driver::guarded_step;
use crate::workload::{Call, FinalCheck, Operation, Setup, Tally, Worker, Workload};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::OracleReport;
use squall_model::segment::{Layout, Segment};
use std::sync::atomic::AtomicU64;

/// Lets one worker for each list of calls make them, all workers at the same time, and then looks at the container, as a trial
/// does. A panic ends its call, and the worker goes on with the next one.
///
/// The segment in which the workers record is not given back: this is for tests.
///
/// # Errors
/// If the workload cannot be built, in words.
///
/// ```
/// use squall_probe::{Call, NoParams, OperationError, Oracle, Setup, Worker, Workload, operations, rehearse};
///
/// operations! { pub enum Sum { Add = "add" } }
/// const RIGHT: Oracle = Oracle::new(0, "right");
/// struct Adder;
///
/// impl Workload for Adder {
///     type Operation = Sum;
///     type Params = NoParams;
///     type Local = ();
///     const NAME: &'static str = "adder";
///     const SUMMARY: &'static str = "an adder that cannot count beyond nine";
///     const ORACLES: &'static [Oracle] = &[RIGHT];
///
///     fn build(_: &NoParams, _: &Setup) -> Result<Self, String> {
///         Ok(Self)
///     }
///
///     fn step(&self, worker: &mut Worker, _: &mut (), call: Call<Sum>) -> Result<(), OperationError> {
///         let sum = (call.key + 1).min(9);
///         worker.expect(RIGHT, sum == call.key + 1, || format!("{} + 1 = {sum}", call.key));
///         Ok(())
///     }
/// }
///
/// let calls = (0..10).map(|key| Call { operation: Sum::Add, key }).collect();
/// let reports = rehearse::<Adder>(&NoParams::default(), vec![calls]).unwrap();
/// assert_eq!((reports[0].checked, reports[0].wrong), (10, 1));
/// assert_eq!(reports[0].violations[0].detail, "9 + 1 = 9");
/// ```
pub fn rehearse<W: Workload>(
    params: &W::Params,
    calls: Vec<Vec<Call<W::Operation>>>,
) -> Result<Vec<OracleReport>, String> {
    let workers = calls.len() as u32;
    let keys = calls.iter().flatten().map(|call| call.key + 1).max().unwrap_or(1);
    let workload = W::build(params, &Setup { workers, keys, seed: 0 })?;
    let segment = rehearsal_segment(calls.len(), W::Operation::ALL.len())?;
    let mut check = FinalCheck { tally: Tally::new(W::ORACLES) };
    let mut locals = Vec::new();
    std::thread::scope(|scope| {
        let workload = &workload;
        let act = |(number, calls)| scope.spawn(move || work(workload, segment, number, calls));
        let threads: Vec<_> = calls.into_iter().enumerate().map(act).collect();
        for (local, tally) in threads.into_iter().filter_map(|thread| thread.join().ok()) {
            locals.push(local);
            check.tally.merge(tally);
        }
    });
    workload.check(locals, &mut check);
    let all: Vec<String> = W::ORACLES.iter().map(|oracle| oracle.name().to_owned()).collect();
    Ok(check.tally.reports(W::ORACLES, &all, None))
}

/// A recorder's segment that nobody else sees.
pub(crate) fn rehearsal_segment(workers: usize, operations: usize) -> Result<Segment<'static>, String> {
    let layout = Layout::new(workers, operations).map_err(|error| error.to_string())?;
    let words = Vec::leak((0..layout.bytes() / size_of::<u64>()).map(|_| AtomicU64::new(0)).collect());
    Segment::new(words, layout).map_err(|error| error.to_string())
}

fn work<W: Workload>(
    workload: &W,
    segment: Segment<'static>,
    number: usize,
    calls: Vec<Call<W::Operation>>,
) -> (W::Local, Tally) {
    let random = Xoshiro256PlusPlus::seed_from_u64(number as u64);
    let mut worker = Worker::new(number as u32, random, segment.slot(number), Tally::new(W::ORACLES));
    let mut local = W::Local::default();
    for call in calls {
        let _ = guarded_step(workload, &mut worker, &mut local, call);
    }
    (local, worker.tally)
}
