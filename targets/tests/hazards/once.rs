//! `broken-once`: tables that are built when they are first asked.

use crate::judged::found_wrong;
use crate::threads::together;
use proptest::prelude::*;
use squall_targets::containers::{DoubleChecked, OnceTable};
use squall_targets::workloads::once::{OnceOperation, OnceUnderTest, OnceWorkload};
use std::sync::atomic::{AtomicU64, Ordering};

const ENTRIES: usize = 32;

/// The steps are look-ups, and `None` to begin anew; the model is a lazily filled `Option`.
fn assert_like_an_option<T: OnceUnderTest>(steps: &[Option<usize>]) -> Result<(), TestCaseError> {
    let (mut table, mut model, mut built) = (T::unbuilt(ENTRIES), None, 0_u64);
    for step in steps {
        match *step {
            None => {
                table.clear();
                model = None;
            }
            Some(place) => {
                let values = |version: u64| (1..=ENTRIES as u64).map(|entry| entry * 1_000 + version).collect();
                let found = table.get(place, || {
                    built += 1;
                    values(built)
                });
                let model: &Vec<u64> = model.get_or_insert_with(|| values(built));
                prop_assert_eq!(found, model.get(place).copied());
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn tables_answer_like_a_lazy_option_when_used_by_one_thread(
        steps in prop::collection::vec(prop::option::weighted(0.9, 0..ENTRIES + 2), 0..100)
    ) {
        assert_like_an_option::<DoubleChecked>(&steps)?;
        assert_like_an_option::<OnceTable>(&steps)?;
    }
}

#[test]
fn a_once_table_is_built_once_and_seen_whole_by_all() {
    for _ in 0..200 {
        let (table, builds) = (OnceTable::new(), AtomicU64::new(0));
        let build = || {
            builds.fetch_add(1, Ordering::Relaxed);
            vec![7; ENTRIES]
        };
        together(|number| assert_eq!(table.get(number, build), Some(7)));
        assert_eq!(builds.into_inner(), 1);
    }
}

#[test]
fn whoever_asks_a_double_checked_table_while_it_is_built_builds_it_again() {
    let (table, builds) = (DoubleChecked::new(ENTRIES), AtomicU64::new(0));
    let build = || {
        builds.fetch_add(1, Ordering::Relaxed);
        vec![7; ENTRIES]
    };
    let meanwhile = || {
        assert_eq!(table.get(0, build), Some(7));
        build()
    };
    table.get(0, meanwhile);
    assert_eq!(builds.into_inner(), 2);
}

#[test]
fn a_build_that_panics_leaves_a_once_table_to_the_next() {
    let table = OnceTable::new();
    let broken = std::panic::AssertUnwindSafe(|| table.get(0, || panic!("no file")));
    assert!(std::panic::catch_unwind(broken).is_err());
    assert_eq!(table.get(0, || vec![1]), Some(1));
}

/// A once table that makes the mistake which its letter names.
struct Mistaken<const MISTAKE: char>(OnceTable);

impl<const MISTAKE: char> OnceUnderTest for Mistaken<MISTAKE> {
    const NAME: &'static str = "once.test";
    const SUMMARY: &'static str = "a table for tests";

    fn unbuilt(_: usize) -> Self {
        Self(OnceTable::new())
    }

    fn get(&self, place: usize, build: impl FnOnce() -> Vec<u64>) -> Option<u64> {
        let found = self.0.get(place, build);
        match MISTAKE {
            'h' if place % 2 == 1 => Some(0),
            _ => found,
        }
    }

    fn clear(&mut self) {
        if MISTAKE != 'k' {
            self.0.clear();
        }
    }
}

/// A table that is built for each look-up.
struct Rebuilt;

impl OnceUnderTest for Rebuilt {
    const NAME: &'static str = "once.test";
    const SUMMARY: &'static str = "a table for tests";

    fn unbuilt(_: usize) -> Self {
        Self
    }

    fn get(&self, place: usize, build: impl FnOnce() -> Vec<u64>) -> Option<u64> {
        build().get(place).copied()
    }

    fn clear(&mut self) {}
}

#[test]
fn the_oracles_of_tables_find_a_second_build_a_half_built_table_and_one_of_an_earlier_round() {
    let calls =
        || (0..40).map(|turn| (if turn % 10 == 9 { OnceOperation::Renew } else { OnceOperation::LookUp }, turn));
    assert_eq!(found_wrong::<OnceWorkload<OnceTable>>(calls()), Vec::<String>::new());
    assert_eq!(found_wrong::<OnceWorkload<Rebuilt>>(calls()), ["one_initialiser"]);
    assert_eq!(found_wrong::<OnceWorkload<Mistaken<'h'>>>(calls()), ["whole_table"]);
    assert_eq!(found_wrong::<OnceWorkload<Mistaken<'k'>>>(calls()), ["whole_table"]);
}
