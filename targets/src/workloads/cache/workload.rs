//! The workload that drives every cache: workers look keys up, make values that are missing, insert, remove and update, and
//! begin fresh caches. Keys that are updated are never removed, so that each of their updates can be counted.

use super::cache_under_test::CacheUnderTest;
use super::script::CacheScripts;
use super::tally::KeyTally;
use crate::tracked::Key;
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE, Value, in_callback};
use crate::workloads::judge::{Judge, Judged};
use crate::workloads::relay::{Ended, Relay, Visit};
use crate::workloads::script::{FamilyScripts, SCRIPT_ORACLES};
use squall_probe::script::{ScriptSource, Scripts};
use squall_probe::{Call, FinalCheck, Operation, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// The value of a key is made once as long as it is not removed. One answer is one key of one round.
const ONE_INITIALISER: Oracle = Oracle::new(3, "one_initialiser");
/// A value that was made is found until its key is removed, because there is room for all.
const STAYS: Oracle = Oracle::new(4, "stays");
/// A value shows every update that had finished before it was looked up, and none that had not begun.
const NO_LOST_UPDATE: Oracle = Oracle::new(5, "no_lost_update");
/// More keys than these are not counted one by one in each round.
const KEYS_MAX: u64 = 65_536;
/// What every cache offers.
const PLAIN: &[CacheOperation] = &[
    CacheOperation::Get,
    CacheOperation::GetOrInsert,
    CacheOperation::Insert,
    CacheOperation::Remove,
    CacheOperation::Renew,
];
/// What a cache offers that can update, and cannot show all that it holds.
const WITH_UPDATE: &[CacheOperation] = &[
    CacheOperation::Get,
    CacheOperation::GetOrInsert,
    CacheOperation::Insert,
    CacheOperation::Remove,
    CacheOperation::Renew,
    CacheOperation::Update,
];
/// What a cache offers that cannot update, and can show all that it holds.
const WITH_WALK: &[CacheOperation] = &[
    CacheOperation::Get,
    CacheOperation::GetOrInsert,
    CacheOperation::Insert,
    CacheOperation::Remove,
    CacheOperation::Renew,
    CacheOperation::Walk,
];

operations! {
    /// What a cache is asked.
    pub enum CacheOperation {
        Get = "get",
        GetOrInsert = "get_or_insert",
        Insert = "insert",
        Remove = "remove",
        Renew = "renew",
        Update = "update",
        Walk = "walk",
    }
}

squall_probe::params! {
    /// The parameters of a cache.
    pub struct CacheParams {
        round: u64 = 1000, in 1.0..=1000000.0, "how many steps a worker takes before it begins a fresh cache";
    }
}

/// A cache under load.
///
/// Points: `cache.call` before each operation, where an error can be returned; `cache.initialise.inside` while a missing
/// value is made; `cache.update.inside` while a value is updated; `cache.walk.inside` while a walk shows a value.
pub struct CacheWorkload<C> {
    relay: Relay<CacheRound<C>, ()>,
    round: u64,
    keys: u64,
}

/// One round: a cache, and the counts of its keys; those that are updated come after those that are removed.
pub struct CacheRound<C> {
    cache: C,
    keys: u64,
    tallies: Box<[KeyTally]>,
}

/// What one worker remembers: the round that it takes part in.
pub struct CacheLocal<C> {
    visit: Option<Visit<CacheRound<C>, ()>>,
    sequence: u64,
    steps: u64,
}

impl<C> Default for CacheLocal<C> {
    fn default() -> Self {
        Self { visit: None, sequence: 0, steps: 0 }
    }
}

impl<C: CacheUnderTest> Workload for CacheWorkload<C> {
    type Operation = CacheOperation;
    type Params = CacheParams;
    type Local = CacheLocal<C>;
    const NAME: &'static str = C::NAME;
    const SUMMARY: &'static str = C::SUMMARY;
    const OPERATIONS: &'static [CacheOperation] = match (C::UPDATES, C::WALKS) {
        (true, true) => CacheOperation::ALL,
        (true, false) => WITH_UPDATE,
        (false, true) => WITH_WALK,
        (false, false) => PLAIN,
    };
    const ORACLES: &'static [Oracle] =
        &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, ONE_INITIALISER, STAYS, NO_LOST_UPDATE];
    const REENTERS: bool = true;

    const SCRIPT_ORACLES: &'static [Oracle] = SCRIPT_ORACLES;

    fn build(params: &CacheParams, setup: &Setup) -> Result<Self, String> {
        let keys = setup.keys.max(1);
        if keys > KEYS_MAX {
            return Err(format!("{keys} keys are too many to count in each round; at most {KEYS_MAX}"));
        }
        Ok(Self { relay: Relay::new(CacheRound::begin(keys)), round: params.round, keys })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut CacheLocal<C>,
        call: Call<CacheOperation>,
    ) -> Result<(), OperationError> {
        point!("cache.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn reenter(&self, worker: &mut Worker) {
        let Some(round) = self.relay.join() else { return };
        let key = worker.number_below(self.keys);
        round.get(worker, key);
        end_round(round.leave(None), worker);
    }

    fn scripts(
        _: &CacheParams,
        setup: &Setup,
        scripts: Scripts,
        weights: &[u32],
    ) -> Result<Box<dyn ScriptSource>, String> {
        Ok(Box::new(FamilyScripts::new(CacheScripts::<C>::new(weights)?, setup.workers, scripts.operations)))
    }

    fn check(self, locals: Vec<CacheLocal<C>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::reclaim_all(C::reclaim);
        tracked::settle(check);
    }
}

