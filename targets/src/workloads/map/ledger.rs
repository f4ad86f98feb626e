//! What one worker did to a map, counted by key, and the reckoning over all workers: the oracle `no_lost_update`.
//!
//! Entries are conserved (what was inserted and not removed is there), and so are updates: each value carries how often
//! it was updated, and whoever takes a value out of the map books its updates out. A worker writes only its own ledger.

use super::map_under_test::{Inserted, Removed};
use crate::tracked::Value;
use squall_probe::write_back;
use std::collections::BTreeMap;

/// How many accounts a ledger has at most, which keeps it within a worker's cache. With more keys than that, several share an
/// account, and the reckoning is of their sums: it names the keys as a group, a mistake with one of them goes unseen if
/// the opposite mistake is made with another, and what a panic left open with one excuses as much with the others.
const ACCOUNTS_MAX: u64 = 1 << 14;

/// What one worker did to the keys of one account.
#[derive(Debug, Clone, Copy, Default)]
struct Account {
    /// Entries that it added, less those that it took out.
    entries: i64,
    /// Updates that it made, less those on values that it took out.
    updates: i64,
}

/// Operations of which it is not known whether they took effect, because a panic ended them.
#[derive(Debug, Clone, Copy, Default)]
struct Unknown {
    inserts: i64,
    removes: i64,
    updates: i64,
}

/// An operation that changes the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A value is put in.
    Insert,
    /// A value is taken out.
    Remove,
    /// A value is updated.
    Update,
}

/// The ledger of one worker.
#[derive(Debug, Default)]
pub struct Ledger {
    accounts: Vec<Account>,
    unknown: BTreeMap<usize, Unknown>,
    pending: Option<(usize, Change)>,
}

impl Ledger {
    /// Makes room for the accounts of so many keys.
    #[inline]
    pub fn open(&mut self, keys: u64) {
        if self.accounts.is_empty() {
            self.accounts = vec![Account::default(); account_count(keys)];
        }
    }

    /// Notes that the worker is about to change the value of a key, out of `keys`. A panic in the midst of it finds the note.
    #[inline]
    pub fn begin(&mut self, keys: u64, key: u64, change: Change) {
        self.open(keys);
        self.close_pending();
        self.pending = Some((account_of(&self.accounts, key), change));
        write_back(self);
    }

    /// Books what an insertion came to. Where the map does not say whether a value gave way, it is as unknown as after a panic.
    #[inline]
    pub fn inserted(&mut self, inserted: &Inserted) {
        match inserted {
            Inserted::New => self.book(|account| account.entries += 1),
            Inserted::Replaced(value) => self.book(|account| account.updates -= value.updates() as i64),
            Inserted::Refused => self.book(|_| ()),
            Inserted::Unsaid => self.close_pending(),
        }
    }

    /// Books what a removal came to.
    #[inline]
    pub fn removed(&mut self, removed: &Removed) {
        self.book(|account| match removed {
            Removed::Nothing => {}
            Removed::Value(value) => {
                account.entries -= 1;
                account.updates -= value.updates() as i64;
            }
            Removed::Unseen => account.entries -= 1,
        });
    }

    /// Books that a value is not to be retained; `for_certain` is whether the map then removes this very value.
    #[inline]
    pub fn not_retained(&mut self, key: u64, value: &Value, for_certain: bool) {
        let place = account_of(&self.accounts, key);
        if for_certain {
            self.accounts[place].entries -= 1;
            self.accounts[place].updates -= value.updates() as i64;
        } else {
            self.unknown.entry(place).or_default().removes += 1;
        }
    }

    /// Books an update; `found` is whether the key was there.
    #[inline]
    pub fn updated(&mut self, found: bool) {
        self.book(|account| account.updates += i64::from(found));
    }

    #[inline]
    fn book(&mut self, change: impl FnOnce(&mut Account)) {
        if let Some((place, _)) = self.pending.take() {
            change(&mut self.accounts[place]);
        }
    }

    /// An operation that was begun and never booked was ended by a panic.
    #[inline]
    fn close_pending(&mut self) {
        if let Some((place, change)) = self.pending.take() {
            let unknown = self.unknown.entry(place).or_default();
            match change {
                Change::Insert => unknown.inserts += 1,
                Change::Remove => unknown.removes += 1,
                Change::Update => unknown.updates += 1,
            }
        }
    }
}

fn account_count(keys: u64) -> usize {
    keys.clamp(1, ACCOUNTS_MAX) as usize
}

#[inline]
fn account_of(accounts: &[Account], key: u64) -> usize {
    (key % accounts.len() as u64) as usize
}

/// The ledgers of all workers against what the map holds in the end.
#[derive(Debug)]
pub struct Reckoning {
    keys: u64,
    booked: Vec<Account>,
    unknown: Vec<Unknown>,
    held: Vec<Account>,
}

impl Reckoning {
    /// The reckoning over the ledgers of a load with so many keys; `prefilled` is whether all of them were there before.
    #[must_use]
    pub fn new(keys: u64, prefilled: bool, ledgers: impl IntoIterator<Item = Ledger>) -> Self {
        let accounts = account_count(keys);
        let mut reckoning = Self {
            keys,
            booked: vec![Account::default(); accounts],
            unknown: vec![Unknown::default(); accounts],
            held: vec![Account::default(); accounts],
        };
        if prefilled {
            (0..keys).for_each(|key| reckoning.booked[(key % accounts as u64) as usize].entries += 1);
        }
        ledgers.into_iter().for_each(|ledger| reckoning.add(ledger));
        reckoning
    }

