//! `torn-header`: headers of several words.

use crate::threads::together;
use proptest::prelude::*;
use squall_targets::containers::{Header, SequenceLock, Snapshot, TornHeader};
use squall_targets::workloads::header::{Arrays, HeaderUnderTest};

const ARRAYS: usize = 16;

fn assert_like_a_variable<H: HeaderUnderTest>(keys: &[u64]) -> Result<(), TestCaseError> {
    let arrays = Arrays::new(ARRAYS);
    let published = H::build(arrays.header(0));
    prop_assert_eq!(published.load(), arrays.header(0));
    for key in keys {
        published.store(arrays.header(*key));
        prop_assert_eq!(published.load(), arrays.header(*key));
    }
    Ok(())
}

proptest! {
    #[test]
    fn headers_answer_like_a_variable_when_used_by_one_thread(keys in prop::collection::vec(any::<u64>(), 0..100)) {
        assert_like_a_variable::<TornHeader>(&keys)?;
        assert_like_a_variable::<SequenceLock>(&keys)?;
        assert_like_a_variable::<Snapshot<Header>>(&keys)?;
    }

    #[test]
    fn every_header_of_the_arrays_shows_its_own_last_element(key: u64) {
        let arrays = Arrays::new(ARRAYS);
        let header = arrays.header(key);
        prop_assert!(arrays.has(header));
        prop_assert_eq!(arrays.last(header), (header.array, header.length - 1));
    }
}

fn assert_never_torn<H: HeaderUnderTest>() {
    let arrays = Arrays::new(ARRAYS);
    let published = H::build(arrays.header(0));
    together(|number| {
        for key in 0..20_000 {
            if number == 0 {
                published.store(arrays.header(key * 7));
            } else {
                let header = published.load();
                assert!(arrays.has(header), "{header:?}");
            }
        }
    });
}

#[test]
fn repaired_headers_are_never_torn() {
    assert_never_torn::<SequenceLock>();
    assert_never_torn::<Snapshot<Header>>();
}

#[test]
fn no_change_of_a_snapshot_is_lost_and_none_changes_what_was_loaded() {
    let snapshot = Snapshot::new(0);
    let before = snapshot.load();
    together(|_| (0..1_000).for_each(|_| snapshot.change(|count| *count += 1)));
    assert_eq!((*before, *snapshot.load()), (0, 4_000));
}

#[test]
fn a_header_put_together_from_two_is_recognised() {
    let arrays = Arrays::new(ARRAYS);
    let (small, large) = (arrays.header(0), arrays.header(15 + 16 * 14));
    let torn = Header { array: small.array, ..large };
    assert!(!arrays.has(torn));
    assert!(std::panic::catch_unwind(|| arrays.last(torn)).is_err());
}
