//! The workload that drives all sharded accounts: workers add to accounts, and look whether a shard's total is the sum of its
//! accounts.

use super::shards_under_test::ShardsUnderTest;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::sync::atomic::{AtomicU64, Ordering};

/// A shard's total is the sum of its accounts.
const WHOLE_SHARD: Oracle = Oracle::new(0, "whole_shard");
/// What the accounts hold in the end is what was added.
const CONSERVED: Oracle = Oracle::new(1, "conserved");

operations! {
    /// What sharded accounts are asked.
    pub enum ShardsOperation {
        Add = "add",
        Look = "look",
    }
}

squall_probe::params! {
    /// The parameters of sharded accounts.
    pub struct ShardsParams {
        shards: u64 = 16, in 1.0..=4096.0, "how many locks share the accounts";
    }
}

/// Sharded accounts under load.
///
/// Points: `shards.call` before each operation, where an error can be returned; `shards.locked` under the lock of a shard,
/// between the two halves of an addition.
#[derive(Debug)]
pub struct ShardsWorkload<S> {
    shards: S,
}

/// What one worker added.
#[derive(Debug, Default)]
pub struct Additions {
    /// A panic ends an addition after it was begun, and it is not known whether it took effect. The count is atomic so that
    /// no compiler moves it behind the addition.
    begun: AtomicU64,
    done: u64,
}

impl<S: ShardsUnderTest> Workload for ShardsWorkload<S> {
    type Operation = ShardsOperation;
    type Params = ShardsParams;
    type Local = Additions;
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;
    const ORACLES: &'static [Oracle] = &[WHOLE_SHARD, CONSERVED];

    fn build(params: &ShardsParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { shards: S::build(params.shards as usize) })
    }

    fn step(
        &self,
        worker: &mut Worker,
        additions: &mut Additions,
        call: Call<ShardsOperation>,
    ) -> Result<(), OperationError> {
        point!("shards.call", |error| Err(error.into()));
        match call.operation {
            ShardsOperation::Add => {
                additions.begun.fetch_add(1, Ordering::Relaxed);
                self.shards.add(call.key, 1);
                additions.done += 1;
            }
            ShardsOperation::Look => {
                let balance = self.shards.look(call.key);
                worker.expect(WHOLE_SHARD, balance.total == balance.sum, || format!("{balance:?} of key {}", call.key));
            }
        }
        Ok(())
    }

    fn check(self, locals: Vec<Additions>, check: &mut FinalCheck) {
        let done: u64 = locals.iter().map(|additions| additions.done).sum();
        let most = locals.into_iter().map(|additions| additions.begun.into_inner()).sum();
        let held = self.shards.sum();
        let detail = || format!("the accounts hold {held}; {done} to {most} were added");
        check.expect(CONSERVED, (done..=most).contains(&held), detail);
    }
}
