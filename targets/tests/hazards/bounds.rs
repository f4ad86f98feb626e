//! `slice-bounds`: lists that shrink.

use crate::threads::together;
use proptest::prelude::*;
use squall_targets::containers::{OutOfBounds, ShrinkingList};
use squall_targets::workloads::bounds::{BoundsUnderTest, Checked, Snapshotted, Unchecked};

#[derive(Debug, Clone)]
enum Step {
    Push,
    Truncate(usize),
    Tail(usize),
}

const LENGTH_MAX: usize = 30;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let length = 0..LENGTH_MAX + 5;
    let step = prop_oneof![
        8 => Just(Step::Push),
        1 => length.clone().prop_map(Step::Truncate),
        4 => length.prop_map(Step::Tail),
    ];
    prop::collection::vec(step, 0..200)
}

fn assert_like_a_vector<L: BoundsUnderTest>(steps: &[Step]) -> Result<(), TestCaseError> {
    let (list, mut length) = (L::build(), 0);
    for step in steps {
        match *step {
            Step::Push => {
                list.push(LENGTH_MAX);
                length = LENGTH_MAX.min(length + 1);
            }
            Step::Truncate(to) => {
                list.truncate(to);
                length = length.min(to);
            }
            Step::Tail(count) => prop_assert_eq!(list.tail(count).map(|tail| tail.len()), Ok(length.min(count))),
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn lists_answer_like_a_vector_when_used_by_one_thread(steps in steps()) {
        assert_like_a_vector::<Unchecked>(&steps)?;
        assert_like_a_vector::<Checked>(&steps)?;
        assert_like_a_vector::<Snapshotted>(&steps)?;
    }

    #[test]
    fn a_slice_has_what_a_vector_s_has_and_refuses_what_it_refuses(length in 0..20_usize, start in 0..25_usize, count in 0..10_usize) {
        let (list, model): (_, Vec<u64>) = (ShrinkingList::new(), (0..length as u64).collect());
        model.iter().for_each(|element| list.push(*element));
        let end = start + count;
        let expected = model.get(start..end).map(<[u64]>::to_vec).ok_or(OutOfBounds { start, end, length });
        prop_assert_eq!(list.slice(start..end), expected);
    }
}

fn assert_tails_are_whole_or_refused<L: BoundsUnderTest>() {
    let list = L::build();
    (0..4).for_each(|_| list.push(LENGTH_MAX));
    together(|number| {
        for turn in 0..5_000 {
            match number {
                0 => list.truncate(4),
                1 => list.push(LENGTH_MAX),
                _ => match list.tail(turn % 4 + 1) {
                    Ok(tail) => assert_eq!(tail.len(), turn % 4 + 1),
                    Err(bounds) => assert!(bounds.end > bounds.length, "{bounds}"),
                },
            }
        }
    });
}

#[test]
fn repaired_lists_show_a_whole_tail_or_refuse_it_truly() {
    assert_tails_are_whole_or_refused::<Checked>();
    assert_tails_are_whole_or_refused::<Snapshotted>();
}
