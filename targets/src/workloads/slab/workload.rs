//! The workload that drives every slab: workers insert values, look at their own and at each other's, hand keys over so that
//! another worker removes what they inserted, ask for keys that are gone, and begin fresh slabs.

use super::script::SlabScripts;
use super::slab_under_test::SlabUnderTest;
use crate::tracked::{self, DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE, Value, in_callback};
use crate::workloads::conservation::Identity;
use crate::workloads::judge::{Judge, Judged};
use crate::workloads::relay::{Relay, Visit};
use crate::workloads::script::{FamilyScripts, SCRIPT_ORACLES};
use squall_probe::script::{ScriptSource, Scripts};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point, write_back};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// A key that lives is found, with the value that was inserted for it.
const LIVE_KEY: Oracle = Oracle::new(3, "live_key");
/// A key that was removed is found no more, whatever took its place.
const STALE_KEY: Oracle = Oracle::new(4, "stale_key");
/// How many keys a round's workers can hand to each other at one time.
const BOARD: usize = 16;
/// How many removed keys a worker remembers.
const GONE_MAX: usize = 32;
/// How many values a worker has in the slab at most; it then removes instead of inserting, so that places are used again.
const LIVE_MAX: usize = 48;

operations! {
    /// What a slab is asked.
    pub enum SlabOperation {
        Insert = "insert",
        Get = "get",
        Remove = "remove",
        Take = "take",
        HandOver = "hand_over",
        GetOther = "get_other",
        GetGone = "get_gone",
        Renew = "renew",
    }
}

squall_probe::params! {
    /// The parameters of a slab.
    pub struct SlabParams {
        round: u64 = 500, in 1.0..=2000.0, "how many steps a worker takes before it begins a fresh slab; few, because generations come again";
    }
}

/// A slab under load.
///
/// Points: `slab.call` before each operation, where an error can be returned; `slab.look.inside` while a value is looked at.
pub struct SlabWorkload<S> {
    relay: Relay<SlabRound<S>, ()>,
    round: u64,
}

/// One round: a slab, and the board through which keys change hands.
pub struct SlabRound<S> {
    slab: S,
    board: [Mutex<Option<Entry>>; BOARD],
}

/// A key that lives, and the value that it stands for. Whoever holds it may remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    key: usize,
    element: Identity,
}

/// What one worker remembers: the round that it takes part in.
pub struct SlabLocal<S> {
    seat: Option<Seat<S>>,
}

struct Seat<S> {
    visit: Visit<SlabRound<S>, ()>,
    live: Vec<Entry>,
    gone: VecDeque<Entry>,
    sequence: u64,
    steps: u64,
}

impl<S> Default for SlabLocal<S> {
    fn default() -> Self {
        Self { seat: None }
    }
}

impl<S: SlabUnderTest> Workload for SlabWorkload<S> {
    type Operation = SlabOperation;
    type Params = SlabParams;
    type Local = SlabLocal<S>;
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, LIVE_KEY, STALE_KEY];

    const SCRIPT_ORACLES: &'static [Oracle] = SCRIPT_ORACLES;

    fn build(params: &SlabParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { relay: Relay::new(SlabRound::begin()), round: params.round })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut SlabLocal<S>,
        call: Call<SlabOperation>,
    ) -> Result<(), OperationError> {
        point!("slab.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn scripts(
        _: &SlabParams,
        setup: &Setup,
        scripts: Scripts,
        weights: &[u32],
    ) -> Result<Box<dyn ScriptSource>, String> {
        Ok(Box::new(FamilyScripts::new(SlabScripts::<S>::new(weights)?, setup.workers, scripts.operations)))
    }

    fn check(self, locals: Vec<SlabLocal<S>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::settle(check);
    }
}

impl<S: SlabUnderTest> Judged for SlabWorkload<S> {
    fn act(&self, judge: &mut impl Judge, worker: u32, local: &mut SlabLocal<S>, call: Call<SlabOperation>) {
        self.take_seat(local);
        let Some(seat) = &mut local.seat else { return };
        seat.steps += 1;
        match call.operation {
            SlabOperation::Insert if seat.live.len() < LIVE_MAX => seat.insert(judge, worker),
            SlabOperation::Get => seat.get(judge, call.key),
            SlabOperation::Insert | SlabOperation::Remove => seat.remove(judge, call.key),
            SlabOperation::Take => seat.take(judge, call.key),
            SlabOperation::HandOver => seat.hand_over(call.key),
            SlabOperation::GetOther => seat.get_other(judge, call.key),
            SlabOperation::GetGone => seat.get_gone(judge, call.key),
            SlabOperation::Renew => self.renew(seat),
        }
    }

    fn settle(&self, locals: Vec<SlabLocal<S>>, _: &mut impl Judge) {
        drop(self.relay.close(|_| ()));
        for seat in locals.into_iter().filter_map(|local| local.seat) {
            drop(seat.visit.leave(None));
        }
    }
}

