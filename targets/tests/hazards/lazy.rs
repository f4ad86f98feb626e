//! `nil-versus-empty`: buffers that are allocated late.

use crate::threads::{THREADS, together};
use proptest::prelude::*;
use squall_targets::containers::{EagerBuffer, Full, LazyBuffer, OnceBuffer};
use squall_targets::workloads::buffer::{BufferUnderTest, RoundReport, Rounds};

const CAPACITY: usize = 20;

#[derive(Debug, Clone)]
enum Step {
    Append(u64),
    Read(usize),
    Relocate,
    Clear,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => any::<u64>().prop_map(Step::Append),
        4 => any::<usize>().prop_map(Step::Read),
        1 => Just(Step::Relocate),
        1 => Just(Step::Clear),
    ];
    prop::collection::vec(step, 0..100)
}

fn assert_like_a_vector<B: BufferUnderTest>(steps: &[Step]) -> Result<(), TestCaseError> {
    let (mut buffer, mut model) = (B::build(1, CAPACITY), Vec::new());
    for step in steps {
        match *step {
            Step::Append(element) => {
                let room = model.len() < CAPACITY;
                prop_assert_eq!(buffer.append(0, element), if room { Ok(()) } else { Err(Full) });
                model.extend(room.then_some(element));
            }
            Step::Read(place) => {
                let expected = place.checked_rem(model.len()).map(|place| model[place]);
                prop_assert_eq!(buffer.read(place), expected);
            }
            Step::Relocate => buffer.relocate(),
            Step::Clear => {
                buffer.clear();
                model.clear();
            }
        }
    }
    let mut held = Vec::new();
    buffer.for_each(|element| held.push(element));
    prop_assert_eq!(held, model);
    Ok(())
}

proptest! {
    #[test]
    fn lazy_and_eager_buffers_answer_like_a_vector_when_used_by_one_thread(steps in steps()) {
        assert_like_a_vector::<LazyBuffer>(&steps)?;
        assert_like_a_vector::<EagerBuffer>(&steps)?;
        assert_like_a_vector::<OnceBuffer>(&steps)?;
    }
}

fn assert_no_first_element_is_lost<B: BufferUnderTest>() {
    let rounds = Rounds::<B>::new(THREADS, 8);
    let clean = |report: RoundReport| assert!(report.is_clean(), "{report}");
    together(|number| (0..5_000).for_each(|_| rounds.append(number as u8, 1, clean)));
    clean(rounds.end_now());
}

#[test]
fn no_first_element_of_a_repaired_buffer_is_lost() {
    assert_no_first_element_is_lost::<EagerBuffer>();
    assert_no_first_element_is_lost::<OnceBuffer>();
}

#[test]
fn who_allocates_last_takes_the_first_one_s_elements_away() {
    let buffer = LazyBuffer::new(8);
    buffer.append_with(1, || buffer.append(2).unwrap()).unwrap();
    assert_eq!(buffer.buffer().unwrap().copied(), [1]);
    buffer.append(3).unwrap();
    assert_eq!(buffer.buffer().unwrap().copied(), [1, 3], "only the first elements are in danger");
}
