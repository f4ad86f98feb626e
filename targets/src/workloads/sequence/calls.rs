//! Calls that go by the same name in many sequences: takes the names of those that a sequence has, writes the adapter's part
//! that passes them on to it.

/// Passes calls on to the sequence in an adapter's field `0`, by the names that they have in the standard library's vector:
///
/// ```
/// use squall_targets::tracked::Value;
/// use squall_targets::workloads::sequence::{SequenceUnderTest, sequence_calls};
///
/// struct Plain(Vec<Value>);
///
/// impl SequenceUnderTest for Plain {
///     const NAME: &'static str = "sequence.plain";
///     const SUMMARY: &'static str = "a vector";
///     sequence_calls! { new push pop iter len drain retain clone }
/// }
/// ```
///
/// Not all have the same arguments in every sequence; those that differ are written by hand.
#[macro_export]
macro_rules! sequence_calls {
    ($($call:ident)+) => { $($crate::__sequence_call!($call);)+ };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __sequence_call {
    (new) => {
        fn empty() -> Self {
            Self(::core::default::Default::default())
        }
    };
    (with_capacity) => {
        fn with_room(capacity: usize) -> Self {
            let mut sequence = Self::empty();
            sequence.0.reserve(capacity);
            sequence
        }
    };
    (push) => {
        fn push(&mut self, value: $crate::tracked::Value) -> ::core::result::Result<(), $crate::tracked::Value> {
            self.0.push(value);
            Ok(())
        }
    };
    (pop) => {
        fn pop(&mut self) -> ::core::option::Option<$crate::tracked::Value> {
            self.0.pop()
        }
    };
    (iter) => {
        fn iter(&self) -> impl Iterator<Item = &$crate::tracked::Value> {
            self.0.iter()
        }
    };
    (len) => {
        fn length(&self) -> usize {
            self.0.len()
        }
    };
    (get) => {
        fn get(&self, at: usize) -> ::core::option::Option<&$crate::tracked::Value> {
            self.0.get(at)
        }
    };
    (iter_mut) => {
        fn for_each_mut(&mut self, change: impl FnMut(&mut $crate::tracked::Value)) {
            self.0.iter_mut().for_each(change);
        }
    };
    (insert) => {
        fn insert(&mut self, at: usize, value: $crate::tracked::Value) {
            self.0.insert(at, value);
        }
    };
    (remove) => {
        fn remove(&mut self, at: usize) -> ::core::option::Option<$crate::tracked::Value> {
            ::core::option::Option::from(self.0.remove(at))
        }
    };
    (swap_remove) => {
        fn swap_remove(&mut self, at: usize) -> ::core::option::Option<$crate::tracked::Value> {
            Some(self.0.swap_remove(at))
        }
    };
    (push_front) => {
        fn push_front(&mut self, value: $crate::tracked::Value) {
            self.0.push_front(value);
        }
    };
    (pop_front) => {
        fn pop_front(&mut self) -> ::core::option::Option<$crate::tracked::Value> {
            self.0.pop_front()
        }
    };
    (truncate) => {
        fn truncate(&mut self, length: usize) {
            self.0.truncate(length);
        }
    };
    (clear) => {
        fn clear(&mut self) {
            self.0.clear();
        }
    };
    (extend) => {
        fn extend(&mut self, feed: impl DoubleEndedIterator<Item = $crate::tracked::Value> + ExactSizeIterator) {
            self.0.extend(feed);
        }
    };
    (insert_many) => {
        fn insert_many(
            &mut self,
            at: usize,
            feed: impl DoubleEndedIterator<Item = $crate::tracked::Value> + ExactSizeIterator,
        ) {
            self.0.insert_many(at, feed);
        }
    };
    (extend_from_slice) => {
        fn extend_from(&mut self, values: &[$crate::tracked::Value]) {
            self.0.extend_from_slice(values);
        }
    };
    (drain) => {
        fn drain(&mut self, range: ::core::ops::Range<usize>) -> impl Iterator<Item = $crate::tracked::Value> {
            self.0.drain(range)
        }
    };
    (splice) => {
        fn splice(
            &mut self,
            range: ::core::ops::Range<usize>,
            feed: impl DoubleEndedIterator<Item = $crate::tracked::Value> + ExactSizeIterator,
        ) {
            drop(self.0.splice(range, feed));
        }
    };
    (retain) => {
        fn retain(&mut self, mut keep: impl FnMut(&$crate::tracked::Value) -> bool) {
            self.0.retain(|value| keep(value));
        }
    };
    (extract_if) => {
        fn extract(&mut self, mut pick: impl FnMut(&$crate::tracked::Value) -> bool) -> Vec<$crate::tracked::Value> {
            self.0.extract_if(.., |value| pick(value)).collect()
        }
    };
    (drain_filter) => {
        fn extract(&mut self, mut pick: impl FnMut(&$crate::tracked::Value) -> bool) -> Vec<$crate::tracked::Value> {
            self.0.drain_filter(|value| pick(value)).collect()
        }
    };
    (dedup_by) => {
        fn dedup(&mut self, mut same: impl FnMut(&$crate::tracked::Value, &$crate::tracked::Value) -> bool) {
            self.0.dedup_by(|value, before| same(value, before));
        }
    };
    (resize_with) => {
        fn resize_with(&mut self, length: usize, make: impl FnMut() -> $crate::tracked::Value) {
            self.0.resize_with(length, make);
        }
    };
    (resize) => {
        fn resize(&mut self, length: usize, value: $crate::tracked::Value) {
            self.0.resize(length, value);
        }
    };
    (append) => {
        fn append(&mut self, other: &mut Self) {
            self.0.append(&mut other.0);
        }
    };
    (split_off) => {
        fn split_off(&mut self, at: usize) -> Self {
            Self(self.0.split_off(at))
        }
    };
    (from_iter) => {
        fn collect(feed: impl DoubleEndedIterator<Item = $crate::tracked::Value> + ExactSizeIterator) -> Self {
            Self(feed.collect())
        }
    };
    (clone) => {
        fn duplicate(&self) -> Self {
            Self(self.0.clone())
        }
    };
    (clone_from) => {
        fn duplicate_from(&mut self, source: &Self) {
            self.0.clone_from(&source.0);
        }
    };
    (into_iter) => {
        fn consume(self) -> impl Iterator<Item = $crate::tracked::Value> {
            self.0.into_iter()
        }
    };
    (into_iter_clone) => {
        fn consume_twice(self, taken: usize) -> (Vec<$crate::tracked::Value>, Vec<$crate::tracked::Value>) {
            let mut all = self.0.into_iter();
            all.by_ref().take(taken).for_each(drop);
            (all.clone().collect(), all.collect())
        }
    };
    (eq) => {
        fn equals(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    };
    (capacity) => {
        fn capacity(&self) -> usize {
            self.0.capacity()
        }
    };
    (grow) => {
        fn grow(&mut self, capacity: usize) {
            self.0.grow(capacity);
        }
    };
    (reserve) => {
        fn reserve(&mut self, more: usize) {
            self.0.reserve(more);
        }
    };
    (shrink_to_fit) => {
        fn shrink(&mut self) {
            self.0.shrink_to_fit();
        }
    };
}
