//! What a handle on an interned object has to offer to be put under load: the adapter that one workload drives them all through.

use crate::tracked::Key;

/// A handle under test: all handles on equal objects stand for one of them.
pub trait InternUnderTest: Clone + Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// The handle on the object that equals this one.
    fn intern(key: Key) -> Self;

    /// The object.
    fn object(&self) -> &Key;

    /// Whether both stand for one object, by its address.
    fn is_same(&self, other: &Self) -> bool;
}
