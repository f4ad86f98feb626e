//! The relic `hashbrown-clone-from`: in hashbrown 0.12.2, `clone_from` drops the entries of the map that is overwritten and then
//! clones into its place. If a clone panics, the map still describes the entries that are gone, and drops them again.
//! 0.14.5 takes them out first.
//! Source: <https://github.com/rust-lang/hashbrown/issues/348>.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::table::{TableUnderTest, TableWorkload, table_calls};

/// `table.hashbrown`, with what both versions of the crate offer by the same names.
struct HashbrownUnderTest(HashMap<Key, Value, FixedState>);

impl TableUnderTest for HashbrownUnderTest {
    const NAME: &'static str = "table.hashbrown";
    const SUMMARY: &'static str = "the map of the crate hashbrown with one owner";

    table_calls! {
        new with_capacity insert get remove iter len entry iter_mut retain drain clear extend from_iter clone clone_from into_iter eq
        reserve shrink_to_fit
    }
}

squall_probe::subject_main!(TableWorkload<HashbrownUnderTest>);
