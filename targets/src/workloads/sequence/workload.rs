//! The workload that drives every sequence: workers edit sequences in every way there is, and compare each answer and the whole
//! content with a plain vector of numbers. The sequences are each worker's own, or stand behind one lock.

use super::bench::{Bench, EACH_ONCE, SAME_CONTENT};
use super::sequence_under_test::SequenceUnderTest;
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE};
use crate::workloads::feed::Maker;
use crate::workloads::judge::{Judge, Judged};
use squall_probe::{
    Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point, reallocate_late,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

operations! {
    /// What a sequence is asked; each stands for several calls, one of which is drawn.
    pub enum SequenceOperation {
        /// `push`, `push_front`.
        Push = "push",
        /// `pop`, `pop_front`.
        Pop = "pop",
        /// `insert`.
        Insert = "insert",
        /// `remove`, `swap_remove`, `get`.
        Remove = "remove",
        /// `extend`, `insert_many`.
        Extend = "extend",
        /// `truncate`, `clear`.
        Truncate = "truncate",
        /// `drain`, to its end or not, or forgotten; `splice`.
        Drain = "drain",
        /// `retain`, `extract_if`, `dedup_by`.
        Retain = "retain",
        /// `resize`, `resize_with`.
        Resize = "resize",
        /// `append`, `split_off`.
        Append = "append",
        /// `clone`, `clone_from`, `extend_from_slice`, `==`.
        Copy = "copy",
        /// `from_iter`.
        Collect = "collect",
        /// `into_iter`, to its end or not, and its clone.
        Consume = "consume",
        /// `iter_mut`.
        Write = "write",
        /// `shrink_to_fit`, `reserve`, `grow`, also to the present capacity.
        Capacity = "capacity",
        /// A fresh sequence.
        Renew = "renew",
    }
}

squall_probe::params! {
    /// The parameters of a sequence.
    pub struct SequenceParams {
        round: u64 = 400, in 1.0..=1000000.0, "how many steps a sequence is used for before a fresh one is begun";
        length: u64 = 12, in 1.0..=10000.0, "how many elements a sequence holds at most";
        shared: bool = false, "whether the workers share sequences behind one lock; else each has its own";
        lies: bool = true, "whether iterators may be wrong about how many elements they yield";
    }
}

/// Sequences under load.
///
/// Points: `sequence.call` before each operation, where an error can be returned; `sequence.closure.inside` in each closure that a
/// sequence calls; `feed.next.inside` in each iterator that it reads.
pub struct SequenceWorkload<S> {
    benches: Box<[(AtomicBool, Mutex<Bench<S>>)]>,
    round: u64,
}

impl<S: SequenceUnderTest> Workload for SequenceWorkload<S> {
    type Operation = SequenceOperation;
    type Params = SequenceParams;
    type Local = ();
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, SAME_CONTENT, EACH_ONCE];
    const REALLOCATES: bool = true;

    fn build(params: &SequenceParams, setup: &Setup) -> Result<Self, String> {
        let benches = if params.shared { 1 } else { setup.workers };
        let bench = |number| {
            let maker = Maker { key: u64::from(number), worker: number };
            (AtomicBool::new(false), Mutex::new(Bench::new(maker, params.length, params.lies)))
        };
        Ok(Self { benches: (0..benches).map(bench).collect(), round: params.round })
    }

    fn step(&self, worker: &mut Worker, local: &mut (), call: Call<SequenceOperation>) -> Result<(), OperationError> {
        point!("sequence.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    /// Whoever works at a sequence next moves its memory; to wait for that would take a lock that is hardly ever free.
    fn reallocate(&self) {
        self.benches.iter().for_each(|(wanted, _)| wanted.store(true, Ordering::Relaxed));
    }

    fn check(self, locals: Vec<()>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::settle(check);
    }
}

impl<S: SequenceUnderTest> Judged for SequenceWorkload<S> {
    fn act(&self, judge: &mut impl Judge, worker: u32, (): &mut (), call: Call<SequenceOperation>) {
        let (wanted, bench) = &self.benches[worker as usize % self.benches.len()];
        let mut bench = locked(bench);
        let mut draw = bench.begin(judge, call.key);
        if wanted.load(Ordering::Relaxed) && wanted.swap(false, Ordering::Relaxed) {
            reallocate_late(|| bench.reallocate());
        }
        let draw = &mut draw;
        match call.operation {
            _ if bench.steps().is_multiple_of(self.round) => bench.renew(draw),
            SequenceOperation::Push => bench.push(judge, draw),
            SequenceOperation::Pop => bench.pop(judge, draw),
            SequenceOperation::Insert => bench.insert(draw),
            SequenceOperation::Remove => bench.remove(judge, draw),
            SequenceOperation::Extend => bench.extend(draw),
            SequenceOperation::Truncate => bench.truncate(draw),
            SequenceOperation::Drain => bench.drain(judge, draw),
            SequenceOperation::Retain => bench.retain(judge, draw),
            SequenceOperation::Resize => bench.resize(draw),
            SequenceOperation::Append => bench.append(draw),
            SequenceOperation::Copy => bench.copy(judge, draw),
            SequenceOperation::Collect => bench.collect(draw),
            SequenceOperation::Consume => bench.consume(judge, draw),
            SequenceOperation::Write => bench.write(draw),
            SequenceOperation::Capacity => bench.change_capacity(judge, draw),
            SequenceOperation::Renew => bench.renew(draw),
        }
        bench.end(judge);
    }

    fn settle(&self, _: Vec<()>, judge: &mut impl Judge) {
        for (_, bench) in &self.benches {
            locked(bench).recover(judge);
        }
    }
}

/// A panic inside does not end the use of a sequence: it has to survive that.
fn locked<S>(bench: &Mutex<Bench<S>>) -> MutexGuard<'_, Bench<S>> {
    bench.lock().unwrap_or_else(PoisonError::into_inner)
}
