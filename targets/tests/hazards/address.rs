//! `aba`: records that are known by their address.

use squall_targets::containers::AddressedRecords;

/// How many of so many updates replaced another record than the one that was read, while others came in between.
fn deceived<const KEPT: bool>(updates: u64) -> u64 {
    let records = AddressedRecords::<KEPT>::new(1);
    let interrupted = (0..updates).filter_map(|_| {
        records.update(0, || {
            for _ in 0..4 {
                records.update(0, || ()).unwrap();
            }
        })
    });
    interrupted.filter(|update| update.read != update.replaced).count() as u64
}

#[test]
fn an_address_deceives_whoever_does_not_keep_the_record() {
    assert!(deceived::<false>(1_000) > 0);
    assert_eq!(deceived::<true>(1_000), 0);
}

#[test]
fn updates_that_nothing_comes_between_all_count() {
    let records = AddressedRecords::<false>::new(2);
    assert!((0..100).all(|number| records.update(1, || ()).is_some_and(|update| update.read == number)));
    assert_eq!((records.updates(0), records.updates(1)), (0, 100));
}
