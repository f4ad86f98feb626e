//! One worker's two sequences beside what they have to hold: takes operations, and says after each whether the sequences hold just
//! that. After a panic it is open what an operation has done; what is then there has to be elements that live, each of them once,
//! and the work goes on with them.

use super::sequence_under_test::SequenceUnderTest;
use crate::tracked::{OWN_VALUE, Value};
use crate::workloads::draw::Draw;
use crate::workloads::feed::{Feed, Hint, Maker};
use crate::workloads::judge::Judge;
use squall_probe::{Oracle, write_back};

/// A sequence holds what was put in, in that order.
pub(super) const SAME_CONTENT: Oracle = Oracle::new(3, "same_content");
/// No element lies at two places, and there are as many as the sequence says; also after a panic.
pub(super) const EACH_ONCE: Oracle = Oracle::new(4, "each_once");

/// A sequence, and the numbers of the elements that it has to hold.
pub(super) struct Held<S> {
    pub(super) sequence: S,
    pub(super) numbers: Vec<u64>,
}

/// What a worker works at.
pub(super) struct Bench<S> {
    pub(super) first: Held<S>,
    pub(super) second: Held<S>,
    pub(super) lies: bool,
    /// How many elements a sequence is to hold at most.
    pub(super) most: usize,
    pub(super) maker: Maker,
    next: u64,
    steps: u64,
    /// Whether an operation has begun and not come back.
    open: bool,
}

impl<S: SequenceUnderTest> Held<S> {
    pub(super) fn empty() -> Self {
        Self { sequence: S::empty(), numbers: Vec::new() }
    }

    /// Looks at every element. What is wrong is said once, and the work goes on with what is there.
    fn look(&mut self, judge: &mut impl Judge, maker: Maker) {
        let mut wrong = None;
        let found: Vec<u64> = self.sequence.iter().map(|value| look(value, maker, &mut wrong)).collect();
        judge.expect(OWN_VALUE, wrong.is_none(), || wrong.unwrap_or_default());
        let (length, numbers) = (self.sequence.length(), &self.numbers);
        let same = found == *numbers && length == numbers.len();
        judge.expect(SAME_CONTENT, same, || format!("length {length}: {found:?} instead of {numbers:?}"));
        if !same {
            self.numbers = found;
        }
    }

    /// Takes what is there as what has to be there, if it can be.
    fn accept(&mut self, judge: &mut impl Judge, maker: Maker) {
        let mut wrong = None;
        self.numbers = self.sequence.iter().map(|value| look(value, maker, &mut wrong)).collect();
        judge.expect(OWN_VALUE, wrong.is_none(), || wrong.unwrap_or_default());
    }
}

/// The number of an element; notes if it is none of this maker's.
fn look(value: &Value, maker: Maker, wrong: &mut Option<String>) -> u64 {
    if !value.belongs_to(maker.key) && wrong.is_none() {
        *wrong = Some(value.describe(maker.key));
    }
    value.sequence()
}

impl<S: SequenceUnderTest> Bench<S> {
    pub(super) fn new(maker: Maker, length_max: u64, lies: bool) -> Self {
        let most = S::CAPACITY.map_or(length_max as usize, |capacity| capacity.min(length_max as usize));
        let (first, second) = (Held::empty(), Held::empty());
        Self { first, second, lies, most, maker, next: 0, steps: 0, open: false }
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
        self.first.look(judge, self.maker);
        self.second.look(judge, self.maker);
        self.open = false;
    }

    pub(super) const fn steps(&self) -> u64 {
        self.steps
    }

    /// Goes on with what is there.
    pub(super) fn recover(&mut self, judge: &mut impl Judge) {
        let both = || self.first.sequence.iter().chain(self.second.sequence.iter());
        let mut instances: Vec<_> = both().map(Value::instance).collect();
        let count = instances.len();
        instances.sort_unstable();
        instances.dedup();
        let (length, twice) = (self.first.sequence.length() + self.second.sequence.length(), count - instances.len());
        judge.expect(EACH_ONCE, twice == 0 && length == count, || {
            format!("after a panic, {twice} of {count} elements are there twice; the lengths say {length}")
        });
        self.first.accept(judge, self.maker);
        self.second.accept(judge, self.maker);
        self.open = false;
    }

    /// How many elements the first sequence can still take in.
    pub(super) fn room(&self) -> usize {
        self.most.saturating_sub(self.first.numbers.len())
    }

    pub(super) fn length(&self) -> usize {
        self.first.numbers.len()
    }

    /// A new element, and its number.
    pub(super) fn make(&mut self) -> (u64, Value) {
        let number = self.take_numbers(1).start;
        (number, self.maker.make(number))
    }

    /// So many elements to come, and their numbers.
    pub(super) fn feed(
        &mut self,
        draw: &mut Draw,
        count: usize,
    ) -> (Vec<u64>, Feed<impl FnMut(u64) -> Value + use<S>>) {
        let (numbers, maker) = (self.take_numbers(count), self.maker);
        let hint = Hint::drawn(draw, self.lies);
        (numbers.clone().collect(), Feed::new(numbers, move |number| maker.make(number), hint))
    }

    /// Numbers that no element has yet.
    pub(super) fn take_numbers(&mut self, count: usize) -> std::ops::Range<u64> {
        let start = self.next;
        self.next += count as u64;
        write_back(self);
        start..self.next
    }

    /// States that an answer is the element that it has to be.
    pub(super) fn expect_one(&self, judge: &mut impl Judge, found: Option<&Value>, expected: Option<u64>) {
        let found = found.map(Value::sequence);
        judge.expect(SAME_CONTENT, found == expected, || format!("answered {found:?} instead of {expected:?}"));
    }

    /// States that an answer is the elements that it has to be.
    pub(super) fn expect_all(&self, judge: &mut impl Judge, found: &[Value], expected: &[u64]) {
        let found: Vec<_> = found.iter().map(Value::sequence).collect();
        judge.expect(SAME_CONTENT, found == expected, || format!("handed out {found:?} instead of {expected:?}"));
    }
}