impl<S: SlabUnderTest> SlabWorkload<S> {
    fn take_seat(&self, local: &mut SlabLocal<S>) {
        if let Some(seat) = &local.seat {
            if seat.visit.number() == self.relay.number() && seat.steps < self.round {
                return;
            }
            self.renew(seat);
        }
        if let Some(seat) = local.seat.take() {
            drop(seat.visit.leave(None));
        }
        let join = |visit| Seat { visit, live: Vec::new(), gone: VecDeque::new(), sequence: 0, steps: 0 };
        local.seat = self.relay.join().map(join);
    }

    fn renew(&self, seat: &Seat<S>) {
        if seat.visit.number() == self.relay.number() {
            self.relay.renew(&seat.visit, SlabRound::begin());
        }
    }
}

impl<S: SlabUnderTest> SlabRound<S> {
    fn begin() -> Self {
        Self { slab: S::empty(), board: [const { Mutex::new(None) }; BOARD] }
    }
}

impl<S: SlabUnderTest> Seat<S> {
    fn insert(&mut self, judge: &mut impl Judge, worker: u32) {
        let element = Identity { worker, sequence: self.sequence };
        self.sequence += 1;
        write_back(self);
        if let Some(key) = self.visit.slab.insert(Value::new(self.visit.number(), worker, element.sequence)) {
            let entry = Entry { key, element };
            self.live.push(entry);
            self.expect_live(judge, entry);
        }
    }

    /// What is wrong with the value that was found under an entry's key.
    fn wrong(&self, entry: Entry, value: &Value) -> Option<String> {
        let round = self.visit.number();
        let same = Identity { worker: value.writer(), sequence: value.sequence() } == entry.element;
        (!same || !value.belongs_to(round)).then(|| value.describe(round))
    }

    fn look(&self, entry: Entry) -> Option<Option<String>> {
        self.visit.slab.get(entry.key, |value| {
            in_callback(|| point!("slab.look.inside"));
            self.wrong(entry, value)
        })
    }

    fn expect_live(&self, judge: &mut impl Judge, entry: Entry) {
        let found = self.look(entry);
        judge.expect(LIVE_KEY, matches!(found, Some(None)), || told(entry, found));
    }

    fn get(&self, judge: &mut impl Judge, key: u64) {
        if let Some(place) = key.checked_rem(self.live.len() as u64) {
            self.expect_live(judge, self.live[place as usize]);
        }
    }

    /// Forgets a live entry before it is removed: if that ends with a panic, it is open whether it is there.
    fn give_up(&mut self, key: u64) -> Option<Entry> {
        let place = key.checked_rem(self.live.len() as u64)?;
        let entry = self.live.swap_remove(place as usize);
        write_back(self);
        Some(entry)
    }

    fn remove(&mut self, judge: &mut impl Judge, key: u64) {
        let Some(entry) = self.give_up(key) else { return };
        let removed = self.visit.slab.remove(entry.key);
        judge.expect(LIVE_KEY, removed, || format!("{}: nothing was there to remove", label(entry)));
        self.bury(judge, entry);
    }

    fn take(&mut self, judge: &mut impl Judge, key: u64) {
        let Some(entry) = self.give_up(key) else { return };
        let taken = self.visit.slab.take(entry.key);
        let found = taken.as_ref().map(|value| self.wrong(entry, value));
        judge.expect(LIVE_KEY, matches!(found, Some(None)), || told(entry, found));
        self.bury(judge, entry);
    }

    fn bury(&mut self, judge: &mut impl Judge, entry: Entry) {
        self.expect_gone(judge, entry);
        if self.gone.len() == GONE_MAX {
            self.gone.pop_front();
        }
        self.gone.push_back(entry);
    }

    fn get_gone(&self, judge: &mut impl Judge, key: u64) {
        if let Some(place) = key.checked_rem(self.gone.len() as u64) {
            self.expect_gone(judge, self.gone[place as usize]);
        }
    }

    fn expect_gone(&self, judge: &mut impl Judge, entry: Entry) {
        let round = self.visit.number();
        let found = self.visit.slab.get(entry.key, |value| value.describe(round));
        judge.expect(STALE_KEY, found.is_none(), || {
            format!("{} was removed, and is found: {}", label(entry), found.unwrap_or_default())
        });
    }

    /// Lays a live entry on the board and takes what lies there: another worker will remove it.
    fn hand_over(&mut self, key: u64) {
        let given = self.give_up(key);
        let place = &self.visit.board[key as usize % BOARD];
        let received = std::mem::replace(&mut *place.lock().unwrap_or_else(PoisonError::into_inner), given);
        self.live.extend(received);
    }

    /// Looks at an entry that lies on the board. It may be taken and removed meanwhile; but what is found is its value.
    fn get_other(&self, judge: &mut impl Judge, key: u64) {
        let place = &self.visit.board[key as usize % BOARD];
        let entry = *place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entry
            && let Some(wrong) = self.look(entry)
        {
            judge.expect(OWN_VALUE, wrong.is_none(), || told(entry, Some(wrong)));
        }
    }
}

fn label(entry: Entry) -> String {
    format!("key {:#x} of {}", entry.key, entry.element)
}

fn told(entry: Entry, found: Option<Option<String>>) -> String {
    format!("{}: {}", label(entry), found.flatten().unwrap_or_else(|| "nothing is there".to_owned()))
}
