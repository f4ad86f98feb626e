//! The relic `scc-read`: in scc 2.3.0, `HashMap::read` gives up its hold on the bucket before it calls the reader, so that another thread
//! may remove the entry and drop it while the reader looks at it. 2.3.1 holds on until the reader is done.
//! Source: <https://github.com/wvwwvwwv/scalable-concurrent-containers/issues/176>.

use foldhash::fast::FixedState;
use scc::HashMap;
use squall_probe::Operation;
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::map::{Inserted, MapOperation, MapParams, MapUnderTest, MapWorkload, Removed, Walk};

/// `map.scc_hash_map`, by the names that this version of the crate has for its calls.
struct SccHashMapUnderTest(HashMap<Key, Value, FixedState>);

impl MapUnderTest for SccHashMapUnderTest {
    type Params = MapParams;
    const NAME: &'static str = "map.scc_hash_map";
    const SUMMARY: &'static str = "the concurrent hash map of the crate scc";
    const OPERATIONS: &'static [MapOperation] = MapOperation::ALL;
    const WALK: Walk = Walk { sees_kept: true, shows_once: false };

    fn build(_: &MapParams) -> Self {
        Self(HashMap::with_hasher(FixedState::default()))
    }

    fn get(&self, key: &Key) -> Option<Value> {
        self.0.read(key, |_, value| value.clone())
    }

    fn insert(&self, key: Key, value: Value) -> Inserted {
        self.0.upsert(key, value).into()
    }

    fn remove(&self, key: &Key) -> Removed {
        self.0.remove(key).map(|(_, value)| value).into()
    }

    fn for_each(&self, visit: impl FnMut(&Key, &Value)) {
        self.0.scan(visit);
    }

    fn update(&self, key: &Key, change: impl Fn(&mut Value)) -> bool {
        self.0.update(key, |_, value| change(value)).is_some()
    }

    fn get_or_insert_with(&self, key: Key, make: impl FnOnce() -> Value) -> Value {
        self.0.entry(key).or_insert_with(make).get().clone()
    }

    fn retain(&self, mut keep: impl FnMut(&Key, &Value) -> bool) {
        self.0.retain(|key, value| keep(key, value));
    }
}

squall_probe::subject_main!(MapWorkload<SccHashMapUnderTest>);
