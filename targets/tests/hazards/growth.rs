//! `growth-moves`: growing buffers.

use crate::judged::{complaints, found_wrong};
use crate::threads::{THREADS, together};
use proptest::prelude::*;
use squall_targets::containers::{FixedBuffer, Full, GrowingBuffer, POISON, SegmentedVector, VersionedBuffer};
use squall_targets::workloads::growth::{GrowthOperation, GrowthUnderTest, GrowthWorkload};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const CAPACITY: usize = 100;

#[derive(Debug, Clone)]
enum Step {
    Append(u64),
    Write(usize, u64),
    Read(usize),
    Relocate,
    Clear,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (element, place) = (1..POISON, 0..CAPACITY + 20);
    let step = prop_oneof![
        30 => element.clone().prop_map(Step::Append),
        10 => (place.clone(), element).prop_map(|(place, element)| Step::Write(place, element)),
        10 => place.prop_map(Step::Read),
        3 => Just(Step::Relocate),
        1 => Just(Step::Clear),
    ];
    prop::collection::vec(step, 0..300)
}

fn append_to_model(model: &mut Vec<u64>, element: u64) -> Result<usize, Full> {
    if model.len() == CAPACITY {
        return Err(Full);
    }
    model.push(element);
    Ok(model.len() - 1)
}

/// Places beyond the length are read and written by no workload, and so are left out.
fn assert_like_vector<B: GrowthUnderTest>(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (mut buffer, mut model) = (B::build(CAPACITY), Vec::new());
    for step in steps {
        match step {
            Step::Append(element) => {
                prop_assert_eq!(buffer.append(element), append_to_model(&mut model, element));
            }
            Step::Write(place, element) if place < model.len() => {
                buffer.write(place, element);
                model[place] = element;
            }
            Step::Read(place) if place < model.len() => prop_assert_eq!(buffer.read(place), Some(model[place])),
            Step::Write(..) | Step::Read(_) => {}
            Step::Relocate => buffer.relocate(),
            Step::Clear => {
                buffer.clear();
                model.clear();
            }
        }
    }
    let held: Vec<_> = (0..model.len()).filter_map(|place| buffer.read(place)).collect();
    prop_assert_eq!(held, model);
    Ok(())
}

proptest! {
    #[test]
    fn the_growing_buffer_answers_like_a_vector_when_used_by_one_thread(steps in steps()) {
        assert_like_vector::<GrowingBuffer>(steps)?;
    }

    #[test]
    fn the_versioned_buffer_answers_like_a_vector(steps in steps()) {
        assert_like_vector::<VersionedBuffer>(steps)?;
    }

    #[test]
    fn the_fixed_buffer_answers_like_a_vector(steps in steps()) {
        assert_like_vector::<FixedBuffer>(steps)?;
    }

    #[test]
    fn the_segmented_vector_answers_like_a_vector(steps in steps()) {
        assert_like_vector::<SegmentedVector>(steps)?;
    }
}

/// Every thread appends, overwrites and reads back its own places, while the elements are moved again and again.
fn assert_nothing_is_lost_by_moves<B: GrowthUnderTest>() {
    const APPENDS: usize = 2_000;
    let (buffer, done) = (B::build(THREADS * APPENDS), AtomicBool::new(false));
    let work = |number: usize| {
        let element = |index: usize, version: usize| (number << 40 | index << 8 | version) as u64 + 1;
        let places: Vec<_> = (0..APPENDS).map(|index| buffer.append(element(index, 0)).unwrap()).collect();
        for version in 1..10 {
            for (index, place) in places.iter().enumerate() {
                buffer.write(*place, element(index, version));
                assert_eq!(buffer.read(*place), Some(element(index, version)), "place {place}");
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                buffer.relocate();
                std::thread::yield_now();
            }
        });
        together(work);
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn no_write_is_lost_by_the_versioned_buffer_however_often_it_moves() {
    assert_nothing_is_lost_by_moves::<VersionedBuffer>();
}

#[test]
fn no_write_is_lost_by_buffers_that_never_move() {
    assert_nothing_is_lost_by_moves::<FixedBuffer>();
    assert_nothing_is_lost_by_moves::<SegmentedVector>();
}

#[test]
fn a_write_through_an_old_address_is_lost_and_a_read_is_poison() {
    let buffer = GrowingBuffer::new(CAPACITY);
    (1..=8).for_each(|element| _ = buffer.append(element).unwrap());
    let old = buffer.address();
    buffer.append(9).unwrap();
    assert_eq!(buffer.read_at(old, 3), Some(POISON));
    buffer.write_at(old, 3, 77);
    assert_eq!(buffer.read(3), Some(4));
    assert_eq!(buffer.address().generation(), old.generation() + 1);
}

/// A buffer that makes the mistake which its letter names: it loses every third write, or shows poison at every third place.
struct Mistaken<const MISTAKE: char>(FixedBuffer, AtomicUsize);

impl<const MISTAKE: char> GrowthUnderTest for Mistaken<MISTAKE> {
    const NAME: &'static str = "growth.test";
    const SUMMARY: &'static str = "a buffer for tests";

    fn build(capacity: usize) -> Self {
        Self(FixedBuffer::new(capacity), AtomicUsize::new(0))
    }

    fn append(&self, element: u64) -> Result<usize, Full> {
        self.0.append(element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        match MISTAKE {
            'p' if place.is_multiple_of(3) => Some(POISON),
            'n' if place.is_multiple_of(3) => None,
            _ => self.0.read(place),
        }
    }

    fn write(&self, place: usize, element: u64) {
        if MISTAKE != 'l' || !self.1.fetch_add(1, Ordering::Relaxed).is_multiple_of(3) {
            self.0.write(place, element);
        }
    }

    fn relocate(&self) {}

    fn clear(&mut self) {
        self.0.clear();
    }
}

fn uses() -> impl Iterator<Item = (GrowthOperation, u64)> {
    let operation =
        |turn: u64| [GrowthOperation::Append, GrowthOperation::Write, GrowthOperation::Read][turn as usize % 3];
    (0..90).map(move |turn| (operation(turn), turn))
}

#[test]
fn the_oracles_of_growing_buffers_find_lost_writes_and_dead_elements_and_accept_a_right_buffer() {
    assert_eq!(found_wrong::<GrowthWorkload<SegmentedVector>>(uses()), Vec::<String>::new());
    assert_eq!(found_wrong::<GrowthWorkload<Mistaken<'l'>>>(uses()), ["own_writes"]);
    assert_eq!(found_wrong::<GrowthWorkload<Mistaken<'n'>>>(uses()), ["live_element", "own_writes"]);
    let told = complaints::<GrowthWorkload<Mistaken<'p'>>>(uses());
    assert!(told.iter().all(|(_, detail)| detail.contains("poison: the elements have moved away")), "{told:?}");
    assert_eq!(told.len(), 2);
}
