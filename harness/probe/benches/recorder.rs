//! What recording an operation costs: the clock, and the slot with its counters, histogram and flight ring.
//!
//! Each row does a thousand operations; divide its time by a thousand.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use squall_model::segment::{Layout, Segment, SlotView};
use squall_model::{Outcome, Phase};
use squall_probe::{__private::Recorder, Told, Verb};
use std::sync::atomic::AtomicU64;
use std::time::Instant;

const OPERATIONS: u64 = 1_000;

fn main() {
    squall_probe::calibrate_clock();
    divan::main();
}

fn slot() -> SlotView<'static> {
    let layout = Layout::new(1, 4).expect("a small layout");
    let words: Vec<AtomicU64> = (0..layout.bytes() / 8).map(|_| AtomicU64::new(0)).collect();
    Segment::new(Vec::leak(words), layout).expect("the words fit the layout").slot(0)
}

#[divan::bench]
fn clock_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        for _ in 0..OPERATIONS {
            black_box(squall_probe::now_nanos());
        }
    });
}

#[divan::bench]
fn instant_now_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        for _ in 0..OPERATIONS {
            black_box(Instant::now());
        }
    });
}

/// As a worker's loop does it: one clock read for each operation, whose end is the next one's beginning.
#[divan::bench]
fn recorded_operation(bencher: Bencher<'_, '_>) {
    let slot = slot();
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        let mut start = squall_probe::now_nanos();
        for key in 0..OPERATIONS {
            let operation = (key & 3) as usize;
            slot.begin(operation, key, start);
            let end = squall_probe::now_nanos();
            slot.finish(Phase::Fault, black_box(operation), key, Outcome::Ok, start, end - start);
            start = end;
        }
    });
}

/// Half of a worker's room, as many operations as fit before anything has to leave the record.
const RECORDED: u64 = 32_000;

/// What an operation costs more whose question and answer are recorded: two stamps, a fence, and the record. The record is begun
/// anew for each sample.
#[divan::bench(sample_count = 20)]
fn question_and_answer_recorded(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(RECORDED))
        .with_inputs(|| Recorder::new(0).expect("a small layout"))
        .bench_local_values(|recorder| {
            record(&recorder, RECORDED);
            recorder
        });
}

/// The same if the record is full again and again, and objects leave it.
#[divan::bench(sample_count = 20)]
fn question_and_answer_with_room_made(bencher: Bencher<'_, '_>) {
    const OPERATIONS: u64 = 1_000_000;
    bencher
        .counter(ItemsCount::new(OPERATIONS))
        .with_inputs(|| Recorder::new(0).expect("a small layout"))
        .bench_local_values(|recorder| {
            record(&recorder, OPERATIONS);
            recorder
        });
}

/// What it costs if the object is none of those that are recorded.
#[divan::bench]
fn question_of_an_object_that_left(bencher: Bencher<'_, '_>) {
    let recorder = Recorder::new(0).expect("a small layout");
    record(&recorder, 4_000_000);
    let unrecorded = (0..).find(|object| !recorder.keeps(*object)).expect("some object has left");
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        for number in 0..OPERATIONS {
            let question = recorder.ask(black_box(unrecorded), Verb::Insert, Some(number));
            recorder.answer(question, Told::Done);
        }
    });
}

/// What it costs if no history is recorded.
#[divan::bench]
fn question_without_a_record(bencher: Bencher<'_, '_>) {
    let recorder = Recorder::without();
    bencher.counter(ItemsCount::new(OPERATIONS)).bench_local(|| {
        for number in 0..OPERATIONS {
            let question = recorder.ask(black_box(number), Verb::Insert, Some(number));
            recorder.answer(question, Told::Done);
        }
    });
}

fn record(recorder: &Recorder, operations: u64) {
    for number in 0..operations {
        let question = recorder.ask(black_box(number % 1_000), Verb::Insert, Some(number));
        recorder.answer(question, Told::Number(black_box(number)));
    }
}
