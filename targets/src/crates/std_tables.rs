//! The maps of the standard library with one owner, behind the adapter.

use crate::tracked::{Key, Value};
use crate::workloads::table::{TableUnderTest, table_calls};
use foldhash::fast::FixedState;
use std::collections::{BTreeMap, HashMap};

/// `table.std_hash_map`.
#[derive(Debug)]
pub struct StdHashMap(HashMap<Key, Value, FixedState>);

impl TableUnderTest for StdHashMap {
    const NAME: &'static str = "table.std_hash_map";
    const SUMMARY: &'static str = "the hash map of the standard library with one owner";

    table_calls! {
        new with_capacity insert get remove iter len entry iter_mut retain extract_if drain clear extend from_iter clone clone_from
        into_iter eq reserve shrink_to_fit
    }
}

/// `table.std_btree_map`.
#[derive(Debug)]
pub struct StdBTreeMap(BTreeMap<Key, Value>);

impl TableUnderTest for StdBTreeMap {
    const NAME: &'static str = "table.std_btree_map";
    const SUMMARY: &'static str = "the ordered map of the standard library with one owner";

    table_calls! {
        new insert get remove iter len entry iter_mut pop_first retain clear extend from_iter append clone clone_from into_iter eq
    }

    fn extract(&mut self, mut pick: impl FnMut(&Key, &Value) -> bool) -> Vec<(Key, Value)> {
        self.0.extract_if(.., |key, value| pick(key, value)).collect()
    }
}
