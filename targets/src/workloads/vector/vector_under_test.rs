//! What an append-only vector has to offer to be put under load: the adapter that one workload drives them all through.

use crate::tracked::Value;

/// An append-only vector under test.
pub trait VectorUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// An empty vector.
    fn empty() -> Self;

    /// Appends an element; hands on its place, at which it is from now on.
    fn push(&self, value: Value) -> usize;

    /// Looks at the element of a place, if there is one.
    fn get<R>(&self, place: usize, look: impl FnOnce(&Value) -> R) -> Option<R>;

    /// Shows elements and their places: every one whose push had finished before the call, in the order of the places.
    fn for_each(&self, visit: impl FnMut(usize, &Value));

    /// How many elements there are: those whose push has finished, and at most those whose push has begun. It never
    /// gets less.
    fn length(&self) -> usize;
}
