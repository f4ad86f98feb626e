//! The workload that drives all sharded accounts: workers add to accounts, and look whether a shard's total is the sum of its
//! accounts.

use super::shards_under_test::ShardsUnderTest;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point, write_back};

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
        stride: u64 = 1, in 1.0..=65536.0, "how far apart the numbers of two accounts are that were opened one after another";
    }
}

/// Sharded accounts under load.
///
/// Points: `shards.call` before each operation, where an error can be returned; `shards.locked` under the lock of a shard,
/// between the two halves of an addition.
#[derive(Debug)]
pub struct ShardsWorkload<S> {
    shards: S,
    stride: u64,
}

/// What one worker added.
#[derive(Debug, Default)]
pub struct Additions {
    done: u64,
    /// Additions that a panic ended, and of which it is not known whether they took effect.
    unknown: u64,
}

impl<S: ShardsUnderTest> Workload for ShardsWorkload<S> {
    type Operation = ShardsOperation;
    type Params = ShardsParams;
    type Local = Additions;
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;
    const ORACLES: &'static [Oracle] = &[WHOLE_SHARD, CONSERVED];

    fn build(params: &ShardsParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { shards: S::build(params.shards as usize), stride: params.stride })
    }

    fn step(
        &self,
        worker: &mut Worker,
        additions: &mut Additions,
        call: Call<ShardsOperation>,
    ) -> Result<(), OperationError> {
        point!("shards.call", |error| Err(error.into()));
        let key = call.key * self.stride;
        match call.operation {
            ShardsOperation::Add => {
                additions.unknown += 1;
                write_back(additions);
                self.shards.add(key, 1);
                additions.unknown -= 1;
                additions.done += 1;
            }
            ShardsOperation::Look => {
                let balance = self.shards.look(key);
                worker.expect(WHOLE_SHARD, balance.total == balance.sum, || format!("{balance:?} of key {key}"));
            }
        }
        Ok(())
    }

    fn check(self, locals: Vec<Additions>, check: &mut FinalCheck) {
        let done: u64 = locals.iter().map(|additions| additions.done).sum();
        let most = done + locals.iter().map(|additions| additions.unknown).sum::<u64>();
        let held = self.shards.sum();
        let detail = || format!("the accounts hold {held}; {done} to {most} were added");
        check.expect(CONSERVED, (done..=most).contains(&held), detail);
    }
}
