//! Each container against the standard library's: the same operations, one thread, the same answers.

use proptest::prelude::*;
use squall_targets::containers::{BufferPool, Full, LockedMap, MutexBuffer, ShardedMap, SharedBuffer};
use std::collections::HashMap;

#[derive(Debug, Clone)]
enum MapStep {
    Get(u16),
    Insert(u16, u64),
    Remove(u16),
    Update(u16),
    Reallocate,
}

fn map_steps() -> impl Strategy<Value = Vec<MapStep>> {
    let key = 0..200_u16;
    let step = prop_oneof![
        4 => key.clone().prop_map(MapStep::Get),
        8 => (key.clone(), any::<u64>()).prop_map(|(key, value)| MapStep::Insert(key, value)),
        4 => key.clone().prop_map(MapStep::Remove),
        4 => key.prop_map(MapStep::Update),
        1 => Just(MapStep::Reallocate),
    ];
    prop::collection::vec(step, 0..600)
}

/// Does the steps on a map and on the model; both have to answer alike at each step, and hold the same in the end.
macro_rules! assert_like_model {
    ($map:expr, $steps:expr) => {{
        let (map, mut model) = ($map, HashMap::new());
        for step in $steps {
            match step {
                MapStep::Get(key) => prop_assert_eq!(map.get(&key), model.get(&key).copied()),
                MapStep::Insert(key, value) => prop_assert_eq!(map.insert(key, value), model.insert(key, value)),
                MapStep::Remove(key) => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                MapStep::Update(key) => {
                    let found = map.update(&key, |value| *value = value.wrapping_mul(3));
                    let modelled = model.get_mut(&key).map(|value: &mut u64| *value = value.wrapping_mul(3));
                    prop_assert_eq!(found, modelled.is_some());
                }
                MapStep::Reallocate => map.reallocate(),
            }
            prop_assert_eq!(map.length(), model.len());
        }
        let mut held = HashMap::new();
        map.for_each(|key, value| assert!(held.insert(*key, *value).is_none(), "key {key} is there twice"));
        prop_assert_eq!(held, model);
    }};
}

#[derive(Debug, Clone)]
enum BufferStep {
    Append(u64),
    Read(usize),
    Relocate,
    Clear,
}

const CAPACITY: usize = 40;

fn buffer_steps() -> impl Strategy<Value = Vec<BufferStep>> {
    let step = prop_oneof![
        12 => any::<u64>().prop_map(BufferStep::Append),
        4 => any::<usize>().prop_map(BufferStep::Read),
        1 => Just(BufferStep::Relocate),
        1 => Just(BufferStep::Clear),
    ];
    prop::collection::vec(step, 0..200)
}

fn append_to_model(model: &mut Vec<u64>, element: u64) -> Result<(), Full> {
    if model.len() == CAPACITY {
        return Err(Full);
    }
    model.push(element);
    Ok(())
}

fn model_at(model: &[u64], place: usize) -> Option<u64> {
    model.get(place.checked_rem(model.len())?).copied()
}

proptest! {
    #[test]
    fn the_sharded_map_answers_like_a_hash_map(shards in 1..40_usize, steps in map_steps()) {
        assert_like_model!(ShardedMap::new(shards), steps);
    }

    #[test]
    fn the_locked_map_answers_like_a_hash_map(steps in map_steps()) {
        assert_like_model!(LockedMap::new(), steps);
    }

    #[test]
    fn the_shared_buffer_answers_like_a_vector_when_used_by_one_thread(steps in buffer_steps()) {
        let (mut buffer, mut model) = (SharedBuffer::new(CAPACITY), Vec::new());
        for step in steps {
            match step {
                BufferStep::Append(element) => {
                    prop_assert_eq!(buffer.append(element), append_to_model(&mut model, element));
                }
                BufferStep::Read(place) => prop_assert_eq!(buffer.view().get(place), model.get(place).copied()),
                BufferStep::Relocate => buffer.relocate(),
                BufferStep::Clear => {
                    buffer.clear();
                    model.clear();
                }
            }
            prop_assert_eq!(buffer.view().length(), model.len());
            prop_assert_eq!(buffer.view().capacity(), CAPACITY);
        }
        prop_assert_eq!(buffer.view().iter().collect::<Vec<_>>(), model);
    }

    #[test]
    fn the_mutex_buffer_answers_like_a_vector(steps in buffer_steps()) {
        let (mut buffer, mut model) = (MutexBuffer::new(CAPACITY), Vec::new());
        for step in steps {
            match step {
                BufferStep::Append(element) => {
                    prop_assert_eq!(buffer.append(element), append_to_model(&mut model, element));
                }
                BufferStep::Read(place) => prop_assert_eq!(buffer.read(place), model_at(&model, place)),
                BufferStep::Relocate => buffer.relocate(),
                BufferStep::Clear => {
                    buffer.clear();
                    model.clear();
                }
            }
        }
        prop_assert_eq!(buffer.elements(), model);
    }

    #[test]
    fn the_buffer_pool_answers_like_a_vector_for_each_owner(owners in 1..5_usize, steps in buffer_steps()) {
        let (mut pool, mut models) = (BufferPool::new(owners, CAPACITY), vec![Vec::new(); owners]);
        for step in steps {
            match step {
                BufferStep::Append(element) => {
                    let owner = element as usize % owners;
                    prop_assert_eq!(pool.append(owner, element), append_to_model(&mut models[owner], element));
                }
                BufferStep::Read(place) => {
                    prop_assert_eq!(pool.read(place), model_at(&models[place % owners], place / owners));
                }
                BufferStep::Relocate => pool.relocate(),
                BufferStep::Clear => {
                    pool.clear();
                    models.iter_mut().for_each(Vec::clear);
                }
            }
        }
        let mut merged = Vec::new();
        pool.merge(|element| merged.push(element));
        prop_assert_eq!(merged, models.concat());
    }
}

#[test]
fn a_panic_under_a_shard_s_lock_leaves_the_shard_in_use() {
    let map = ShardedMap::new(1);
    map.insert(1, 10);
    let updating = || map.update(&1, |_| panic!("in the closure"));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(updating)).is_err());
    assert_eq!(map.insert(2, 20), None);
    assert_eq!((map.get(&1), map.get(&2)), (Some(10), Some(20)));
}

#[test]
fn two_views_of_one_backing_overwrite_each_other() {
    let buffer = SharedBuffer::new(8);
    let (mut ours, mut theirs) = (buffer.view(), buffer.view());
    ours.push(1).unwrap();
    theirs.push(2).unwrap();
    assert_eq!(ours.get(0), Some(2), "they wrote into our element");
}

#[test]
fn a_slow_owner_takes_back_what_others_appended_meanwhile() {
    let buffer = SharedBuffer::new(8);
    let others = || (1..=3).for_each(|element| buffer.append(element).unwrap());
    buffer.append_with(9, others).unwrap();
    assert_eq!(buffer.view().iter().collect::<Vec<_>>(), [9]);
}
