//! The map of the crate `hashbrown` with one owner, behind the adapter.

use crate::tracked::{Key, Value};
use crate::workloads::table::{TableUnderTest, table_calls};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// `table.hashbrown`.
#[derive(Debug)]
pub struct HashbrownUnderTest(HashMap<Key, Value, FixedState>);

impl TableUnderTest for HashbrownUnderTest {
    const NAME: &'static str = "table.hashbrown";
    const SUMMARY: &'static str = "the map of the crate hashbrown with one owner";

    table_calls! {
        new with_capacity insert get remove iter len entry iter_mut retain extract_if drain clear extend from_iter clone clone_from
        into_iter eq reserve shrink_to_fit
    }
}
