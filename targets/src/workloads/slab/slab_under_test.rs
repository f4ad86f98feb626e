//! What a slab has to offer to be put under load: the adapter that one workload drives them all through.

use crate::tracked::Value;

/// A slab under test.
pub trait SlabUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// Whether of several removals of one value only one says that it was there.
    const REMOVES_ONCE: bool = true;

    /// An empty slab.
    fn empty() -> Self;

    /// Takes a value in; hands on its key, or nothing if there is no room.
    fn insert(&self, value: Value) -> Option<usize>;

    /// Looks at the value of a key, if it is there.
    fn get<R>(&self, key: usize, look: impl FnOnce(&Value) -> R) -> Option<R>;

    /// Removes the value of a key, as soon as nobody looks at it; hands on whether it was there.
    fn remove(&self, key: usize) -> bool;

    /// Takes the value of a key out, once nobody looks at it.
    fn take(&self, key: usize) -> Option<Value>;
}
