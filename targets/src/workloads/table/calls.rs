//! Calls that go by the same name in many maps: takes the names of those that a map has, writes the adapter's part that passes them
//! on to it.

/// Passes calls on to the map in an adapter's field `0`, by the names that they have in the standard library's maps.
///
/// ```
/// use squall_targets::tracked::{Key, Value};
/// use squall_targets::workloads::table::{TableUnderTest, table_calls};
///
/// struct Plain(std::collections::BTreeMap<Key, Value>);
///
/// impl TableUnderTest for Plain {
///     const NAME: &'static str = "table.plain";
///     const SUMMARY: &'static str = "a map";
///     table_calls! { new insert get remove iter len retain clone }
/// }
/// ```
///
/// Not all have the same arguments in every map; those that differ are written by hand.
#[macro_export]
macro_rules! table_calls {
    ($($call:ident)+) => { $($crate::__table_call!($call);)+ };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __table_call {
    (new) => {
        fn empty() -> Self {
            Self(::core::default::Default::default())
        }
    };
    (with_capacity) => {
        fn with_room(capacity: usize) -> Self {
            let mut table = Self::empty();
            table.0.reserve(capacity);
            table
        }
    };
    (insert) => {
        fn insert(
            &mut self,
            key: $crate::tracked::Key,
            value: $crate::tracked::Value,
        ) -> ::core::option::Option<$crate::tracked::Value> {
            self.0.insert(key, value)
        }
    };
    (get) => {
        fn get(&self, key: &$crate::tracked::Key) -> ::core::option::Option<&$crate::tracked::Value> {
            self.0.get(key)
        }
    };
    (remove) => {
        fn remove(&mut self, key: &$crate::tracked::Key) -> ::core::option::Option<$crate::tracked::Value> {
            self.0.remove(key)
        }
    };
    (iter) => {
        fn iter(&self) -> impl Iterator<Item = (&$crate::tracked::Key, &$crate::tracked::Value)> {
            self.0.iter()
        }
    };
    (len) => {
        fn length(&self) -> usize {
            self.0.len()
        }
    };
    (entry) => {
        fn enter(
            &mut self,
            key: $crate::tracked::Key,
            change: impl FnOnce(&mut $crate::tracked::Value),
            make: impl FnOnce() -> $crate::tracked::Value,
        ) {
            self.0.entry(key).and_modify(change).or_insert_with(make);
        }
    };
    (iter_mut) => {
        fn for_each_mut(&mut self, mut change: impl FnMut(&$crate::tracked::Key, &mut $crate::tracked::Value)) {
            self.0.iter_mut().for_each(|(key, value)| change(key, value));
        }
    };
    (pop) => {
        fn pop(&mut self) -> ::core::option::Option<($crate::tracked::Key, $crate::tracked::Value)> {
            self.0.pop()
        }
    };
    (pop_first) => {
        fn pop(&mut self) -> ::core::option::Option<($crate::tracked::Key, $crate::tracked::Value)> {
            self.0.pop_first()
        }
    };
    (pop_front) => {
        fn pop(&mut self) -> ::core::option::Option<($crate::tracked::Key, $crate::tracked::Value)> {
            self.0.pop_front()
        }
    };
    (retain) => {
        fn retain(&mut self, mut keep: impl FnMut(&$crate::tracked::Key, &$crate::tracked::Value) -> bool) {
            self.0.retain(|key, value| keep(key, value));
        }
    };
    (extract_if) => {
        fn extract(
            &mut self,
            mut pick: impl FnMut(&$crate::tracked::Key, &$crate::tracked::Value) -> bool,
        ) -> Vec<($crate::tracked::Key, $crate::tracked::Value)> {
            self.0.extract_if(|key, value| pick(key, value)).collect()
        }
    };
    (drain_filter) => {
        fn extract(
            &mut self,
            mut pick: impl FnMut(&$crate::tracked::Key, &$crate::tracked::Value) -> bool,
        ) -> Vec<($crate::tracked::Key, $crate::tracked::Value)> {
            self.0.drain_filter(|key, value| pick(key, value)).collect()
        }
    };
    (drain) => {
        fn drain(&mut self) -> impl Iterator<Item = ($crate::tracked::Key, $crate::tracked::Value)> {
            self.0.drain()
        }
    };
    (clear) => {
        fn clear(&mut self) {
            self.0.clear();
        }
    };
    (extend) => {
        fn extend(
            &mut self,
            feed: impl DoubleEndedIterator<Item = ($crate::tracked::Key, $crate::tracked::Value)> + ExactSizeIterator,
        ) {
            self.0.extend(feed);
        }
    };
    (from_iter) => {
        fn collect(
            feed: impl DoubleEndedIterator<Item = ($crate::tracked::Key, $crate::tracked::Value)> + ExactSizeIterator,
        ) -> Self {
            Self(feed.collect())
        }
    };
    (append) => {
        fn append(&mut self, other: &mut Self) {
            self.0.append(&mut other.0);
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
        fn consume(self) -> impl Iterator<Item = ($crate::tracked::Key, $crate::tracked::Value)> {
            self.0.into_iter()
        }
    };
    (eq) => {
        fn equals(&self, other: &Self) -> bool {
            self.0 == other.0
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
