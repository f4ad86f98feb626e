//! Every mature map answers like a standard map when one thread asks it, and drops all that it was given.

#![cfg(feature = "crates")]

use squall_targets::crates::{
    DashMapUnderTest, MokaMapUnderTest, PapayaUnderTest, ParkingLotMutex, ParkingLotRwLock, SccHashIndexUnderTest,
    SccHashMapUnderTest, SccTreeIndexUnderTest, SkipMapUnderTest, StdMutex, StdRwLock,
};
use squall_targets::tracked::{Balance, Key, Misuses, Value, reclaim_all, take_misuses};
use squall_targets::workloads::map::{Inserted, LockMapUnderTest, MapOperation, MapUnderTest, Removed};
use std::collections::BTreeMap;

/// Compares a map with a standard one over a fixed course of operations, of those that it offers.
fn assert_like_a_standard_map<M: MapUnderTest>() {
    let map = M::build(&M::Params::default());
    let mut model: BTreeMap<u64, u64> = BTreeMap::new();
    let offers = |operation| M::OPERATIONS.contains(&operation);
    for step in 0..4_000_u64 {
        let number = step * 7 % 97;
        let key = Key::new(number);
        match step % 5 {
            0 | 1 => match map.insert(key, Value::new(number, 0, step)) {
                Inserted::New => assert_eq!(model.insert(number, step), None, "{}", M::NAME),
                Inserted::Replaced(value) => assert_eq!(model.insert(number, step), Some(value.sequence())),
                Inserted::Refused => assert!(model.contains_key(&number), "{}", M::NAME),
                Inserted::Unsaid => drop(model.insert(number, step)),
            },
            2 => match map.remove(&key) {
                Removed::Nothing => assert_eq!(model.remove(&number), None, "{}", M::NAME),
                Removed::Value(value) => assert_eq!(model.remove(&number), Some(value.sequence())),
                Removed::Unseen => assert!(model.remove(&number).is_some(), "{}", M::NAME),
            },
            3 if offers(MapOperation::Update) => {
                let found = map.update(&key, |value| value.update(0, step));
                assert_eq!(found, model.get_mut(&number).map(|sequence| *sequence = step).is_some(), "{}", M::NAME);
            }
            4 if offers(MapOperation::GetOrInsert) => {
                let value = map.get_or_insert_with(key, || Value::new(number, 0, step));
                assert_eq!(value.sequence(), *model.entry(number).or_insert(step), "{}", M::NAME);
            }
            _ => assert_eq!(map.get(&key).map(|value| value.sequence()), model.get(&number).copied(), "{}", M::NAME),
        }
    }
    if offers(MapOperation::Retain) {
        map.retain(|key, _| key.number() % 3 == 0);
        model.retain(|number, _| number % 3 == 0);
    }
    let mut held = BTreeMap::new();
    map.for_each(|key, value| assert_eq!(held.insert(key.number(), value.sequence()), None, "{}", M::NAME));
    assert_eq!(held, model, "{}", M::NAME);
    drop(map);
    reclaim_all(M::reclaim);
    assert_eq!((Balance::now().alive, take_misuses()), (0, Misuses::default()), "{}", M::NAME);
}

/// One test for all, because the balance is the process's own.
#[test]
fn every_mature_map_answers_like_a_standard_one_and_drops_what_it_was_given() {
    assert_like_a_standard_map::<LockMapUnderTest<StdMutex>>();
    assert_like_a_standard_map::<LockMapUnderTest<StdRwLock>>();
    assert_like_a_standard_map::<LockMapUnderTest<ParkingLotMutex>>();
    assert_like_a_standard_map::<LockMapUnderTest<ParkingLotRwLock>>();
    assert_like_a_standard_map::<DashMapUnderTest>();
    assert_like_a_standard_map::<PapayaUnderTest>();
    assert_like_a_standard_map::<SccHashMapUnderTest>();
    assert_like_a_standard_map::<SccHashIndexUnderTest>();
    assert_like_a_standard_map::<SccTreeIndexUnderTest>();
    assert_like_a_standard_map::<SkipMapUnderTest>();
    assert_like_a_standard_map::<MokaMapUnderTest>();
}
