//! Planted: half of the workers take two locks in one order, the other half in the opposite one. Soon each of two workers
//! holds what the other waits for, everyone else queues up behind them, and no processor time is used any more.

use super::planted::{Canary, CanaryParams};
use squall_probe::{OperationError, Setup, Worker};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a worker holds its first lock before it wants the second: long enough for another to take that.
const BETWEEN_LOCKS: Duration = Duration::from_millis(1);

/// Two accounts, each behind its lock.
#[derive(Debug, Default)]
pub(super) struct OppositeOrder {
    giver: Mutex<u64>,
    taker: Mutex<u64>,
}

fn lock(account: &Mutex<u64>) -> MutexGuard<'_, u64> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Canary for OppositeOrder {
    type Params = CanaryParams;
    const NAME: &'static str = "canary.deadlock";
    const SUMMARY: &'static str = "planted bug: two locks are taken in opposite orders until every worker waits";

    fn plant(_: &CanaryParams, setup: &Setup) -> Result<Self, String> {
        if setup.workers < 2 {
            return Err("one worker alone cannot deadlock; it takes two".to_owned());
        }
        Ok(Self::default())
    }

    fn after(params: &CanaryParams) -> u64 {
        params.after
    }

    fn work(&self, _: &mut Worker, _: u64) {
        let (mut giver, mut taker) = (lock(&self.giver), lock(&self.taker));
        *giver = giver.wrapping_sub(1);
        *taker = taker.wrapping_add(1);
    }

    fn strike(&self, worker: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        let even = worker.number().is_multiple_of(2);
        let (first, second) = if even { (&self.giver, &self.taker) } else { (&self.taker, &self.giver) };
        let mut first = lock(first);
        std::thread::sleep(BETWEEN_LOCKS);
        let mut second = lock(second);
        *first = first.wrapping_sub(1);
        *second = second.wrapping_add(1);
        Ok(())
    }
}
