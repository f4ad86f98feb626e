//! What a map has to offer to be put under load: the adapter that one workload drives every map through.

use super::stamped::Stamped;
use crate::keys::Key;
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
    fn get(&self, key: &Key) -> Option<Stamped>;

    /// Gives a key a value; hands on the one before.
    fn insert(&self, key: Key, value: Stamped) -> Option<Stamped>;

    /// Takes a key out; hands on its value.
    fn remove(&self, key: &Key) -> Option<Stamped>;

    /// Changes the value of a key, if it is there, with no other change of it between reading and writing; hands on
    /// whether it was there.
    fn update(&self, key: &Key, change: impl FnOnce(&mut Stamped)) -> bool;

    /// Shows every key and value.
    fn for_each(&self, visit: impl FnMut(&Key, &Stamped));

    /// Moves the map's memory.
    fn reallocate(&self);
}
