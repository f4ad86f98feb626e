//! One worker's two maps beside what they have to hold: takes operations, and says after each whether the maps hold just that. After a
//! panic it is open what an operation has done; what is then there has to be entries that live, each key once and found,
//! and the work goes on with them.

use super::table_under_test::TableUnderTest;
use crate::tracked::{Key, OWN_VALUE, Value};
use crate::workloads::draw::Draw;
use crate::workloads::judge::Judge;
use squall_probe::{Oracle, write_back};
use std::collections::BTreeMap;

/// A map holds what was put in, under the key that it was put in for.
pub(super) const SAME_CONTENT: Oracle = Oracle::new(3, "same_content");
/// No key and no instance is there twice, each is found, and there are as many as the map says; also after a panic.
pub(super) const EACH_ONCE: Oracle = Oracle::new(4, "each_once");

/// The number of each key's value.
pub(super) type Numbers = BTreeMap<u64, u64>;

/// A map, and what it has to hold.
pub(super) struct Held<T> {
    pub(super) table: T,
    pub(super) numbers: Numbers,
}

/// What a worker works at.
pub(super) struct Bench<T> {
    pub(super) first: Held<T>,
    pub(super) second: Held<T>,
    pub(super) lies: bool,
    /// How many different keys there are.
    pub(super) keys: usize,
    pub(super) worker: u32,
    next: u64,
    steps: u64,
    /// Whether an operation has begun and not come back.
    open: bool,
}

impl<T: TableUnderTest> Held<T> {
    pub(super) fn empty() -> Self {
        Self { table: T::empty(), numbers: Numbers::new() }
    }

    /// What the map shows; states that each value is its key's own.
    fn read(&self, judge: &mut impl Judge) -> Vec<(u64, u64)> {
        let mut wrong = None;
        let found = self.table.iter().map(|(key, value)| {
            if wrong.is_none() && !value.belongs_to(key.number()) {
                wrong = Some(value.describe(key.number()));
            }
            (key.number(), value.sequence())
        });
        let mut found: Vec<_> = found.collect();
        found.sort_unstable();
        judge.expect(OWN_VALUE, wrong.is_none(), || wrong.unwrap_or_default());
        found
    }

    /// Looks at every entry. What is wrong is said once, and the work goes on with what is there.
    fn look(&mut self, judge: &mut impl Judge) {
        let (found, length, numbers) = (self.read(judge), self.table.length(), &self.numbers);
        let same =
            length == numbers.len() && found.iter().copied().eq(numbers.iter().map(|(key, number)| (*key, *number)));
        judge.expect(SAME_CONTENT, same, || format!("length {length}: {found:?} instead of {numbers:?}"));
        if !same {
            self.numbers = found.into_iter().collect();
        }
    }

    /// Takes what is there as what has to be there, if it can be.
    fn accept(&mut self, judge: &mut impl Judge) {
        let found = self.read(judge);
        self.numbers = found.iter().copied().collect();
        let lost = self.numbers.keys().find(|key| self.table.get(&Key::new(**key)).is_none());
        let (length, keys) = (self.table.length(), self.numbers.len());
        judge.expect(EACH_ONCE, lost.is_none() && keys == found.len() && length == keys, || {
            format!("after a panic, of {found:?} with length {length}, {lost:?} is not found")
        });
    }
}

impl<T: TableUnderTest> Bench<T> {
    pub(super) fn new(worker: u32, keys: u64, lies: bool) -> Self {
        let (first, second) = (Held::empty(), Held::empty());
        Self { first, second, lies, keys: keys as usize, worker, next: 0, steps: 0, open: false }
    }

    /// Begins a step, and looks at what a step before it has left that did not come back.
    pub(super) fn begin(&mut self, judge: &mut impl Judge, key: u64) -> Draw {
        if self.open {
            self.recover(judge);
        }
        self.steps += 1;
        self.open = true;
        write_back(self);
        Draw::new(key, self.steps)
    }

    /// Ends a step that has come back.
    pub(super) fn end(&mut self, judge: &mut impl Judge) {
        self.first.look(judge);
        self.second.look(judge);
        self.open = false;
    }

    pub(super) const fn steps(&self) -> u64 {
        self.steps
    }

    /// Goes on with what is there. A panic in the midst of this leaves it to the next step.
    pub(super) fn recover(&mut self, judge: &mut impl Judge) {
        let both = || self.first.table.iter().chain(self.second.table.iter());
        let mut instances: Vec<_> = both().map(|(_, value)| value.instance()).collect();
        let count = instances.len();
        instances.sort_unstable();
        instances.dedup();
        let twice = count - instances.len();
        judge.expect(EACH_ONCE, twice == 0, || format!("after a panic, {twice} of {count} values are there twice"));
        self.first.accept(judge);
        self.second.accept(judge);
        self.open = false;
    }

    /// A number that no value has yet.
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        write_back(self);
        self.next
    }

    /// A key and its next value.
    pub(super) fn make(&mut self, draw: &mut Draw) -> (u64, u64, Value) {
        let (key, number) = (draw.below(self.keys) as u64, self.number());
        (key, number, Value::new(key, self.worker, number))
    }

    /// States that an answer is the value that it has to be.
    pub(super) fn expect_one(&self, judge: &mut impl Judge, key: u64, found: Option<&Value>, expected: Option<u64>) {
        let found = found.map(Value::sequence);
        judge.expect(SAME_CONTENT, found == expected, || format!("key {key}: {found:?} instead of {expected:?}"));
    }

    /// States that what was handed out is a part of what was there, each entry once, and so many.
    pub(super) fn expect_of(&self, judge: &mut impl Judge, found: &[(Key, Value)], of: &Numbers, count: usize) {
        let mut seen: Vec<_> = found.iter().map(|(key, value)| (key.number(), value.sequence())).collect();
        seen.sort_unstable();
        seen.dedup();
        let right = seen.len() == count && found.len() == count;
        let right = right && seen.iter().all(|(key, number)| of.get(key) == Some(number));
        judge.expect(SAME_CONTENT, right, || format!("handed out {seen:?} as {count} of {of:?}"));
    }
}
