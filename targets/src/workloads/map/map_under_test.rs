//! What a map has to offer to be put under load: the adapter that one workload drives every map through.

use crate::tracked::{Key, Value};
use squall_probe::Params;

/// A map under test.
pub trait MapUnderTest: Send + Sync + Sized + 'static {
    /// The map's parameters.
    type Params: Params;
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// Builds the map, empty.
    fn build(params: &Self::Params) -> Self;

    /// Whether every key is to be inserted before the load.
    fn prefill(params: &Self::Params) -> bool;

    /// The value of a key.
    fn get(&self, key: &Key) -> Option<Value>;

    /// Gives a key a value; hands on the one before.
    fn insert(&self, key: Key, value: Value) -> Option<Value>;

    /// Takes a key out; hands on its value.
    fn remove(&self, key: &Key) -> Option<Value>;

    /// Changes the value of a key, if it is there, with no other change of it between reading and writing; hands on
    /// whether it was there.
    fn update(&self, key: &Key, change: impl FnOnce(&mut Value)) -> bool;

    /// Shows every key and value.
    fn for_each(&self, visit: impl FnMut(&Key, &Value));

    /// Moves the map's memory.
    fn reallocate(&self);
}
