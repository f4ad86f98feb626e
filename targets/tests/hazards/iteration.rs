//! `iterate-while-mutating`: sequences that are walked while they change.

use crate::threads::together;
use proptest::prelude::*;
use squall_targets::containers::{Full, LiveSequence, LockedSequence, POISON, Snapshot};
use squall_targets::workloads::iteration::{Accounts, Seen, SequenceUnderTest};

const LENGTH_MAX: usize = 16;

#[derive(Debug, Clone)]
enum Step {
    Transfer(u64),
    Grow(u64),
    Truncate(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<u64>().prop_map(Step::Transfer),
        4 => any::<u64>().prop_map(Step::Grow),
        1 => any::<u64>().prop_map(Step::Truncate),
    ];
    prop::collection::vec(step, 0..100)
}

fn apply(accounts: Accounts, elements: &mut Vec<u64>, step: &Step) {
    match *step {
        Step::Transfer(key) => accounts.transfer(elements, key),
        Step::Grow(key) => accounts.grow(elements, key),
        Step::Truncate(key) => accounts.truncate(elements, key),
    }
}

fn held<S: SequenceUnderTest>(sequence: &S) -> Vec<u64> {
    let mut held = Vec::new();
    sequence.for_each(|element| held.push(element));
    held
}

fn seen(elements: &[u64]) -> Seen {
    let mut seen = Seen::default();
    elements.iter().for_each(|element| seen.add(*element));
    seen
}

fn assert_like_a_vector<S: SequenceUnderTest>(steps: &[Step]) -> Result<(), TestCaseError> {
    let accounts = Accounts::new(LENGTH_MAX);
    let mut model = accounts.open();
    let sequence = S::build(&model, LENGTH_MAX);
    for step in steps {
        sequence.change(|elements| apply(accounts, elements, step));
        apply(accounts, &mut model, step);
        prop_assert_eq!(&held(&sequence), &model);
        prop_assert!(seen(&model).is_whole(), "the rules keep the sum");
    }
    Ok(())
}

proptest! {
    #[test]
    fn sequences_answer_like_a_vector_when_used_by_one_thread(steps in steps()) {
        assert_like_a_vector::<LiveSequence>(&steps)?;
        assert_like_a_vector::<LockedSequence>(&steps)?;
        assert_like_a_vector::<Snapshot<Vec<u64>>>(&steps)?;
    }
}

fn assert_every_walk_is_of_one_moment<S: SequenceUnderTest>() {
    let accounts = Accounts::new(LENGTH_MAX);
    let sequence = S::build(&accounts.open(), LENGTH_MAX);
    together(|number| {
        for key in 0..3_000 {
            match number {
                0 => sequence.change(|elements| accounts.transfer(elements, key)),
                1 if key % 10 == 0 => sequence.change(|elements| accounts.truncate(elements, key)),
                1 => sequence.change(|elements| accounts.grow(elements, key)),
                _ => assert!(seen(&held(&sequence)).is_whole()),
            }
        }
    });
}

#[test]
fn every_walk_over_a_repaired_sequence_is_of_one_moment() {
    assert_every_walk_is_of_one_moment::<LockedSequence>();
    assert_every_walk_is_of_one_moment::<Snapshot<Vec<u64>>>();
}

#[test]
fn a_walk_over_a_sequence_that_is_cut_off_meanwhile_sees_poison() {
    let sequence = LiveSequence::new(&[1, 2, 3, 4], 4);
    let mut walked = Vec::new();
    sequence.for_each(|element| {
        if walked.is_empty() {
            sequence.change(|elements| elements.truncate(3)).unwrap();
        }
        walked.push(element);
    });
    assert_eq!(walked, [1, 2, 3, POISON]);
    assert!(!seen(&walked).is_whole() && seen(&walked).poison == 1);
}

#[test]
fn a_change_beyond_the_room_is_refused_and_changes_nothing() {
    let sequence = LiveSequence::new(&[1, 2], 2);
    assert_eq!(sequence.change(|elements| elements.push(3)), Err(Full));
    assert_eq!(held(&sequence), [1, 2]);
}
