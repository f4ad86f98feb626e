//! The operations on one sequence, each beside the same on a vector of numbers: what goes in and out one by one, in rows, and what a
//! closure decides.

use super::bench::{Bench, SAME_CONTENT};
use super::sequence_under_test::SequenceUnderTest;
use crate::tracked::{forgive_leaks, in_callback};
use crate::workloads::draw::Draw;
use crate::workloads::judge::Judge;
use squall_probe::point;
use std::ops::Range;

impl<S: SequenceUnderTest> Bench<S> {
    /// Makes room if there is none, but for a sequence that has to say that it is full.
    fn make_room(&mut self) -> bool {
        if self.room() == 0 {
            let half = self.most / 2;
            self.first.sequence.truncate(half);
            self.first.numbers.truncate(half);
        }
        self.room() > 0
    }

    pub(super) fn push(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        if S::CAPACITY == Some(self.length()) && !draw.one_in(4) {
            let (number, value) = self.make();
            let refused = self.first.sequence.push(value).err();
            return self.expect_one(judge, refused.as_ref(), Some(number));
        }
        if !self.make_room() {
            return;
        }
        let (number, value) = self.make();
        if draw.one_in(4) {
            self.first.sequence.push_front(value);
            self.first.numbers.insert(0, number);
        } else {
            let taken = self.first.sequence.push(value).is_ok();
            judge.expect(SAME_CONTENT, taken, || "there was room, and it was refused".to_owned());
            self.first.numbers.push(number);
        }
    }

    pub(super) fn pop(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let (found, expected) = if draw.one_in(3) {
            let expected = (self.length() > 0).then(|| self.first.numbers.remove(0));
            (self.first.sequence.pop_front(), expected)
        } else {
            (self.first.sequence.pop(), self.first.numbers.pop())
        };
        self.expect_one(judge, found.as_ref(), expected);
    }

    pub(super) fn insert(&mut self, draw: &mut Draw) {
        if self.make_room() {
            let (number, value) = self.make();
            let at = draw.at_most(self.length());
            self.first.sequence.insert(at, value);
            self.first.numbers.insert(at, number);
        }
    }

    pub(super) fn remove(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let Some(last) = self.length().checked_sub(1) else { return };
        let at = draw.at_most(last);
        self.expect_one(judge, self.first.sequence.get(at), Some(self.first.numbers[at]));
        let (found, expected) = if draw.one_in(2) {
            (self.first.sequence.remove(at), self.first.numbers.remove(at))
        } else {
            (self.first.sequence.swap_remove(at), self.first.numbers.swap_remove(at))
        };
        self.expect_one(judge, found.as_ref(), Some(expected));
    }

    /// Puts a row of elements in, at the end or anywhere.
    pub(super) fn extend(&mut self, draw: &mut Draw) {
        self.make_room();
        let count = draw.at_most(self.room());
        let (numbers, feed) = self.feed(draw, count);
        if draw.one_in(2) {
            self.first.sequence.extend(feed);
            self.first.numbers.extend(numbers);
        } else {
            let at = draw.at_most(self.length());
            self.first.sequence.insert_many(at, feed);
            self.first.numbers.splice(at..at, numbers);
        }
    }

    pub(super) fn truncate(&mut self, draw: &mut Draw) {
        if draw.one_in(5) {
            self.first.sequence.clear();
            self.first.numbers.clear();
            return;
        }
        // One more than there are is nothing to do.
        let length = draw.at_most(self.length() + 1);
        self.first.sequence.truncate(length);
        self.first.numbers.truncate(length);
    }

    fn range(&self, draw: &mut Draw) -> Range<usize> {
        let start = draw.at_most(self.length());
        start..start + draw.at_most(self.length() - start)
    }

    /// Takes a row out: all of it, a part before the rest is dropped or forgotten, or for another row.
    pub(super) fn drain(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let range = self.range(draw);
        if draw.one_in(4) {
            return self.splice(draw, range);
        }
        let taken = draw.at_most(range.len());
        let mut drain = self.first.sequence.drain(range.clone());
        let found: Vec<_> = drain.by_ref().take(taken).collect();
        if draw.one_in(8) {
            std::mem::forget(drain);
            self.expect_all(judge, &found, &self.first.numbers[range][..taken]);
            return self.count_forgotten(judge, taken);
        }
        drop(drain);
        let expected: Vec<_> = self.first.numbers.drain(range).take(taken).collect();
        self.expect_all(judge, &found, &expected);
    }

    fn splice(&mut self, draw: &mut Draw, range: Range<usize>) {
        let count = draw.at_most(self.room() + range.len());
        let (numbers, feed) = self.feed(draw, count);
        self.first.sequence.splice(range.clone(), feed);
        self.first.numbers.splice(range, numbers);
    }

    /// Of what was not taken out of a forgotten drain, some may never be dropped, and it is open what is still there.
    fn count_forgotten(&mut self, judge: &mut impl Judge, taken: usize) {
        let before = self.length();
        self.recover(judge);
        forgive_leaks(before.saturating_sub(self.length() + taken) as u64);
    }

    /// Lets a closure decide what stays.
    pub(super) fn retain(&mut self, judge: &mut impl Judge, draw: &mut Draw) {
        let parts = 2 + draw.below(4) as u64;
        let picked = |number: u64| number.is_multiple_of(parts);
        match draw.below(3) {
            0 => {
                self.first.sequence.retain(|value| closure(|| !picked(value.sequence())));
                self.first.numbers.retain(|number| !picked(*number));
            }
            1 => {
                let found = self.first.sequence.extract(|value| closure(|| picked(value.sequence())));
                let expected: Vec<_> = self.first.numbers.extract_if(.., |number| picked(*number)).collect();
                self.expect_all(judge, &found, &expected);
            }
            _ => {
                self.first.sequence.dedup(|value, before| closure(|| value.sequence() == before.sequence()));
                self.first.numbers.dedup();
            }
        }
    }

    /// Makes it longer or shorter, with new elements or with clones of one.
    pub(super) fn resize(&mut self, draw: &mut Draw) {
        let length = draw.at_most(self.most);
        if draw.one_in(2) {
            let (number, value) = self.make();
            self.first.sequence.resize(length, value);
            self.first.numbers.resize(length, number);
            return;
        }
        let numbers = self.take_numbers(length.saturating_sub(self.length()));
        let (maker, mut coming) = (self.maker, numbers.clone());
        self.first.sequence.resize_with(length, || closure(|| maker.make(coming.next().unwrap_or(u64::MAX))));
        self.first.numbers.truncate(length);
        self.first.numbers.extend(numbers);
    }

    /// Replaces elements where they lie.
    pub(super) fn write(&mut self, draw: &mut Draw) {
        let (maker, parts) = (self.maker, 1 + draw.below(4));
        let numbers = self.take_numbers(self.length());
        let (mut at, mut written) = (0, Vec::new());
        self.first.sequence.for_each_mut(|value| {
            if at % parts == 0 {
                let number = numbers.start + at as u64;
                written.push((at, number));
                closure(|| drop(std::mem::replace(value, maker.make(number))));
            }
            at += 1;
        });
        written.into_iter().for_each(|(at, number)| self.first.numbers[at] = number);
    }
}

/// What a sequence calls back for. Point: `sequence.closure.inside`.
fn closure<R>(body: impl FnOnce() -> R) -> R {
    in_callback(|| point!("sequence.closure.inside"));
    body()
}
