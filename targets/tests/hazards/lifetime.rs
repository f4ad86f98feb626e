//! `lifetime`: elements and the region that they live in.

use crate::threads::together;
use proptest::prelude::*;
use squall_targets::containers::{DropLedger, OwnedRegion, POISON, Region};
use std::sync::{Arc, Mutex};

const ELEMENTS: u64 = 16;

proptest! {
    /// The model is a vector of options, each of which can be taken once.
    #[test]
    fn a_region_answers_like_a_vector_of_options(steps in prop::collection::vec((any::<bool>(), 0..20_usize), 0..100)) {
        let ledger = Arc::new(DropLedger::default());
        let region = OwnedRegion::new(100..100 + ELEMENTS, &ledger);
        let mut model: Vec<_> = (100..100 + ELEMENTS).map(Some).collect();
        let mut again = 0;
        for (drops, place) in steps {
            if drops {
                let taken = model.get_mut(place).and_then(Option::take).is_some();
                again += u64::from(!taken && place < model.len());
                prop_assert_eq!(region.drop_element(place), taken);
            } else {
                let expected = model.get(place).map(|element| element.unwrap_or(POISON));
                prop_assert_eq!(region.read(place), expected);
            }
        }
        prop_assert_eq!(ledger.left(), model.iter().flatten().count() as u64);
        drop(region);
        prop_assert_eq!((ledger.left(), ledger.dropped_again()), (0, again));
    }
}

#[test]
fn an_owned_region_outlives_its_container_and_drops_each_element_once() {
    let ledger = Arc::new(DropLedger::default());
    let make = || Arc::new(OwnedRegion::new(0..ELEMENTS, &ledger));
    let current = Mutex::new(make());
    together(|number| {
        for turn in 0..5_000 {
            let held = Arc::clone(&current.lock().unwrap());
            if number == 0 {
                *current.lock().unwrap() = make();
            } else {
                let place = turn % ELEMENTS;
                assert_eq!(held.read(place as usize), Some(place));
            }
        }
    });
    drop(current);
    assert_eq!((ledger.left(), ledger.dropped_again()), (0, 0));
}

#[test]
fn a_finaliser_that_comes_after_its_region_reads_poison_and_drops_twice() {
    let ledger = Arc::new(DropLedger::default());
    let region = Region::new(0..ELEMENTS, &ledger);
    region.free();
    assert_eq!(region.read(3), Some(POISON));
    assert!(!region.drop_element(3));
    assert_eq!((ledger.left(), ledger.dropped_again()), (0, 1));
}
