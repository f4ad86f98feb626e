//! What a sequence has to offer to be put under load: the adapter that one workload drives them all through.
//!
//! Five calls are what every sequence has; everything else is done by them unless the adapter passes it on to the sequence's own
//! call. Where that is another name for the same thing, the documentation says which.

use crate::tracked::Value;
use std::ops::Range;

/// A sequence under test: elements in an order, at places from 0.
pub trait SequenceUnderTest: Send + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// How many elements fit, if that is fixed. It is never asked to take in more, but for `push`.
    const CAPACITY: Option<usize> = None;

    /// An empty one.
    fn empty() -> Self;

    /// Puts an element behind the last one, or gives it back if there is no room.
    ///
    /// # Errors
    /// If there is no room: the element.
    fn push(&mut self, value: Value) -> Result<(), Value>;

    /// Takes the last element out.
    fn pop(&mut self) -> Option<Value>;

    /// The elements in order.
    fn iter(&self) -> impl Iterator<Item = &Value>;

    /// How many elements there are.
    fn length(&self) -> usize;

    /// An empty one with room for so many.
    fn with_room(capacity: usize) -> Self {
        let _ = capacity;
        Self::empty()
    }

    /// The element at a place.
    fn get(&self, at: usize) -> Option<&Value> {
        self.iter().nth(at)
    }

    /// Shows the elements in order, to be changed; nothing if the sequence cannot.
    fn for_each_mut(&mut self, change: impl FnMut(&mut Value)) {
        let _ = change;
    }

    /// Puts an element in at a place.
    fn insert(&mut self, at: usize, value: Value) {
        let tail: Vec<_> = (at..self.length()).filter_map(|_| self.pop()).collect();
        let _ = self.push(value);
        tail.into_iter().rev().for_each(|value| drop(self.push(value)));
    }

    /// Takes the element at a place out.
    fn remove(&mut self, at: usize) -> Option<Value> {
        let tail: Vec<_> = (at + 1..self.length()).filter_map(|_| self.pop()).collect();
        let removed = self.pop();
        tail.into_iter().rev().for_each(|value| drop(self.push(value)));
        removed
    }

    /// Takes the element at a place out, and puts the last one there.
    fn swap_remove(&mut self, at: usize) -> Option<Value> {
        let last = self.pop()?;
        if at == self.length() {
            return Some(last);
        }
        let removed = self.remove(at);
        self.insert(at, last);
        removed
    }

    /// Puts an element before the first one.
    fn push_front(&mut self, value: Value) {
        self.insert(0, value);
    }

    /// Takes the first element out.
    fn pop_front(&mut self) -> Option<Value> {
        if self.length() == 0 { None } else { self.remove(0) }
    }

    /// Drops what is behind the first `length` elements.
    fn truncate(&mut self, length: usize) {
        (length..self.length()).for_each(|_| drop(self.pop()));
    }

    /// Drops all.
    fn clear(&mut self) {
        self.truncate(0);
    }

    /// Puts elements behind the last one.
    fn extend(&mut self, feed: impl DoubleEndedIterator<Item = Value> + ExactSizeIterator) {
        feed.for_each(|value| drop(self.push(value)));
    }

    /// Puts elements in at a place.
    fn insert_many(&mut self, at: usize, feed: impl DoubleEndedIterator<Item = Value> + ExactSizeIterator) {
        feed.zip(at..).for_each(|(value, at)| self.insert(at, value));
    }

    /// Puts clones behind the last element: `extend_from_slice`.
    fn extend_from(&mut self, values: &[Value]) {
        values.iter().for_each(|value| drop(self.push(value.clone())));
    }

    /// Takes the elements of a range out, as an iterator that may be dropped or forgotten before its end.
    fn drain(&mut self, range: Range<usize>) -> impl Iterator<Item = Value> {
        let drained: Vec<_> = range.clone().filter_map(|_| self.remove(range.start)).collect();
        drained.into_iter()
    }

    /// Puts elements in for those of a range.
    fn splice(&mut self, range: Range<usize>, feed: impl DoubleEndedIterator<Item = Value> + ExactSizeIterator) {
        drop(self.drain(range.clone()));
        self.insert_many(range.start, feed);
    }

    /// Drops the elements that are not to be kept.
    fn retain(&mut self, mut keep: impl FnMut(&Value) -> bool) {
        drop(self.extract(|value| !keep(value)));
    }

    /// Takes the elements out that are picked: `extract_if`, `drain_filter`.
    fn extract(&mut self, mut pick: impl FnMut(&Value) -> bool) -> Vec<Value> {
        let (mut at, mut picked) = (0, Vec::new());
        for _ in 0..self.length() {
            if self.get(at).is_some_and(&mut pick) {
                picked.extend(self.remove(at));
            } else {
                at += 1;
            }
        }
        picked
    }

    /// Drops each element that is the same as the one before it: `dedup_by`, or `dedup`, since elements are the same if
    /// they are equal.
    fn dedup(&mut self, mut same: impl FnMut(&Value, &Value) -> bool) {
        let mut at = 1;
        for _ in 1..self.length() {
            let (before, value) = (self.get(at - 1), self.get(at));
            if value.zip(before).is_some_and(|(value, before)| same(value, before)) {
                drop(self.remove(at));
            } else {
                at += 1;
            }
        }
    }

    /// Makes it so long, with elements that are made.
    fn resize_with(&mut self, length: usize, mut make: impl FnMut() -> Value) {
        self.truncate(length);
        (self.length()..length).for_each(|_| drop(self.push(make())));
    }

    /// Makes it so long, with clones.
    fn resize(&mut self, length: usize, value: Value) {
        self.resize_with(length, || value.clone());
    }

    /// Moves all elements of another one behind the last element.
    fn append(&mut self, other: &mut Self) {
        let moved: Vec<_> = other.drain(0..other.length()).collect();
        self.extend(moved.into_iter());
    }

    /// Takes the elements from a place on out, as a sequence of their own.
    fn split_off(&mut self, at: usize) -> Self {
        let moved: Vec<_> = self.drain(at..self.length()).collect();
        Self::collect(moved.into_iter())
    }

    /// A sequence of what is fed: `from_iter`.
    fn collect(feed: impl DoubleEndedIterator<Item = Value> + ExactSizeIterator) -> Self {
        let mut collected = Self::empty();
        collected.extend(feed);
        collected
    }

    /// A clone.
    fn duplicate(&self) -> Self {
        let copies: Vec<_> = self.iter().cloned().collect();
        Self::collect(copies.into_iter())
    }

    /// Becomes a clone of another one: `clone_from`.
    fn duplicate_from(&mut self, source: &Self) {
        *self = source.duplicate();
    }

    /// All elements, as an iterator that may be dropped before its end: `into_iter`.
    fn consume(mut self) -> impl Iterator<Item = Value> {
        let all: Vec<_> = self.drain(0..self.length()).collect();
        all.into_iter()
    }

    /// Clones the iterator over all elements once `taken` of them are taken; hands on what both have left.
    fn consume_twice(self, taken: usize) -> (Vec<Value>, Vec<Value>) {
        let rest: Vec<_> = self.consume().skip(taken).collect();
        (rest.clone(), rest)
    }

    /// Whether it equals another one.
    fn equals(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }

    /// For how many elements there is room without new memory.
    fn capacity(&self) -> usize {
        Self::CAPACITY.unwrap_or_else(|| self.length())
    }

    /// Makes room for `capacity` elements altogether; that may be the room that there is. It is not less than the length.
    fn grow(&mut self, capacity: usize) {
        let _ = capacity;
    }

    /// Makes room for so many more elements.
    fn reserve(&mut self, more: usize) {
        let _ = more;
    }

    /// Gives up the room that is not needed: `shrink_to_fit`.
    fn shrink(&mut self) {}
}