impl<C: CacheUnderTest> Judged for CacheWorkload<C> {
    fn act(&self, judge: &mut impl Judge, worker: u32, local: &mut CacheLocal<C>, call: Call<CacheOperation>) {
        self.take_seat(judge, local);
        let Some(round) = &local.visit else { return };
        local.steps += 1;
        local.sequence += 1;
        let make = |key| Value::new(key, worker, local.sequence);
        match call.operation {
            CacheOperation::Get => round.get(judge, call.key),
            CacheOperation::GetOrInsert => round.get_or_insert(judge, call.key, make),
            CacheOperation::Insert => round.cache.insert(Key::new(call.key), make(call.key)),
            CacheOperation::Remove => {
                round.tally(call.key).begin_removal();
                round.cache.remove(&Key::new(call.key));
            }
            CacheOperation::Update => round.update(judge, self.keys + call.key, make),
            CacheOperation::Walk => round.walk(judge),
            CacheOperation::Renew => self.renew(round),
        }
    }

    fn settle(&self, locals: Vec<CacheLocal<C>>, judge: &mut impl Judge) {
        end_round(self.relay.close(|_| ()), judge);
        for visit in locals.into_iter().filter_map(|local| local.visit) {
            end_round(visit.leave(None), judge);
        }
    }
}

impl<C: CacheUnderTest> CacheWorkload<C> {
    fn take_seat(&self, judge: &mut impl Judge, local: &mut CacheLocal<C>) {
        if let Some(visit) = &local.visit {
            if visit.number() == self.relay.number() && local.steps < self.round {
                return;
            }
            self.renew(visit);
        }
        if let Some(visit) = local.visit.take() {
            end_round(visit.leave(None), judge);
        }
        local.steps = 0;
        local.visit = self.relay.join();
    }

    fn renew(&self, visit: &Visit<CacheRound<C>, ()>) {
        if visit.number() == self.relay.number() {
            self.relay.renew(visit, CacheRound::begin(self.keys));
        }
    }
}

/// The last look at a cache: each key's value was made as often as was called for, and shows all its updates.
fn end_round<C: CacheUnderTest>(ended: Option<Ended<CacheRound<C>, ()>>, judge: &mut impl Judge) {
    let Some(ended) = ended else { return };
    for key in 0..ended.keys {
        let (made, allowed) = ended.tally(key).initialisations();
        judge.expect(ONE_INITIALISER, made <= allowed, || {
            format!("round {}: the value of key {key} was made {made} times instead of {allowed}", ended.number())
        });
        if C::UPDATES && ended.tally(ended.keys + key).updates_finished() > 0 {
            ended.get(judge, ended.keys + key);
        }
    }
}

impl<C: CacheUnderTest> CacheRound<C> {
    fn begin(keys: u64) -> Self {
        let tallies = (0..2 * keys).map(|_| KeyTally::default()).collect();
        Self { cache: C::with_room(2 * keys), keys, tallies }
    }

    fn tally(&self, key: u64) -> &KeyTally {
        &self.tallies[key as usize]
    }

    fn get(&self, judge: &mut impl Judge, key: u64) {
        let tally = self.tally(key);
        let (there, finished) = (tally.is_there(), tally.updates_finished());
        let found = self.cache.get(&Key::new(key));
        if there && tally.is_untouched() {
            judge.expect(STAYS, found.is_some(), || format!("the value of key {key} is gone, and nobody removed it"));
        }
        if let Some(value) = &found {
            judge.expect(OWN_VALUE, value.belongs_to(key), || value.describe(key));
        }
        if key >= self.keys {
            let (bounds, shown) = (tally.bounds(finished), found.map_or(0, |value| value.updates()));
            judge.expect(NO_LOST_UPDATE, (bounds.least..=bounds.most).contains(&shown), || {
                format!("key {key} shows {shown} updates, of {} finished and {} begun", bounds.least, bounds.most)
            });
        }
    }

    fn get_or_insert(&self, judge: &mut impl Judge, key: u64, make: impl FnOnce(u64) -> Value) {
        let tally = self.tally(key);
        let mut made = false;
        let value = self.cache.get_or_insert_with(&Key::new(key), || {
            in_callback(|| point!("cache.initialise.inside"));
            made = true;
            make(key)
        });
        if made {
            tally.initialised();
        }
        judge.expect(OWN_VALUE, value.belongs_to(key), || value.describe(key));
    }

    fn walk(&self, judge: &mut impl Judge) {
        self.cache.for_each(|key, value| {
            in_callback(|| point!("cache.walk.inside"));
            let key = key.number();
            judge.expect(OWN_VALUE, value.belongs_to(key), || value.describe(key));
        });
    }

    fn update(&self, judge: &mut impl Judge, key: u64, make: impl FnOnce(u64) -> Value) {
        let tally = self.tally(key);
        let mut wrong = None;
        tally.begin_update();
        self.cache.update(&Key::new(key), |present| {
            in_callback(|| point!("cache.update.inside"));
            wrong = present.as_ref().filter(|value| !value.belongs_to(key)).map(|value| value.describe(key));
            let fresh = make(key);
            let (worker, sequence) = (fresh.writer(), fresh.sequence());
            let mut value = present.unwrap_or(fresh);
            value.update(worker, sequence);
            value
        });
        tally.finish_update();
        tally.initialised();
        judge.expect(OWN_VALUE, wrong.is_none(), || wrong.unwrap_or_default());
    }
}
