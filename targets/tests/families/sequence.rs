//! `sequence`: what is put in comes out at its place, once, also after panics, and what is forgotten on purpose is no leak.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::tracked::Value;
use squall_targets::workloads::sequence::{SequenceParams, SequenceUnderTest, SequenceWorkload, sequence_calls};

/// A vector that makes a mistake. Everything else is done by the adapter's own ways, so that these are tried, too.
struct Planted<const MISTAKE: char>(Vec<Value>);

const NONE: char = 'n';
const LOSES: char = 'l';
const TURNS_ROUND: char = 't';
const MISCOUNTS: char = 'm';
const LEAKS: char = 'k';
const KEEPS_TOO_MUCH: char = 'r';

impl<const MISTAKE: char> SequenceUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "sequence.test";
    const SUMMARY: &'static str = "a sequence for tests";

    sequence_calls! { new iter }

    fn push(&mut self, value: Value) -> Result<(), Value> {
        match MISTAKE {
            TURNS_ROUND if self.0.len() == 7 => self.0.insert(6, value),
            LOSES if self.0.len() == 7 => {}
            LEAKS if self.0.len() == 7 => {
                std::mem::forget(value.clone());
                self.0.push(value);
            }
            _ => self.0.push(value),
        }
        Ok(())
    }

    fn pop(&mut self) -> Option<Value> {
        self.0.pop()
    }

    fn length(&self) -> usize {
        self.0.len() + usize::from(MISTAKE == MISCOUNTS && self.0.len() == 7)
    }

    fn truncate(&mut self, length: usize) {
        self.0.truncate(if MISTAKE == KEEPS_TOO_MUCH { length.max(1) } else { length });
    }
}

fn said<const MISTAKE: char>() -> Said {
    let params = SequenceParams { round: 200, length: 12, ..SequenceParams::default() };
    drive::<SequenceWorkload<Planted<MISTAKE>>>(&params, all::<SequenceWorkload<Planted<MISTAKE>>>(), 5_000)
}

#[test]
fn a_correct_sequence_is_called_so_by_all_oracles_whether_it_is_shared_or_not() {
    let oracles = ["own_value", "same_content", "each_once"];
    said::<NONE>().assert_clean(&oracles);
    let params = SequenceParams { shared: true, ..SequenceParams::default() };
    let shared = drive::<SequenceWorkload<Planted<NONE>>>(&params, all::<SequenceWorkload<Planted<NONE>>>(), 5_000);
    shared.assert_clean(&oracles);
}

#[test]
fn an_element_that_is_lost_is_missed() {
    assert_caught(said::<LOSES>, "same_content", " instead of [");
}

#[test]
fn elements_in_a_wrong_order_are_named() {
    assert_caught(said::<TURNS_ROUND>, "same_content", " instead of [");
}

#[test]
fn a_length_that_does_not_fit_is_named() {
    assert_caught(said::<MISCOUNTS>, "same_content", "length 8: ");
}

#[test]
fn an_element_that_outlives_a_truncation_is_named() {
    assert_caught(said::<KEEPS_TOO_MUCH>, "same_content", "length 1: ");
}

#[test]
fn an_element_that_is_never_dropped_is_missed() {
    assert_caught(said::<LEAKS>, "drop_balance", "never dropped");
}
