//! `slab`: a key that lives is found with its own value, and one that is gone is found no more.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::tracked::Value;
use squall_targets::workloads::slab::{SlabParams, SlabUnderTest, SlabWorkload};
use std::sync::Mutex;

/// A slab behind a lock: places with generations, and a list of the free ones.
struct Planted<const MISTAKE: char> {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    places: Vec<(usize, Option<Value>)>,
    free: Vec<usize>,
}

const NONE: char = 'n';
const FORGETS_GENERATIONS: char = 'g';
const LOSES: char = 'l';
const LEAKS: char = 'k';
const SHIFT: u32 = 20;

impl State {
    fn find(&mut self, key: usize) -> Option<&mut (usize, Option<Value>)> {
        self.places.get_mut(key & ((1 << SHIFT) - 1)).filter(|(generation, _)| *generation == key >> SHIFT)
    }
}

impl<const MISTAKE: char> SlabUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "slab.test";
    const SUMMARY: &'static str = "a slab for tests";

    fn empty() -> Self {
        Self { state: Mutex::default() }
    }

    fn insert(&self, value: Value) -> Option<usize> {
        let mut state = self.state.lock().unwrap();
        let place = state.free.pop().unwrap_or_else(|| {
            state.places.push((0, None));
            state.places.len() - 1
        });
        state.places[place].1 = Some(value);
        Some(state.places[place].0 << SHIFT | place)
    }

    fn get<R>(&self, key: usize, look: impl FnOnce(&Value) -> R) -> Option<R> {
        self.state.lock().unwrap().find(key)?.1.as_ref().map(look)
    }

    fn remove(&self, key: usize) -> bool {
        self.take(key).is_some()
    }

    fn take(&self, key: usize) -> Option<Value> {
        let mut state = self.state.lock().unwrap();
        let place = state.find(key)?;
        let value = place.1.take()?;
        if MISTAKE != FORGETS_GENERATIONS {
            place.0 += 1;
        }
        state.free.push(key & ((1 << SHIFT) - 1));
        match MISTAKE {
            LOSES if key % 16 == 3 => None,
            LEAKS if key % 16 == 3 => {
                std::mem::forget(value.clone());
                Some(value)
            }
            _ => Some(value),
        }
    }
}

fn said<const MISTAKE: char>() -> Said {
    let params = SlabParams { round: 300 };
    drive::<SlabWorkload<Planted<MISTAKE>>>(&params, all::<SlabWorkload<Planted<MISTAKE>>>(), 3_000)
}

#[test]
fn a_correct_slab_is_called_so_by_all_oracles() {
    said::<NONE>().assert_clean(&["live_key", "stale_key", "drop_balance"]);
}

#[test]
fn a_key_that_comes_back_with_another_value_is_caught() {
    assert_caught(said::<FORGETS_GENERATIONS>, "stale_key", "was removed, and is found");
}

#[test]
fn a_live_key_that_is_not_found_is_caught() {
    assert_caught(said::<LOSES>, "live_key", "nothing is there");
}

#[test]
fn a_value_that_is_never_dropped_is_missed() {
    assert_caught(said::<LEAKS>, "drop_balance", "never dropped");
}
