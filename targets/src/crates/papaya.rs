//! `map.papaya`: the crate `papaya`, with the hasher of our own maps.
//!
//! Its documentation says that a walk relies on a weak snapshot and may reflect changes that happen meanwhile: a key that is removed
//! and comes back can be shown twice.
//!
//! Values are never changed in place: an update puts a changed clone in the value's stead, and asks again if another change
//! came between. So does `retain`, whose documentation says that it may be asked more than once about one key. The map is
//! the owner of its garbage: dropping it drops what it put off.

use crate::tracked::{Key, Value};
use crate::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, Removed, Walk};
use foldhash::fast::FixedState;
use papaya::HashMap;
use squall_probe::Operation;

/// The map of the crate `papaya`.
#[derive(Debug)]
pub struct PapayaUnderTest(HashMap<Key, Value, FixedState>);

impl MapUnderTest for PapayaUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.papaya";
    const SUMMARY: &'static str = "the lock-free map of the crate papaya";
    const OPERATIONS: &'static [MapOperation] = MapOperation::ALL;
    const REALLOCATES: bool = true;
    const WALK: Walk = Walk { sees_kept: true, shows_once: false };
    const RETAIN_ASKS_ONCE: bool = false;

    fn build(_: &MapParams) -> Self {
        Self(HashMap::with_hasher(FixedState::default()))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.pin().get(key).cloned()
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.pin().insert(key, value).cloned().into()
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.pin().remove(key).cloned().into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.pin().iter().for_each(|(key, value)| visit(key, value));
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        let changed = |value: &Value| {
            let mut copy = value.clone();
            change(&mut copy);
            copy
        };
        self.0.pin().update(key.clone(), changed).is_some()
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.pin().get_or_insert_with(key, make).clone()
    }

    fn retain(&self, keep: impl FnMut(&Key, &Value) -> bool) {
        self.0.pin().retain(keep);
    }

    /// Asks for more room than there is, so that the table grows; one that is larger than it needs to be shrinks by itself.
    fn reallocate(&self) {
        let map = self.0.pin();
        map.reserve(map.len());
    }
}
