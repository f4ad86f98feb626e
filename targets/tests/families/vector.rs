//! `vector`: what was pushed stays in its place, and every walk shows it.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::tracked::Value;
use squall_targets::workloads::vector::{VectorParams, VectorUnderTest, VectorWorkload};
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A vector behind a lock that makes a mistake every now and then.
struct Planted<const MISTAKE: char> {
    elements: RwLock<Vec<Value>>,
    calls: AtomicU64,
}

const NONE: char = 'n';
const STOPS_EARLY: char = 's';
const SHOWS_TWICE: char = 't';
const MOVES: char = 'm';
const MISCOUNTS: char = 'c';
const LEAKS: char = 'k';

impl<const MISTAKE: char> Planted<MISTAKE> {
    fn errs(&self, mistake: char) -> bool {
        MISTAKE == mistake && self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(10)
    }
}

impl<const MISTAKE: char> VectorUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "vector.test";
    const SUMMARY: &'static str = "a vector for tests";

    fn empty() -> Self {
        Self { elements: RwLock::default(), calls: AtomicU64::new(0) }
    }

    fn push(&self, value: Value) -> usize {
        let mut elements = self.elements.write().unwrap();
        if self.errs(LEAKS) {
            std::mem::forget(value.clone());
        }
        elements.push(value);
        let place = elements.len() - 1;
        if self.errs(MOVES) {
            elements.swap(0, place);
        }
        place
    }

    fn get<R>(&self, place: usize, look: impl FnOnce(&Value) -> R) -> Option<R> {
        self.elements.read().unwrap().get(place).map(look)
    }

    fn for_each(&self, mut visit: impl FnMut(usize, &Value)) {
        let elements = self.elements.read().unwrap();
        let shown = if self.errs(STOPS_EARLY) { elements.len().saturating_sub(1) } else { elements.len() };
        elements[..shown].iter().enumerate().for_each(|(place, value)| visit(place, value));
        if self.errs(SHOWS_TWICE)
            && let Some(first) = elements.first()
        {
            visit(0, first);
        }
    }

    fn length(&self) -> usize {
        self.elements.read().unwrap().len() + usize::from(self.errs(MISCOUNTS))
    }
}

fn said<const MISTAKE: char>() -> Said {
    let params = VectorParams { round: 100 };
    drive::<VectorWorkload<Planted<MISTAKE>>>(&params, all::<VectorWorkload<Planted<MISTAKE>>>(), 2_000)
}

#[test]
fn a_correct_vector_is_called_so_by_all_oracles() {
    said::<NONE>().assert_clean(&["own_value", "stays_in_place", "whole_walk", "length", "drop_balance"]);
}

#[test]
fn a_walk_that_stops_early_or_shows_an_element_twice_is_caught() {
    assert_caught(said::<STOPS_EARLY>, "whole_walk", "of them were shown");
    assert_caught(said::<SHOWS_TWICE>, "whole_walk", "at place 0 instead of #");
}

#[test]
fn an_element_that_leaves_its_place_is_caught() {
    assert_caught(said::<MOVES>, "stays_in_place", " held a value written for key ");
}

#[test]
fn a_wrong_length_and_a_leak_are_caught() {
    assert_caught(said::<MISCOUNTS>, "length", "length ");
    assert_caught(said::<LEAKS>, "drop_balance", "never dropped");
}
