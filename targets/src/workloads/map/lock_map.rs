//! A standard map behind one lock, whichever lock that is: the adapter of all of them.

use super::map_under_test::{Inserted, MapUnderTest, Removed};
use super::params::MapParams;
use super::workload::MapOperation;
use crate::tracked::{Key, Value};
use foldhash::fast::FixedState;
use squall_probe::Operation;
use std::collections::HashMap;
use std::fmt;

/// The map behind the lock.
pub type Table = HashMap<Key, Value, FixedState>;

/// A lock around a standard map. A panic under it leaves the map valid, so a poisoned lock is as good as any. Entries are lost
/// all the same if `Hash` panics while the table is rehashed in place, as [`LockedMap`](crate::containers::LockedMap) says.
pub trait TableLock: Send + Sync + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// A lock around a map.
    fn new(table: Table) -> Self;

    /// Looks at the map under the lock.
    fn read<R>(&self, look: impl FnOnce(&Table) -> R) -> R;

    /// Changes the map under the lock.
    fn write<R>(&self, change: impl FnOnce(&mut Table) -> R) -> R;
}

/// A standard map behind a lock.
pub struct LockMapUnderTest<L>(L);

impl<L: TableLock> MapUnderTest for LockMapUnderTest<L> {
    type Params = MapParams;
    const NAME: &'static str = L::NAME;
    const SUMMARY: &'static str = L::SUMMARY;
    const OPERATIONS: &'static [MapOperation] = MapOperation::ALL;
    const REALLOCATES: bool = true;

    fn build(_: &MapParams) -> Self {
        Self(L::new(Table::default()))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.read(|table| table.get(key).cloned())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.write(|table| table.insert(key, value)).into()
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.write(|table| table.remove(key)).into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.read(|table| table.iter().for_each(|(key, value)| visit(key, value)));
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        self.0.write(|table| table.get_mut(key).map(change).is_some())
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.write(|table| table.entry(key).or_insert_with(make).clone())
    }

    fn retain(&self, mut keep: impl FnMut(&Key, &Value) -> bool) {
        self.0.write(|table| table.retain(|key, value| keep(key, value)));
    }

    fn reallocate(&self) {
        self.0.write(|table| {
            table.shrink_to_fit();
            table.reserve(table.len());
        });
    }
}

impl<L> fmt::Debug for LockMapUnderTest<L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LockMapUnderTest").finish_non_exhaustive()
    }
}
