//! Tracking sees what a container does wrong to its keys and values, and nothing where it does right.
//!
//! The accounts are the process's own, so these tests take turns. What is broken here is modelled by its bits: a broken
//! container copies, keeps or overwrites the bits of an instance, and that is all that the oracles are to see.

use proptest::prelude::*;
use squall_probe::Oracle;
use squall_targets::tracked::{
    Balance, Key, Kind, Life, Misuse, Value, in_callback, reclaim_all, settle, take_misuses, watch,
};
use squall_targets::workloads::judge::Judge;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

fn my_turn() -> MutexGuard<'static, ()> {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = take_misuses();
    turn
}

/// What is told of the misuses since the last look, as "again" for double drops and "after" for all else.
fn told() -> Vec<(&'static str, String)> {
    let kind = |misuse: &Misuse| if misuse.is_double_drop() { "again" } else { "after" };
    take_misuses().told.iter().map(|misuse| (kind(misuse), misuse.to_string())).collect()
}

#[test]
fn a_map_that_is_used_and_dropped_leaves_the_balance_as_it_was() {
    let _turn = my_turn();
    let before = Balance::now();
    let mut map = HashMap::new();
    for number in 0..10_000 {
        map.insert(Key::new(number % 100), Value::new(number % 100, 0, number));
    }
    assert_eq!(Balance::now().alive, before.alive + 200);
    map.retain(|key, value| value.belongs_to(key.number()) && key.number() < 50);
    let copies: Vec<_> = map.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    assert_eq!(Balance::now().alive, before.alive + 200);
    drop((map, copies));
    let after = Balance::now();
    assert_eq!((after.alive, after.made - before.made), (before.alive, 20_100));
    assert_eq!(told(), []);
}

#[test]
fn a_leak_is_counted_and_named() {
    let _turn = my_turn();
    let before = Balance::now();
    std::mem::forget(Value::new(417, 0, 0));
    let after = Balance::now();
    assert_eq!((after.alive, after.made), (before.alive + 1, before.made + 1));
    assert!(format!("{after:?}").contains("a value of key 417"), "{after:?}");
}

#[test]
fn an_instance_that_is_dropped_twice_is_told_wherever_its_copy_lies() {
    let _turn = my_turn();
    let first = Life::begin(Kind::Value, 7);
    let copy = Life::from_bits(first.bits());
    first.end();
    copy.end();
    assert_eq!(told(), [("again", "dropped again; its slot last held a value of key 7".to_owned())]);
}

#[test]
fn a_double_drop_is_told_when_its_slot_has_a_new_holder_who_is_left_alone() {
    let _turn = my_turn();
    let gone = Life::begin(Kind::Value, 7);
    gone.end();
    let next = Life::begin(Kind::Key, 8);
    gone.end();
    gone.used("read");
    let kinds: Vec<_> = told().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["again", "after"]);
    next.used("read");
    next.end();
    assert_eq!(told(), []);
}

#[test]
fn a_use_after_the_drop_is_told_with_what_was_done() {
    let _turn = my_turn();
    let life = Life::begin(Kind::Key, 9);
    life.end();
    life.used("cloned");
    assert_eq!(told(), [("after", "cloned after its drop; its slot last held key 9".to_owned())]);
}

#[test]
fn freed_and_zeroed_memory_is_told_from_an_instance() {
    let _turn = my_turn();
    for bits in [0, 0xDEDE_DEDE_DEDE_DEDE, u64::MAX] {
        Life::from_bits(bits).used("read");
        Life::from_bits(bits).end();
        let told = told();
        assert_eq!(told.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["after", "after"], "{bits:x}");
        assert!(told[0].1.contains("never made"), "{told:?}");
    }
}

#[test]
fn instances_that_are_made_here_and_dropped_there_keep_their_slots_apart() {
    let _turn = my_turn();
    let before = Balance::now();
    std::thread::scope(|scope| {
        for pair in 0..2 {
            let (give, take) = sync_channel::<(u64, Value)>(1_000);
            scope.spawn(move || {
                (0..50_000).for_each(|number| give.send((number, Value::new(number, pair, number))).expect("sent"));
            });
            scope.spawn(move || take.iter().for_each(|(number, value)| assert!(value.belongs_to(number))));
        }
    });
    let after = Balance::now();
    assert_eq!((after.alive, after.made - before.made), (before.alive, 100_000));
    assert_eq!(told(), []);
}

