//! `table`: what is put in is found under its key, once, also after panics, and what is forgotten on purpose is no leak.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::tracked::{Key, Value};
use squall_targets::workloads::table::{TableParams, TableUnderTest, TableWorkload, table_calls};
use std::collections::BTreeMap;

/// A map that makes a mistake. Everything else is done by the adapter's own ways, so that these are tried, too.
struct Planted<const MISTAKE: char>(BTreeMap<Key, Value>);

const NONE: char = 'n';
const LOSES: char = 'l';
const MIXES_KEYS: char = 'm';
const REMOVES_NOTHING: char = 'r';
const HIDES: char = 'h';
const LEAKS: char = 'k';

impl<const MISTAKE: char> TableUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "table.test";
    const SUMMARY: &'static str = "a map for tests";

    table_calls! { new iter len }

    fn insert(&mut self, key: Key, value: Value) -> Option<Value> {
        match MISTAKE {
            LOSES if key.number() == 7 => None,
            MIXES_KEYS if key.number() == 7 => self.0.insert(Key::new(8), value),
            LEAKS if key.number() == 7 => {
                std::mem::forget(value.clone());
                self.0.insert(key, value)
            }
            _ => self.0.insert(key, value),
        }
    }

    fn get(&self, key: &Key) -> Option<&Value> {
        if MISTAKE == HIDES && key.number() == 7 { None } else { self.0.get(key) }
    }

    fn remove(&mut self, key: &Key) -> Option<Value> {
        if MISTAKE == REMOVES_NOTHING && key.number() == 7 { self.0.get(key).cloned() } else { self.0.remove(key) }
    }
}

fn said<const MISTAKE: char>() -> Said {
    let params = TableParams { round: 200, length: 12, ..TableParams::default() };
    // A map that removes nothing is never drained.
    let operations = if MISTAKE == REMOVES_NOTHING {
        &all::<TableWorkload<Planted<MISTAKE>>>()[..4]
    } else {
        all::<TableWorkload<Planted<MISTAKE>>>()
    };
    drive::<TableWorkload<Planted<MISTAKE>>>(&params, operations, 5_000)
}

#[test]
fn a_correct_map_is_called_so_by_all_oracles_whether_it_is_shared_or_not() {
    let oracles = ["own_value", "same_content", "each_once"];
    said::<NONE>().assert_clean(&oracles);
    let params = TableParams { shared: true, ..TableParams::default() };
    let shared = drive::<TableWorkload<Planted<NONE>>>(&params, all::<TableWorkload<Planted<NONE>>>(), 5_000);
    shared.assert_clean(&oracles);
}

#[test]
fn an_entry_that_is_lost_hidden_or_left_is_named() {
    assert_caught(said::<LOSES>, "same_content", " instead of {");
    assert_caught(said::<HIDES>, "same_content", "key 7: None instead of Some");
    assert_caught(said::<REMOVES_NOTHING>, "same_content", " instead of {");
}

#[test]
fn a_value_under_another_key_and_a_leak_are_caught() {
    assert_caught(said::<MIXES_KEYS>, "own_value", "key 8 held a value written for key 7");
    assert_caught(said::<LEAKS>, "drop_balance", "never dropped");
}
