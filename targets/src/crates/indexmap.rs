//! The map of the crate `indexmap`, which keeps an order, behind the adapter.

use crate::tracked::{Key, Value};
use crate::workloads::table::{TableUnderTest, table_calls};
use foldhash::fast::FixedState;
use indexmap::IndexMap;

/// `table.indexmap`.
#[derive(Debug)]
pub struct IndexMapUnderTest(IndexMap<Key, Value, FixedState>);

impl TableUnderTest for IndexMapUnderTest {
    const NAME: &'static str = "table.indexmap";
    const SUMMARY: &'static str = "the map of the crate indexmap";

    table_calls! {
        new with_capacity insert get iter len entry iter_mut pop retain clear extend from_iter append clone clone_from into_iter eq
        reserve shrink_to_fit
    }

    fn remove(&mut self, key: &Key) -> Option<Value> {
        if key.number().is_multiple_of(2) { self.0.swap_remove(key) } else { self.0.shift_remove(key) }
    }

    fn extract(&mut self, mut pick: impl FnMut(&Key, &Value) -> bool) -> Vec<(Key, Value)> {
        self.0.extract_if(.., |key, value| pick(key, value)).collect()
    }

    fn drain(&mut self) -> impl Iterator<Item = (Key, Value)> {
        self.0.drain(..)
    }
}
