//! What a map has to offer to be put under load by one owner: the adapter that one workload drives them all through.
//!
//! Six calls are what every map has; everything else is done by them unless the adapter passes it on to the map's own call. A set
//! is a map, too: its elements may be pairs that are hashed and compared by their keys.

use crate::tracked::{Key, Value};

/// A map under test.
pub trait TableUnderTest: Send + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// An empty one.
    fn empty() -> Self;

    /// Gives a key a value; hands on the one that it had.
    fn insert(&mut self, key: Key, value: Value) -> Option<Value>;

    /// The value of a key.
    fn get(&self, key: &Key) -> Option<&Value>;

    /// Takes a key and its value out.
    fn remove(&mut self, key: &Key) -> Option<Value>;

    /// All keys with their values, in any order.
    fn iter(&self) -> impl Iterator<Item = (&Key, &Value)>;

    /// How many keys there are.
    fn length(&self) -> usize;

    /// An empty one with room for so many.
    fn with_room(capacity: usize) -> Self {
        let _ = capacity;
        Self::empty()
    }

    /// Changes the value of a key, or gives it one: `entry(…).and_modify(…).or_insert_with(…)`.
    fn enter(&mut self, key: Key, change: impl FnOnce(&mut Value), make: impl FnOnce() -> Value) {
        match self.remove(&key) {
            Some(mut value) => {
                change(&mut value);
                drop(self.insert(key, value));
            }
            None => drop(self.insert(key, make())),
        }
    }

    /// Shows the values, to be changed; nothing if the map cannot.
    fn for_each_mut(&mut self, change: impl FnMut(&Key, &mut Value)) {
        let _ = change;
    }

    /// Takes any entry out: `pop`, `pop_first`, `pop_front`.
    fn pop(&mut self) -> Option<(Key, Value)> {
        let key = Key::new(self.iter().next()?.0.number());
        self.remove(&key).map(|value| (key, value))
    }

    /// Drops the entries that are not to be kept.
    fn retain(&mut self, keep: impl FnMut(&Key, &Value) -> bool) {
        let mut keep = keep;
        let gone: Vec<_> = self.iter().filter(|(key, value)| !keep(key, value)).map(|(key, _)| key.number()).collect();
        gone.into_iter().for_each(|number| drop(self.remove(&Key::new(number))));
    }

    /// Takes the entries out that are picked: `extract_if`, `drain_filter`.
    fn extract(&mut self, pick: impl FnMut(&Key, &Value) -> bool) -> Vec<(Key, Value)> {
        let mut pick = pick;
        let picked: Vec<_> =
            self.iter().filter(|(key, value)| pick(key, value)).map(|(key, _)| Key::new(key.number())).collect();
        let take = |key| self.remove(&key).map(|value| (key, value));
        picked.into_iter().filter_map(take).collect()
    }

    /// Takes all entries out, as an iterator that may be dropped or forgotten before its end.
    fn drain(&mut self) -> impl Iterator<Item = (Key, Value)> {
        let all: Vec<_> = (0..self.length()).filter_map(|_| self.pop()).collect();
        all.into_iter()
    }

    /// Drops all.
    fn clear(&mut self) {
        self.drain().for_each(drop);
    }

    /// Gives keys values.
    fn extend(&mut self, feed: impl DoubleEndedIterator<Item = (Key, Value)> + ExactSizeIterator) {
        feed.for_each(|(key, value)| drop(self.insert(key, value)));
    }

    /// A map of what is fed: `from_iter`.
    fn collect(feed: impl DoubleEndedIterator<Item = (Key, Value)> + ExactSizeIterator) -> Self {
        let mut collected = Self::empty();
        collected.extend(feed);
        collected
    }

    /// Moves all entries of another one in.
    fn append(&mut self, other: &mut Self) {
        let moved: Vec<_> = other.drain().collect();
        self.extend(moved.into_iter());
    }

    /// A clone.
    fn duplicate(&self) -> Self {
        let copies: Vec<_> = self.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Self::collect(copies.into_iter())
    }

    /// Becomes a clone of another one: `clone_from`.
    fn duplicate_from(&mut self, source: &Self) {
        *self = source.duplicate();
    }

    /// All entries, as an iterator that may be dropped before its end: `into_iter`.
    fn consume(mut self) -> impl Iterator<Item = (Key, Value)> {
        let all: Vec<_> = self.drain().collect();
        all.into_iter()
    }

    /// Whether it equals another one.
    fn equals(&self, other: &Self) -> bool {
        self.length() == other.length() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }

    /// Makes room for so many more entries.
    fn reserve(&mut self, more: usize) {
        let _ = more;
    }

    /// Gives up the room that is not needed: `shrink_to_fit`.
    fn shrink(&mut self) {}
}
