//! The operations on maps, each beside the same on a map of numbers.

use super::bench::{Bench, Held, Numbers, SAME_CONTENT};
use super::table_under_test::TableUnderTest;
use crate::tracked::{Key, Value, forgive_leaks, in_callback};
use crate::workloads::draw::Draw;
use crate::workloads::feed::{Feed, Hint};
use crate::workloads::judge::Judge;
use squall_probe::point;

/// Keys, and the numbers of their values.
type Entries = Vec<(u64, u64)>;

impl<T: TableUnderTest> Bench<T> {
    fn key(&self, draw: &mut Draw) -> u64 {
        draw.below(self.keys) as u64
    }

    pub(super) fn insert(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let (key, number, value) = self.make(draw);
        let replaced = self.first.table.insert(Key::new(key), value);
        let expected = self.first.numbers.insert(key, number);
        self.expect_one(judge, key, replaced.as_ref(), expected);
    }

    pub(super) fn get(&self, judge: &mut impl Judge, draw: &mut Draw) {
        let key = self.key(draw);
        let found = self.first.table.get(&Key::new(key));
        self.expect_one(judge, key, found, self.first.numbers.get(&key).copied());
    }

    pub(super) fn remove(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let key = self.key(draw);
        let removed = self.first.table.remove(&Key::new(key));
        let expected = self.first.numbers.remove(&key);
        self.expect_one(judge, key, removed.as_ref(), expected);
    }

    pub(super) fn enter(&mut self, draw: &mut Draw) {
        let (key, number, value) = self.make(draw);
        let worker = self.worker;
        let change = |present: &mut Value| closure(|| present.update(worker, number));
        self.first.table.enter(Key::new(key), change, || closure(|| value));
        self.first.numbers.insert(key, number);
    }

    pub(super) fn write(&mut self, draw: &mut Draw) {
        let (worker, number, parts) = (self.worker, self.number(), 1 + draw.below(4) as u64);
        let mut written = Vec::new();
        self.first.table.for_each_mut(|key, value| {
            let key = key.number();
            if key.is_multiple_of(parts) {
                written.push(key);
                closure(|| drop(std::mem::replace(value, Value::new(key, worker, number))));
            }
        });
        self.first.numbers.extend(written.into_iter().map(|key| (key, number)));
    }

    pub(super) fn pop(&mut self, judge: &mut impl Judge) {
        let popped: Vec<_> = self.first.table.pop().into_iter().collect();
        self.expect_of(judge, &popped, &self.first.numbers, self.first.numbers.len().min(1));
        for (key, _) in &popped {
            self.first.numbers.remove(&key.number());
        }
    }

    /// Lets a closure decide what stays.
    pub(super) fn retain(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let parts = 2 + draw.below(4) as u64;
        let picked = |number: u64| number.is_multiple_of(parts);
        let taken: Numbers = self.first.numbers.extract_if(.., |_, number| picked(*number)).collect();
        if draw.one_in(2) {
            self.first.table.retain(|_, value| closure(|| !picked(value.sequence())));
        } else {
            let found = self.first.table.extract(|_, value| closure(|| picked(value.sequence())));
            self.expect_of(judge, &found, &taken, taken.len());
        }
    }

    /// Takes all out: to the end, a part before the rest is dropped or forgotten, or without looking.
    pub(super) fn drain(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        if draw.one_in(3) {
            self.first.table.clear();
            return self.first.numbers.clear();
        }
        let numbers = std::mem::take(&mut self.first.numbers);
        let taken = draw.at_most(numbers.len());
        let mut drain = self.first.table.drain();
        let found: Vec<_> = drain.by_ref().take(taken).collect();
        if draw.one_in(8) {
            std::mem::forget(drain);
            self.expect_of(judge, &found, &numbers, taken);
            // Of what was not taken, some may never be dropped, and it is open what is still there: keys and values.
            self.recover(judge);
            forgive_leaks(2 * numbers.len().saturating_sub(self.first.numbers.len() + taken) as u64);
        } else {
            drop(drain);
            self.expect_of(judge, &found, &numbers, taken);
        }
    }

    /// Keys with their values to come; a key may come more than once.
    fn feed(&mut self, draw: &mut Draw) -> (Entries, Feed<impl FnMut(u64) -> (Key, Value) + use<T>>) {
        let count = draw.at_most(self.keys);
        let entries: Entries = (0..count).map(|_| (self.key(draw), self.number())).collect();
        let (start, worker) = (entries.first().map_or(0, |(_, number)| *number), self.worker);
        let keys: Vec<_> = entries.iter().map(|(key, _)| *key).collect();
        let make = move |number: u64| {
            let key = keys[(number - start) as usize];
            (Key::new(key), Value::new(key, worker, number))
        };
        let feed = Feed::new(entries.iter().map(|(_, number)| *number), make, Hint::drawn(draw, self.lies));
        (entries, feed)
    }

    pub(super) fn extend(&mut self, draw: &mut Draw) {
        let (entries, feed) = self.feed(draw);
        self.first.table.extend(feed);
        self.first.numbers.extend(entries);
    }

    /// Makes a map of what is fed, instead of the present one.
    pub(super) fn collect(&mut self, draw: &mut Draw) {
        let (entries, feed) = self.feed(draw);
        let table = T::collect(feed);
        std::mem::swap(&mut self.first, &mut self.second);
        self.first = Held { table, numbers: entries.into_iter().collect() };
    }

    pub(super) fn append(&mut self) {
        self.first.table.append(&mut self.second.table);
        self.first.numbers.append(&mut self.second.numbers);
    }

    /// Makes a clone.
    pub(super) fn copy(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        if draw.one_in(3) {
            self.second.table = self.first.table.duplicate();
        } else {
            self.second.table.duplicate_from(&self.first.table);
        }
        self.second.numbers.clone_from(&self.first.numbers);
        let equal = self.second.table.equals(&self.first.table);
        judge.expect(SAME_CONTENT, equal, || "a clone does not equal what it was made of".to_owned());
        if draw.one_in(2) {
            std::mem::swap(&mut self.first, &mut self.second);
        }
    }

    /// Uses the present map up, to its end or not, and goes on with the other one.
    pub(super) fn consume(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let Held { table, numbers } = std::mem::replace(&mut self.first, Held::empty());
        let taken = draw.at_most(numbers.len());
        let found: Vec<_> = table.consume().take(taken).collect();
        self.expect_of(judge, &found, &numbers, taken);
        std::mem::swap(&mut self.first, &mut self.second);
    }

    /// Moves the map's memory.
    pub(super) fn change_capacity(&mut self, draw: &mut Draw) {
        if draw.one_in(2) {
            self.first.table.shrink();
        } else {
            self.first.table.reserve(draw.at_most(4 * self.keys));
        }
    }

    /// Begins with fresh maps.
    pub(super) fn renew(&mut self, draw: &mut Draw) {
        self.first = Held { table: T::with_room(draw.at_most(self.keys)), numbers: Numbers::new() };
        self.second = Held::empty();
    }

    /// Moves the memory of both: what `container_every` asks for.
    pub(super) fn reallocate(&mut self) {
        self.first.table.shrink();
        self.second.table.reserve(self.keys);
        std::mem::swap(&mut self.first, &mut self.second);
    }
}

/// What a map calls back for. Point: `table.closure.inside`.
fn closure<R>(body: impl FnOnce() -> R) -> R {
    in_callback(|| point!("table.closure.inside"));
    body()
}
