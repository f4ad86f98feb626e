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
/// hottest key is the map's limit; and where the keys have a stride that the number of shards divides, one lock carries them all.
/// More shards spread them as far as stride and number have other factors, a [`HashRing`](super::HashRing) spreads them anyway.
/// A recovery adds up the whole shard, once for each panic. [`grow`](Self::grow) looks at every account, and moves those whose
/// shard is another now; nobody may use the shards meanwhile.
///
/// Measured on two cores that other work shared: additions of which half hold the lock for 1 to 2 ms, 3,000 operations/s from 8
/// workers, 1,000 keys (zipf 1.1) with a stride of 16. The 99th percentile in ten runs, median (least to most), was 1.34 s (1.19
/// to 1.93) on 16 shards by remainder, 7.3 ms (4.7 to 37) on 256, and 5.5 ms (4.7 to 34) on 16 shards of a ring. One shard more
/// for 200,000 accounts (`cargo bench -p squall-targets --bench shards`; the shares are exact, the times are to be compared with
/// each other only):
///
/// | | 4 → 5 | 16 → 17 | 64 → 65 |
/// |---|---|---|---|
/// | moved by remainder | 80.0 % | 94.1 % | 98.4 % |
/// | moved on the ring | 19.8 % | 5.1 % | 1.5 % |
/// | growth by remainder | 63.4 ms | 21.4 ms | 20.4 ms |
/// | growth on the ring | 35.7 ms | 9.4 ms | 8.9 ms |
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
