//! The hazard `shard-imbalance`, and its repairs: accounts behind many locks, of which skewed keys load one, and a panic under
//! that one lock takes all of its keys away.

use super::padded::Padded;
use super::router::Router;
use squall_probe::point;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Accounts, dealt out to shards by a [`Router`].
///
/// **Guarantees.** Every operation on a key is linearizable. A shard's total is the sum of its accounts, whenever its lock is
/// free. A panic in the middle of an addition breaks that, and poisons the shard's lock: with `RECOVERS`, the next owner
/// makes the total right again and goes on; without, **every later operation on the shard panics**.
///
/// **Cost.** One lock an operation, which everyone shares whose keys lie on the same shard: with skewed keys, that of the
/// hottest key is the map's limit. A recovery adds up the whole shard, once for each panic.
///
/// **Source.** Striped locks; `lock().unwrap()`, and `std::sync::Mutex::clear_poison`.
#[derive(Debug)]
pub struct AccountShards<R, const RECOVERS: bool> {
    shards: Vec<Padded<Mutex<Shard>>>,
    router: R,
}

#[derive(Debug, Default)]
struct Shard {
    accounts: HashMap<u64, u64>,
    total: u64,
}

/// What a look at an account showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// What the account holds.
    pub account: u64,
    /// What its shard says that all of its accounts hold.
    pub total: u64,
    /// What they hold.
    pub sum: u64,
}

impl<R: Router, const RECOVERS: bool> AccountShards<R, RECOVERS> {
    /// So many shards without accounts; at least one.
    #[must_use]
    pub fn new(shards: usize) -> Self {
        let shards = shards.max(1);
        Self { shards: (0..shards).map(|_| Padded::default()).collect(), router: R::new(shards) }
    }

    /// Adds to an account: first there, then to the shard's total.
    ///
    /// # Panics
    /// If the shard is poisoned, and does not recover.
    pub fn add(&self, key: u64, amount: u64) {
        let mut shard = self.lock(key);
        *shard.accounts.entry(key).or_default() += amount;
        point!("shards.locked");
        shard.total += amount;
    }

    /// Looks at an account, and at its shard.
    ///
    /// # Panics
    /// If the shard is poisoned, and does not recover.
    pub fn look(&self, key: u64) -> Balance {
        let shard = self.lock(key);
        let account = shard.accounts.get(&key).copied().unwrap_or_default();
        Balance { account, total: shard.total, sum: shard.sum() }
    }

    /// What all accounts hold together, shard by shard, poisoned or not.
    pub fn sum(&self) -> u64 {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).sum()).sum()
    }

    /// Adds one shard, and moves the accounts that belong elsewhere now; hands on how many those were.
    pub fn grow(&mut self) -> usize {
        self.router = R::new(self.shards.len() + 1);
        self.shards.push(Padded::default());
        let mut moved = Vec::new();
        for (place, shard) in self.shards.iter_mut().enumerate() {
            let (shard, router) = (unlocked(shard), &self.router);
            moved.extend(shard.accounts.extract_if(|key, _| router.shard(*key) != place));
            shard.total = shard.sum();
        }
        for (key, amount) in &moved {
            let shard = unlocked(&mut self.shards[self.router.shard(*key)]);
            shard.accounts.insert(*key, *amount);
            shard.total += amount;
        }
        moved.len()
    }

    fn lock(&self, key: u64) -> MutexGuard<'_, Shard> {
        let mutex = &self.shards[self.router.shard(key)];
        match mutex.lock() {
            Ok(shard) => shard,
            Err(poisoned) if RECOVERS => {
                let mut shard = poisoned.into_inner();
                shard.total = shard.sum();
                mutex.clear_poison();
                shard
            }
            Err(poisoned) => {
                drop(poisoned); // it holds the lock, and a panic hook may take its time
                panic!("the shard is poisoned")
            }
        }
    }
}

/// A shard that nobody else can see, poisoned or not.
fn unlocked(shard: &mut Mutex<Shard>) -> &mut Shard {
    shard.get_mut().unwrap_or_else(PoisonError::into_inner)
}

impl Shard {
    fn sum(&self) -> u64 {
        self.accounts.values().sum()
    }
}
