//! `late`: a cell gets its value once, shows it to all, and answers as it says.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::tracked::Value;
use squall_targets::workloads::late::{
    AfterPanic, CELL, LAZY, LateOperation, LateParams, LateUnderTest, LateWorkload, Make,
};
use std::sync::{LazyLock, OnceLock, RwLock};

/// A cell that makes a mistake.
struct Planted<const MISTAKE: char> {
    value: OnceLock<Value>,
    second: RwLock<Option<Value>>,
}

const NONE: char = 'n';
const MAKES_TWICE: char = 't';
const SHOWS_ANOTHER: char = 'a';
const FORGETS: char = 'f';
const SWALLOWS: char = 's';
const LEAKS: char = 'k';

impl<const MISTAKE: char> LateUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "late.test";
    const SUMMARY: &'static str = "a cell for tests";
    const OPERATIONS: &'static [LateOperation] = CELL;

    fn new(_: Make) -> Self {
        Self { value: OnceLock::new(), second: RwLock::default() }
    }

    fn get(&self, look: impl FnOnce(&Value)) -> bool {
        match self.value.get() {
            Some(_) if MISTAKE == FORGETS => false,
            Some(value) => {
                look(self.second.read().unwrap().as_ref().unwrap_or(value));
                true
            }
            None => false,
        }
    }

    fn get_or_init(&self, make: impl FnOnce() -> Value, look: impl FnOnce(&Value)) {
        if MISTAKE == MAKES_TWICE && self.value.get().is_none() {
            let made = make();
            return look(self.value.get_or_init(|| made));
        }
        look(self.value.get_or_init(make));
    }

    fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<Value, E>, look: impl FnOnce(&Value)) -> Result<(), E> {
        // A test's initialisers do not fail.
        let mut failed = None;
        let made = self.value.get_or_init(|| match make() {
            Ok(value) => value,
            Err(error) => {
                failed = Some(error);
                unreachable!("no fault is armed")
            }
        });
        if MISTAKE != SWALLOWS {
            look(made);
        }
        failed.map_or(Ok(()), Err)
    }

    fn set(&self, value: Value) -> Result<(), Value> {
        match self.value.set(value) {
            Err(value) if MISTAKE == SHOWS_ANOTHER => {
                let back = value.clone();
                *self.second.write().unwrap() = Some(value);
                Err(back)
            }
            Err(value) if MISTAKE == LEAKS => {
                std::mem::forget(value.clone());
                Err(value)
            }
            answer => answer,
        }
    }
}

/// A lazy value that is poisoned by a panic, or claims to be without one.
struct PlantedLazy<const REFUSES: bool>(LazyLock<Value, Make>);

impl<const REFUSES: bool> LateUnderTest for PlantedLazy<REFUSES> {
    const NAME: &'static str = "late.test_lazy";
    const SUMMARY: &'static str = "a lazy value for tests";
    const OPERATIONS: &'static [LateOperation] = LAZY;
    const AFTER_PANIC: AfterPanic = AfterPanic::Poisoned;

    fn new(make: Make) -> Self {
        Self(LazyLock::new(make))
    }

    fn force(&self, look: impl FnOnce(&Value)) {
        if REFUSES {
            // Without the hook, which belongs to the test.
            std::panic::resume_unwind(Box::new("poisoned"));
        }
        look(LazyLock::force(&self.0));
    }
}

fn said<const MISTAKE: char>(operations: &[LateOperation]) -> Said {
    drive::<LateWorkload<Planted<MISTAKE>>>(&LateParams { round: 200 }, operations, 20_000)
}

#[test]
fn correct_cells_are_called_so_by_all_oracles() {
    let oracles = ["own_value", "one_initialiser", "same_value", "stays", "answers", "drop_balance"];
    let cell: Vec<_> = all::<LateWorkload<Planted<NONE>>>().iter().filter(|one| CELL.contains(one)).copied().collect();
    said::<NONE>(&cell).assert_clean(&oracles);
    let lazy = drive::<LateWorkload<PlantedLazy<false>>>(&LateParams { round: 200 }, LAZY, 20_000);
    lazy.assert_clean(&["own_value", "one_initialiser", "same_value", "answers", "drop_balance"]);
}

#[test]
fn a_value_that_is_made_by_two_or_replaced_or_forgotten_is_named() {
    use LateOperation::{Get, GetOrInit, Set};
    assert_caught(|| said::<MAKES_TWICE>(&[GetOrInit]), "one_initialiser", "a cell was given 2 values");
    assert_caught(|| said::<SHOWS_ANOTHER>(&[Set, Get]), "same_value", "a cell showed its value #");
    assert_caught(|| said::<FORGETS>(&[Get, GetOrInit]), "stays", "a cell is empty that had a value");
    assert_caught(|| said::<LEAKS>(&[Set]), "drop_balance", "never dropped");
}

#[test]
fn an_answer_that_is_none_or_a_refusal_without_reason_is_named() {
    assert_caught(|| said::<SWALLOWS>(&[LateOperation::GetOrTryInit]), "answers", "the answer was a value");
    let refusing = || drive::<LateWorkload<PlantedLazy<true>>>(&LateParams { round: 200 }, LAZY, 200);
    assert_caught(refusing, "answers", "had not panicked said `poisoned`");
}
