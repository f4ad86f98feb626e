//! The relic `skiplist-insert`: in crossbeam-skiplist 0.1.1, an insertion on a key that is there marks the old entry as removed before
//! the new one is linked in, so that readers miss a key which nobody removes.
//! Source: <https://github.com/crossbeam-rs/crossbeam/issues/1023>.
//!
//! The registry has no version in which it is mended: 0.1.3, the latest, does the same. The control is
//! the standard library's ordered map behind a lock.

use crossbeam_skiplist::SkipMap;
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, MapWorkload, Removed, Walk};
use squall_targets::{tracked, workloads};

/// The control.
#[path = "../../src/crates/std_ordered_map.rs"]
mod control;

/// `map.crossbeam_skiplist`, which is asked to replace a value without losing sight of its key, as one expects of a map.
struct SkipMapUnderTest(SkipMap<Key, Value>);

impl MapUnderTest for SkipMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.crossbeam_skiplist";
    const SUMMARY: &'static str = "the lock-free ordered map of the crate crossbeam-skiplist";
    const OPERATIONS: &'static [MapOperation] = &[
        MapOperation::Get,
        MapOperation::Insert,
        MapOperation::Remove,
        MapOperation::GetOrInsert,
        MapOperation::ForEach,
    ];
    const WALK: Walk = Walk { sees_kept: false, shows_once: false };

    fn build(_: &MapParams) -> Self {
        Self(SkipMap::new())
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.get(key).map(|entry| entry.value().clone())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.insert(key, value);
        Inserted::Unsaid
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.remove(key).map(|entry| entry.value().clone()).into()
    }

    fn for_each(&self, mut visit: impl FnMut(&Key, &Value)) {
        self.0.iter().for_each(|entry| visit(entry.key(), entry.value()));
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.get_or_insert_with(key, make).value().clone()
    }

    fn reclaim() {
        crossbeam_epoch::pin().flush();
    }
}

squall_probe::subject_main!(MapWorkload<SkipMapUnderTest>, MapWorkload<control::OrderedUnderTest>);