#[test]
fn a_panic_in_a_callback_excuses_leaks_and_nothing_else() {
    let _turn = my_turn();
    let before = Balance::now();
    let unwound = std::panic::catch_unwind(|| in_callback(|| std::panic::panic_any("injected")));
    assert!(unwound.is_err());
    std::mem::forget(Key::new(3));
    let after = Balance::now();
    assert_eq!((after.callback_panics, after.leaked()), (before.callback_panics + 1, 0));
    let life = Life::begin(Kind::Key, 1);
    life.end();
    life.end();
    assert_eq!(told().len(), 1);
}

/// How much each oracle looked at, and how much of it was wrong.
#[derive(Default)]
struct Counts(HashMap<&'static str, (u64, u64)>);

impl Counts {
    fn of(&self, oracle: &str) -> (u64, u64) {
        self.0.get(oracle).copied().unwrap_or_default()
    }
}

impl Judge for Counts {
    fn expect(&mut self, oracle: Oracle, holds: bool, detail: impl FnOnce() -> String) {
        self.expect_none(oracle, 1, u64::from(!holds), detail);
    }

    fn expect_none(&mut self, oracle: Oracle, checked: u64, wrong: u64, _: impl FnOnce() -> String) {
        let counts = self.0.entry(oracle.name()).or_default();
        counts.0 += checked;
        counts.1 += wrong;
    }
}

#[test]
fn a_step_looks_at_nothing_and_the_settling_at_every_instance_that_was_made() {
    let _turn = my_turn();
    drop(Key::new(1));
    let mut counts = Counts::default();
    watch(&mut counts);
    assert_eq!(counts.of("no_use_after_drop"), (0, 0));
    settle(&mut counts);
    assert_eq!(counts.of("no_use_after_drop"), (Balance::now().made, 0));
}

#[test]
fn misuses_too_many_to_be_told_are_counted_all_the_same() {
    let _turn = my_turn();
    let life = Life::begin(Kind::Key, 9);
    life.end();
    let misuse = || {
        (0..300).for_each(|_| life.used("read"));
        life.end();
    };
    misuse();
    let taken = take_misuses();
    assert_eq!((taken.told.len(), taken.more_uses, taken.more_double_drops), (256, 44, 1));
    let mut counts = Counts::default();
    misuse();
    watch(&mut counts);
    assert_eq!(counts.of("no_use_after_drop"), (256, 256));
    settle(&mut counts);
    assert_eq!(counts.of("no_use_after_drop").1, 300);
    assert!(counts.of("drop_balance").1 >= 1);
    assert_eq!(take_misuses().more_double_drops, 0, "what is reported is reported once");
}

#[test]
fn drops_that_were_put_off_are_asked_for_as_long_as_they_come() {
    let _turn = my_turn();
    let before = Balance::now().alive;
    let put_off = RefCell::new((0..1_000).map(Key::new).collect::<Vec<_>>());
    reclaim_all(|| drop(put_off.borrow_mut().pop()));
    assert_eq!(Balance::now().alive, before);
    let _held = Key::new(1);
    reclaim_all(|| ());
}

proptest! {
    /// A model: what is held, and what was given back. Every use of the one is silent, of the other told.
    #[test]
    fn uses_are_told_exactly_when_the_instance_is_not_alive(steps in prop::collection::vec((0..3_u8, 0..64_usize), 1..200)) {
        let _turn = my_turn();
        let (mut alive, mut gone): (Vec<Life>, Vec<Life>) = (Vec::new(), Vec::new());
        for (step, place) in steps {
            match step {
                0 => alive.push(Life::begin(Kind::Value, place as u64)),
                1 if !alive.is_empty() => {
                    let life = alive.swap_remove(place % alive.len());
                    life.end();
                    gone.push(life);
                }
                _ => {
                    alive.iter().for_each(|life| life.used("read"));
                    prop_assert_eq!(take_misuses().told.len(), 0);
                    gone.iter().for_each(|life| life.used("read"));
                    prop_assert_eq!(take_misuses().told.len(), gone.len());
                }
            }
        }
        alive.iter().for_each(Life::end);
    }
}