    fn add(&mut self, mut ledger: Ledger) {
        ledger.close_pending();
        for (sum, account) in self.booked.iter_mut().zip(&ledger.accounts) {
            sum.entries += account.entries;
            sum.updates += account.updates;
        }
        for (place, unknown) in ledger.unknown {
            let sum = &mut self.unknown[place];
            sum.inserts += unknown.inserts;
            sum.removes += unknown.removes;
            sum.updates += unknown.updates;
        }
    }

    /// Takes note of an entry that the map holds.
    pub fn hold(&mut self, key: u64, value: &Value) {
        let account = account_of(&self.held, key);
        self.held[account].entries += 1;
        self.held[account].updates += value.updates() as i64;
    }

    /// What is wrong with each account, if anything.
    pub fn verdicts(&self) -> impl Iterator<Item = Option<String>> {
        (0..self.held.len()).map(|place| {
            let (booked, held, unknown) = (self.booked[place], self.held[place], self.unknown[place]);
            wrong(booked, held, unknown).map(|what| format!("{}: {what}", self.name(place)))
        })
    }

    fn name(&self, place: usize) -> String {
        match self.held.len() as u64 {
            accounts if accounts < self.keys => format!("the keys {place}, {}, …", place as u64 + accounts),
            _ => format!("key {place}"),
        }
    }
}

/// Compares an account with what the map holds. It is exact where every operation's effect is known; an operation that
/// a panic ended widens the range by what it may have done, and a removal may have taken any number of updates along.
fn wrong(booked: Account, held: Account, unknown: Unknown) -> Option<String> {
    let entries = booked.entries - unknown.removes..=booked.entries + unknown.inserts;
    if !entries.contains(&held.entries) {
        return Some(format!("the map holds {} entries, the workers left {}", held.entries, spelled(&entries)));
    }
    let taken_along = unknown.inserts + unknown.removes > 0;
    let updates_min = if taken_along { 0 } else { booked.updates };
    let updates = updates_min..=booked.updates + unknown.updates;
    let wrong = !updates.contains(&held.updates);
    wrong.then(|| format!("the map holds {} updates, the workers made {}", held.updates, spelled(&updates)))
}

fn spelled(range: &std::ops::RangeInclusive<i64>) -> String {
    if range.start() == range.end() {
        range.start().to_string()
    } else {
        format!("{} to {}", range.start(), range.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserted_and_updated(updates: usize) -> Ledger {
        let mut ledger = Ledger::default();
        ledger.begin(4, 1, Change::Insert);
        ledger.inserted(&Inserted::New);
        for _ in 0..updates {
            ledger.begin(4, 1, Change::Update);
            ledger.updated(true);
        }
        ledger
    }

    fn value(updates: usize) -> Value {
        let mut value = Value::new(1, 0, 0);
        (0..updates).for_each(|_| value.update(0, 0));
        value
    }

    fn complaints(ledger: Ledger, held: Option<Value>) -> Vec<String> {
        let mut reckoning = Reckoning::new(4, false, [ledger]);
        held.iter().for_each(|value| reckoning.hold(1, value));
        reckoning.verdicts().flatten().collect()
    }

    #[test]
    fn a_true_ledger_is_accepted() {
        assert_eq!(complaints(inserted_and_updated(3), Some(value(3))), Vec::<String>::new());
    }

    #[test]
    fn a_lost_update_is_told_with_its_key() {
        let told = complaints(inserted_and_updated(3), Some(value(2)));
        assert_eq!(told, ["key 1: the map holds 2 updates, the workers made 3"]);
    }

    #[test]
    fn a_lost_entry_is_told_with_its_key() {
        let told = complaints(inserted_and_updated(3), None);
        assert_eq!(told, ["key 1: the map holds 0 entries, the workers left 1"]);
    }

    #[test]
    fn an_update_made_twice_is_told() {
        let told = complaints(inserted_and_updated(1), Some(value(2)));
        assert_eq!(told, ["key 1: the map holds 2 updates, the workers made 1"]);
    }

    #[test]
    fn an_update_that_a_panic_ended_may_have_happened_once_and_not_twice() {
        for (held, accepted) in [(1, false), (2, true), (3, true), (4, false)] {
            let mut ledger = inserted_and_updated(2);
            ledger.begin(4, 1, Change::Update);
            assert_eq!(complaints(ledger, Some(value(held))).is_empty(), accepted, "{held} updates");
        }
    }

    #[test]
    fn a_removal_that_a_panic_ended_may_have_taken_the_entry_along() {
        for held in [None, Some(value(2))] {
            let mut ledger = inserted_and_updated(2);
            ledger.begin(4, 1, Change::Remove);
            assert_eq!(complaints(ledger, held), Vec::<String>::new());
        }
    }

    #[test]
    fn updates_of_values_that_were_taken_out_are_booked_out() {
        let mut ledger = inserted_and_updated(5);
        ledger.begin(4, 1, Change::Insert);
        ledger.inserted(&Inserted::Replaced(value(5)));
        assert_eq!(complaints(ledger, Some(value(0))), Vec::<String>::new());
    }

    #[test]
    fn many_keys_share_accounts_and_are_named_as_a_group() {
        let mut ledger = Ledger::default();
        ledger.begin(1 << 20, 16_390, Change::Insert);
        ledger.inserted(&Inserted::New);
        let told: Vec<String> = Reckoning::new(1 << 20, false, [ledger]).verdicts().flatten().collect();
        assert_eq!(told, ["the keys 6, 16390, …: the map holds 0 entries, the workers left 1"]);
    }
}
