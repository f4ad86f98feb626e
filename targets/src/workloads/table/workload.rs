//! The workload that drives every map that one owner at a time uses: workers change maps in every way there is, and compare each
//! answer and the whole content with a plain map of numbers. The maps are each worker's own, or stand behind one lock.

use super::bench::{Bench, EACH_ONCE, SAME_CONTENT};
use super::table_under_test::TableUnderTest;
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE};
use crate::workloads::judge::{Judge, Judged};
use squall_probe::{
    Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point, reallocate_late,
};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

operations! {
    /// What a map is asked; some stand for several calls, one of which is drawn.
    pub enum TableOperation {
        /// `insert`.
        Insert = "insert",
        /// `get`.
        Get = "get",
        /// `remove`.
        Remove = "remove",
        /// `entry`.
        Entry = "entry",
        /// `iter_mut`.
        Write = "write",
        /// `pop`.
        Pop = "pop",
        /// `retain`, `extract_if`.
        Retain = "retain",
        /// `drain`, to its end or not, or forgotten; `clear`.
        Drain = "drain",
        /// `extend`.
        Extend = "extend",
        /// `from_iter`.
        Collect = "collect",
        /// `append`.
        Append = "append",
        /// `clone`, `clone_from`, `==`.
        Copy = "copy",
        /// `into_iter`, to its end or not.
        Consume = "consume",
        /// `shrink_to_fit`, `reserve`.
        Capacity = "capacity",
        /// A fresh map.
        Renew = "renew",
    }
}

squall_probe::params! {
    /// The parameters of a map with one owner.
    pub struct TableParams {
        round: u64 = 400, in 1.0..=1000000.0, "how many steps a map is used for before a fresh one is begun";
        length: u64 = 20, in 1.0..=10000.0, "how many different keys a map is asked for";
        shared: bool = false, "whether the workers share maps behind one lock; else each has its own";
        lies: bool = true, "whether iterators may be wrong about how many entries they yield";
    }
}

/// Maps with one owner at a time under load.
///
/// Points: `table.call` before each operation, where an error can be returned; `table.closure.inside` in each closure that a map
/// calls; `feed.next.inside` in each iterator that it reads.
pub struct TableWorkload<T> {
    benches: Box<[(AtomicBool, Mutex<Bench<T>>)]>,
    round: u64,
}

impl<T: TableUnderTest> Workload for TableWorkload<T> {
    type Operation = TableOperation;
    type Params = TableParams;
    type Local = ();
    const NAME: &'static str = T::NAME;
    const SUMMARY: &'static str = T::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, SAME_CONTENT, EACH_ONCE];
    const REALLOCATES: bool = true;

    fn build(params: &TableParams, setup: &Setup) -> Result<Self, String> {
        let benches = if params.shared { 1 } else { setup.workers };
        let bench = |worker| Mutex::new(Bench::new(worker, params.length, params.lies));
        let benches = (0..benches).map(|worker| (AtomicBool::new(false), bench(worker))).collect();
        Ok(Self { benches, round: params.round })
    }

    fn step(&self, worker: &mut Worker, local: &mut (), call: Call<TableOperation>) -> Result<(), OperationError> {
        point!("table.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    /// Whoever works at a map next moves its memory; to wait for that would take a lock that is hardly ever free.
    fn reallocate(&self) {
        self.benches.iter().for_each(|(wanted, _)| wanted.store(true, Ordering::Relaxed));
    }

    fn check(self, locals: Vec<()>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::settle(check);
    }
}

impl<T: TableUnderTest> Judged for TableWorkload<T> {
    fn act(&self, judge: &mut impl Judge, worker: u32, (): &mut (), call: Call<TableOperation>) {
        let (wanted, bench) = &self.benches[worker as usize % self.benches.len()];
        let mut bench = locked(bench);
        let mut draw = bench.begin(judge, call.key);
        if wanted.load(Ordering::Relaxed) && wanted.swap(false, Ordering::Relaxed) {
            reallocate_late(|| bench.reallocate());
        }
        let draw = &mut draw;
        match call.operation {
            _ if bench.steps().is_multiple_of(self.round) => bench.renew(draw),
            TableOperation::Insert => bench.insert(judge, draw),
            TableOperation::Get => bench.get(judge, draw),
            TableOperation::Remove => bench.remove(judge, draw),
            TableOperation::Entry => bench.enter(draw),
            TableOperation::Write => bench.write(draw),
            TableOperation::Pop => bench.pop(judge),
            TableOperation::Retain => bench.retain(judge, draw),
            TableOperation::Drain => bench.drain(judge, draw),
            TableOperation::Extend => bench.extend(draw),
            TableOperation::Collect => bench.collect(draw),
            TableOperation::Append => bench.append(),
            TableOperation::Copy => bench.copy(judge, draw),
            TableOperation::Consume => bench.consume(judge, draw),
            TableOperation::Capacity => bench.change_capacity(draw),
            TableOperation::Renew => bench.renew(draw),
        }
        bench.end(judge);
    }

    fn settle(&self, _: Vec<()>, judge: &mut impl Judge) {
        for (_, bench) in &self.benches {
            locked(bench).recover(judge);
        }
    }
}

/// A panic inside does not end the use of a map: it has to survive that.
fn locked<T>(bench: &Mutex<Bench<T>>) -> MutexGuard<'_, Bench<T>> {
    bench.lock().unwrap_or_else(PoisonError::into_inner)
}
