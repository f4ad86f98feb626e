//! `value-copy-aliasing`: maps of lists.

use crate::threads::{THREADS, together};
use proptest::prelude::*;
use squall_targets::containers::{EntryMap, Full, OwnedMap, ValueMap};
use squall_targets::workloads::alias::{ListMap, Lists};
use squall_targets::workloads::buffer::{RoundReport, Rounds};
use std::collections::HashMap;

const CAPACITY: usize = 10;

fn assert_like_a_map_of_vectors<M: ListMap>(appends: &[(u64, u64)]) -> Result<(), TestCaseError> {
    let (map, mut model) = (M::build(CAPACITY), HashMap::<u64, Vec<u64>>::new());
    for (key, element) in appends {
        let list = model.entry(*key).or_default();
        let room = list.len() < CAPACITY;
        prop_assert_eq!(map.append(*key, *element), if room { Ok(()) } else { Err(Full) });
        list.extend(room.then_some(*element));
        prop_assert_eq!(&map.list(*key), &*list);
    }
    let (mut held, mut expected) = (Vec::new(), model.into_values().flatten().collect::<Vec<_>>());
    map.for_each(|element| held.push(element));
    held.sort_unstable();
    expected.sort_unstable();
    prop_assert_eq!(held, expected);
    Ok(())
}

proptest! {
    #[test]
    fn maps_of_lists_answer_like_a_map_of_vectors_when_used_by_one_thread(
        appends in prop::collection::vec((0..6_u64, any::<u64>()), 0..100)
    ) {
        assert_like_a_map_of_vectors::<ValueMap>(&appends)?;
        assert_like_a_map_of_vectors::<EntryMap>(&appends)?;
        assert_like_a_map_of_vectors::<OwnedMap>(&appends)?;
    }
}

fn assert_no_element_is_lost<M: ListMap>() {
    let rounds = Rounds::<Lists<M>>::new(THREADS, 64);
    let clean = |report: RoundReport| assert!(report.is_clean(), "{report}");
    together(|number| (0..5_000).for_each(|_| rounds.append(number as u8, 1, clean)));
    clean(rounds.end_now());
}

#[test]
fn no_element_of_a_repaired_map_is_lost() {
    assert_no_element_is_lost::<EntryMap>();
    assert_no_element_is_lost::<OwnedMap>();
}

#[test]
fn two_copies_of_one_header_write_into_one_array() {
    let map = ValueMap::new(CAPACITY);
    let mut copied = map.get(1);
    map.append(1, 10).unwrap();
    copied.push(20).unwrap();
    assert_eq!(map.list(1), [20], "the map's own element was overwritten");
}
