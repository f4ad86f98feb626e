//! `lifetime`: elements and the region that they live in.

use crate::judged::complaints;
use crate::threads::together;
use proptest::prelude::*;
use squall_targets::containers::{DropLedger, EpochRegion, KeptRegion, OwnedRegion, POISON, Region};
use squall_targets::workloads::lifetime::{LifetimeOperation, LifetimeUnderTest, LifetimeWorkload};
use std::ops::Range;
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

/// All threads use and retire elements and run finalisers, while one replaces the region again and again.
fn assert_nothing_is_used_late_or_dropped_twice<R: LifetimeUnderTest>() {
    let ledger = Arc::new(DropLedger::default());
    let make = || Arc::new(R::build(0..ELEMENTS, &ledger));
    let current = Mutex::new(make());
    let replace = || std::mem::replace(&mut *current.lock().unwrap(), make()).close();
    let retired = ELEMENTS as usize / 2;
    together(|number| {
        for turn in 0..5_000 {
            if number == 0 {
                replace();
            } else {
                let place = ELEMENTS / 2 + turn % (ELEMENTS / 2);
                assert_eq!(R::apply(&current, |region| region.read(place as usize)), Some(place));
                R::apply(&current, |region| region.retire(retired));
                assert!(R::apply(&current, Region::finalise_next).is_none_or(|(_, first)| first));
            }
        }
    });
    replace();
    R::settle(&ledger, ELEMENTS);
    assert_eq!((ledger.left(), ledger.dropped_again()), (ELEMENTS, 0));
}

#[test]
fn a_repaired_region_outlives_its_container_and_drops_each_element_once() {
    assert_nothing_is_used_late_or_dropped_twice::<OwnedRegion>();
    assert_nothing_is_used_late_or_dropped_twice::<KeptRegion>();
    assert_nothing_is_used_late_or_dropped_twice::<EpochRegion>();
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

#[test]
fn a_region_that_is_freed_takes_the_place_of_the_finalisers_that_wait() {
    let ledger = Arc::new(DropLedger::default());
    let region = Region::new(0..ELEMENTS, &ledger);
    assert!((0..2).all(|_| region.retire(2)) && !region.retire(2));
    assert_eq!(region.finalise_next(), Some((0, true)));
    region.free();
    assert_eq!((region.finalise_next(), ledger.left(), ledger.dropped_again()), (None, 0, 0));
}

/// A region that makes the mistake which its letter names: it is freed before its use, its elements are dropped by their
/// finalisers twice, or it is never freed.
struct Mistaken<const MISTAKE: char>(Region);

impl<const MISTAKE: char> LifetimeUnderTest for Mistaken<MISTAKE> {
    const NAME: &'static str = "lifetime.test";
    const SUMMARY: &'static str = "a region for tests";

    fn build(values: Range<u64>, ledger: &Arc<DropLedger>) -> Self {
        Self(Region::new(values, ledger))
    }

    fn apply<R>(current: &Mutex<Arc<Self>>, apply: impl FnOnce(&Region) -> R) -> R {
        let found = Arc::clone(&current.lock().unwrap());
        match MISTAKE {
            'f' => found.0.free(),
            'd' => _ = found.0.drop_element(0),
            _ => {}
        }
        apply(&found.0)
    }

    fn close(&self) {
        if MISTAKE != 'k' {
            self.0.free();
        }
    }
}

#[test]
fn the_oracles_of_regions_find_late_uses_second_drops_and_leaks_and_accept_a_right_region() {
    let all =
        [LifetimeOperation::Retire, LifetimeOperation::Use, LifetimeOperation::Finalise, LifetimeOperation::Replace];
    let calls = || (0..40).map(move |turn: u64| (all[turn as usize % 4], turn));
    assert_eq!(complaints::<LifetimeWorkload<OwnedRegion>>(calls()), []);
    assert_eq!(complaints::<LifetimeWorkload<KeptRegion>>(calls()), []);
    assert_eq!(complaints::<LifetimeWorkload<EpochRegion>>(calls()), []);
    let late = complaints::<LifetimeWorkload<Mistaken<'f'>>>(calls());
    assert!(late[0].1.ends_with("was used after its region was freed"), "{late:?}");
    let twice = complaints::<LifetimeWorkload<Mistaken<'d'>>>(calls());
    assert_eq!(
        twice[0],
        ("dropped_once".to_owned(), "the finaliser of element 0 dropped what was dropped with its region".to_owned())
    );
    let leaked = complaints::<LifetimeWorkload<Mistaken<'k'>>>(calls());
    assert!(leaked[0].1.ends_with("elements are left instead of 64"), "{leaked:?}");
}
