//! What a map has to offer to be put under load: the adapter that one workload drives every map through.

use super::workload::MapOperation;
use crate::tracked::{Key, Value};
use squall_probe::Params;

/// The parameters that every map has.
pub trait MapSettings: Params + Clone {
    /// Whether every key is to be inserted before the load.
    fn prefill(&self) -> bool;

    /// One key in so many is never removed; 0 for none.
    fn kept(&self) -> u64;

    /// One key in so many is changed by one worker only; 0 for none.
    fn owned(&self) -> u64;
}

/// What an insertion came to.
#[derive(Debug)]
pub enum Inserted {
    /// The key was not there.
    New,
    /// The key was there with this value, which gave way.
    Replaced(Value),
    /// The key was there and keeps its value; the new one is gone.
    Refused,
    /// The value is in; the map does not say whether another one gave way.
    Unsaid,
}

impl From<Option<Value>> for Inserted {
    fn from(replaced: Option<Value>) -> Self {
        replaced.map_or(Self::New, Self::Replaced)
    }
}

/// What a removal came to.
#[derive(Debug)]
pub enum Removed {
    /// The key was not there.
    Nothing,
    /// The key was there with this value.
    Value(Value),
    /// The key was there; the map does not show its value. Only for maps whose values are never updated.
    Unseen,
}

impl From<Option<Value>> for Removed {
    fn from(removed: Option<Value>) -> Self {
        removed.map_or(Self::Nothing, Self::Value)
    }
}

/// What a map promises of a walk over its entries while others change it. At rest, every map shows each key once.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
    /// It shows each entry that is there all the while.
    pub sees_kept: bool,
    /// It shows no key twice.
    pub shows_once: bool,
}

impl Walk {
    /// All that can be promised short of a snapshot.
    pub const WHOLE: Self = Self { sees_kept: true, shows_once: true };
}

/// A map under test.
///
/// Every map has `get`, `insert`, `remove` and `for_each`; what else it has it lists in `OPERATIONS`, and only that is asked of
/// it. Where its guarantee is weaker than others', it says so by the constants, with its own documentation as the reason; what
/// it does promise is judged as in every other map.
pub trait MapUnderTest: Send + Sync + Sized + 'static {
    /// The map's parameters.
    type Params: MapSettings;
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// The operations that the map has.
    const OPERATIONS: &'static [MapOperation];
    /// Whether [`MapUnderTest::reallocate`] does something.
    const REALLOCATES: bool = false;
    /// What the map promises of `for_each` while others change it.
    const WALK: Walk = Walk::WHOLE;
    /// Whether an insertion on a key that is there replaces its value at once, so that the key is there all the while.
    const REPLACES_AT_ONCE: bool = true;
    /// Whether `retain` asks once about each value that it then removes.
    const RETAIN_ASKS_ONCE: bool = true;

    /// Builds the map, empty.
    fn build(params: &Self::Params) -> Self;

    /// The value of a key.
    fn get(&self, key: &Key) -> Option<Value>;

    /// Gives a key a value.
    fn insert(&self, key: Key, value: Value) -> Inserted;

    /// Takes a key out.
    fn remove(&self, key: &Key) -> Removed;

    /// Shows every key and value.
    fn for_each(&self, visit: impl FnMut(&Key, &Value));

    /// Changes the value of a key, if it is there, with no other change of it between reading and writing; hands on
    /// whether it was there. A map may ask `change` again, on a fresh copy of the value, if another change came between.
    fn update(&self, _key: &Key, _change: impl Fn(&mut Value)) -> bool {
        not_offered::<Self>(MapOperation::Update)
    }

    /// The value of a key, after it was given that of `make` if it had none.
    fn get_or_insert_with(&self, _key: Key, _make: impl FnOnce() -> Value) -> Value {
        not_offered::<Self>(MapOperation::GetOrInsert)
    }

    /// Takes out every key that `keep` does not hold on to.
    fn retain(&self, _keep: impl FnMut(&Key, &Value) -> bool) {
        not_offered::<Self>(MapOperation::Retain)
    }

    /// Moves the map's memory.
    fn reallocate(&self) {}

    /// Lets drops happen that maps of this kind put off; it is called again and again once the map is dropped.
    fn reclaim() {}
}

fn not_offered<M: MapUnderTest>(operation: MapOperation) -> ! {
    unreachable!("{} does not offer {operation:?}, and a mix that names it is refused", M::NAME)
}
