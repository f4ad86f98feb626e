//! The operations on whole sequences: two of them become one, one becomes two, clones are made, and a sequence is made or used up.

use super::bench::{Bench, Held, SAME_CONTENT};
use super::sequence_under_test::SequenceUnderTest;
use crate::tracked::Value;
use crate::workloads::draw::Draw;
use crate::workloads::judge::Judge;

impl<S: SequenceUnderTest> Bench<S> {
    /// Moves the elements of one sequence behind those of the other, or the last ones of one into the other.
    pub(super) fn append(&mut self, draw: &mut Draw) {
        if draw.one_in(2) && self.second.numbers.len() <= self.room() {
            self.first.sequence.append(&mut self.second.sequence);
            self.first.numbers.append(&mut self.second.numbers);
            return;
        }
        let at = draw.at_most(self.length());
        self.second.sequence = self.first.sequence.split_off(at);
        self.second.numbers = self.first.numbers.split_off(at);
    }

    /// Makes clones of a whole sequence, or of some elements.
    pub(super) fn copy(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        match draw.below(4) {
            0 => self.second.sequence = self.first.sequence.duplicate(),
            1 | 2 => self.second.sequence.duplicate_from(&self.first.sequence),
            _ => return self.extend_from(draw),
        }
        self.second.numbers.clone_from(&self.first.numbers);
        let equal = self.second.sequence.equals(&self.first.sequence);
        judge.expect(SAME_CONTENT, equal, || "a clone does not equal what it was made of".to_owned());
        if draw.one_in(2) {
            std::mem::swap(&mut self.first, &mut self.second);
        }
    }

    fn extend_from(&mut self, draw: &mut Draw) {
        let numbers: Vec<_> = self.take_numbers(draw.at_most(self.room())).collect();
        let values: Vec<_> = numbers.iter().map(|number| self.maker.make(*number)).collect();
        self.first.sequence.extend_from(&values);
        self.first.numbers.extend(numbers);
    }

    /// Makes a sequence of what is fed, instead of the present one.
    pub(super) fn collect(&mut self, draw: &mut Draw) {
        let count = draw.at_most(self.most);
        let (numbers, feed) = self.feed(draw, count);
        let sequence = S::collect(feed);
        std::mem::swap(&mut self.first, &mut self.second);
        self.first.sequence = sequence;
        self.first.numbers = numbers;
    }

    /// Uses the present sequence up, to its end or not, and goes on with a fresh one.
    pub(super) fn consume(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let Held { sequence, numbers } = std::mem::replace(&mut self.first, Held::empty());
        let taken = draw.at_most(numbers.len());
        if draw.one_in(3) {
            let (one, other) = sequence.consume_twice(taken);
            self.expect_all(judge, &one, &numbers[taken..]);
            return self.expect_all(judge, &other, &numbers[taken..]);
        }
        let found: Vec<Value> = sequence.consume().take(taken).collect();
        self.expect_all(judge, &found, &numbers[..taken]);
    }

    /// Moves the sequence's memory, or keeps it.
    pub(super) fn change_capacity(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let (length, capacity) = (self.length(), self.first.sequence.capacity());
        judge.expect(SAME_CONTENT, capacity >= length, || format!("room for {capacity}, length {length}"));
        match draw.below(6) {
            0 => self.first.sequence.shrink(),
            1 => self.first.sequence.reserve(draw.at_most(self.most)),
            2 => self.first.sequence.grow(capacity),
            3 => self.first.sequence.grow(length),
            4 => self.first.sequence.grow(length + draw.at_most(self.most)),
            _ => self.first.sequence.grow(capacity + 1),
        }
    }

    /// Begins with fresh sequences.
    pub(super) fn renew(&mut self, draw: &mut Draw) {
        let sequence = S::with_room(draw.at_most(self.most));
        self.first = Held { sequence, numbers: Vec::new() };
        self.second = Held::empty();
    }

    /// Moves the memory of a sequence that nobody is busy with: what `container_every` asks for.
    pub(super) fn reallocate(&mut self) {
        let capacity = self.first.sequence.capacity();
        self.first.sequence.grow(capacity);
        self.second.sequence.shrink();
        std::mem::swap(&mut self.first, &mut self.second);
    }
}
