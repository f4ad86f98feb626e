//! `concurrent-map-write` and `read-dirty-cliff`: maps of words.

use crate::judged::found_wrong;
use crate::threads::together;
use proptest::prelude::*;
use squall_targets::containers::{BucketMap, ReadDirtyMap};
use squall_targets::workloads::words::{
    LockedBuckets, ShardedBuckets, WordMapUnderTest, WordMapWorkload, WordOperation,
};
use std::collections::HashMap;

#[derive(Debug, Clone)]
enum Step {
    Get(u64),
    Insert(u64, u64),
    Remove(u64),
    Rehash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0..300_u64;
    let step = prop_oneof![
        4 => key.clone().prop_map(Step::Get),
        10 => (key.clone(), 1..u64::MAX - 1).prop_map(|(key, value)| Step::Insert(key, value)),
        4 => key.prop_map(Step::Remove),
        1 => Just(Step::Rehash),
    ];
    prop::collection::vec(step, 0..800)
}

fn assert_like_a_hash_map<M: WordMapUnderTest>(steps: &[Step]) -> Result<(), TestCaseError> {
    let (map, mut model) = (M::build(), HashMap::new());
    for step in steps {
        match *step {
            Step::Get(key) => prop_assert_eq!(map.get(key), model.get(&key).copied()),
            Step::Insert(key, value) => prop_assert_eq!(map.insert(key, value), model.insert(key, value)),
            Step::Remove(key) => prop_assert_eq!(map.remove(key), model.remove(&key)),
            Step::Rehash => map.rehash(),
        }
    }
    (0..300).try_for_each(|key| {
        prop_assert_eq!(map.get(key), model.get(&key).copied());
        Ok(())
    })
}

proptest! {
    #[test]
    fn maps_of_words_answer_like_a_hash_map_when_used_by_one_thread(steps in steps()) {
        assert_like_a_hash_map::<BucketMap>(&steps)?;
        assert_like_a_hash_map::<LockedBuckets>(&steps)?;
        assert_like_a_hash_map::<ShardedBuckets>(&steps)?;
        assert_like_a_hash_map::<ReadDirtyMap>(&steps)?;
    }
}

/// Each thread writes keys of its own, while the buckets are moved.
fn assert_nothing_is_lost<M: WordMapUnderTest>() {
    let map = M::build();
    together(|number| {
        for turn in 1..3_000 {
            let key = turn % 500 * 4 + number as u64;
            let before = (turn > 500).then(|| turn - 500).filter(|before| before % 3 != 0);
            assert_eq!(map.insert(key, turn), before, "key {key}");
            assert_eq!(map.get(key), Some(turn));
            if turn % 3 == 0 {
                assert_eq!(map.remove(key), Some(turn));
            }
            if turn % 100 == 0 {
                map.rehash();
            }
        }
    });
}

#[test]
fn no_entry_of_a_repaired_map_is_lost() {
    assert_nothing_is_lost::<LockedBuckets>();
    assert_nothing_is_lost::<ShardedBuckets>();
    assert_nothing_is_lost::<ReadDirtyMap>();
}

#[test]
fn every_entry_is_shown_once_also_in_the_middle_of_growth() {
    let map = BucketMap::new();
    for key in 0..1_000 {
        map.insert(key, key * 2);
        let mut shown = Vec::new();
        map.for_each(|key, value| shown.push((key, value)));
        shown.sort_unstable();
        assert!(shown.into_iter().eq((0..=key).map(|key| (key, key * 2))));
    }
}

#[test]
fn settled_keys_are_read_without_a_miss_and_new_ones_promote_the_dirty_map() {
    let map = ReadDirtyMap::new();
    (0..10).for_each(|key| _ = map.insert(key, key));
    (0..10).for_each(|key| assert_eq!(map.get(key), Some(key)));
    assert_eq!(map.promotions(), 1, "ten misses for ten keys");
    (0..100).for_each(|turn| assert_eq!(map.get(turn % 10), Some(turn % 10)));
    assert_eq!(map.promotions(), 1);
}

/// A map that makes the mistake which its letter names, at every third key.
struct Mistaken<const MISTAKE: char>(LockedBuckets);

impl<const MISTAKE: char> WordMapUnderTest for Mistaken<MISTAKE> {
    const NAME: &'static str = "words.test";
    const SUMMARY: &'static str = "a map for tests";

    fn build() -> Self {
        Self(LockedBuckets::build())
    }

    fn get(&self, key: u64) -> Option<u64> {
        match MISTAKE {
            'i' if key.is_multiple_of(3) => Some(self.0.get(key).unwrap_or(1) + 1),
            _ => self.0.get(key),
        }
    }

    fn insert(&self, key: u64, value: u64) -> Option<u64> {
        if MISTAKE == 'l' && key.is_multiple_of(3) { self.0.get(key) } else { self.0.insert(key, value) }
    }

    fn remove(&self, key: u64) -> Option<u64> {
        if MISTAKE == 'k' && key.is_multiple_of(3) { self.0.get(key) } else { self.0.remove(key) }
    }

    fn rehash(&self) {
        self.0.rehash();
    }
}

#[test]
fn the_oracle_of_word_maps_finds_lost_kept_and_invented_entries_and_accepts_a_right_map() {
    let operation =
        |turn: u64| [WordOperation::Insert, WordOperation::Get, WordOperation::Remove][turn as usize / 10 % 3];
    let calls = || (0..100).map(move |turn| (operation(turn), turn % 10));
    assert_eq!(found_wrong::<WordMapWorkload<LockedBuckets>>(calls()), Vec::<String>::new());
    assert_eq!(found_wrong::<WordMapWorkload<Mistaken<'l'>>>(calls()), ["own_writes"]);
    assert_eq!(found_wrong::<WordMapWorkload<Mistaken<'k'>>>(calls()), ["own_writes"]);
    assert_eq!(found_wrong::<WordMapWorkload<Mistaken<'i'>>>(calls()), ["own_writes"]);
}
