//! Tests of the history area against a plain list of all that was asked and answered.

use super::history::{HistoryRecord, HistoryStart, HistoryView, Told, history_rank};
use super::layout::{Layout, Segment};
use crate::history::Verb;
use proptest::prelude::*;
use std::cell::Cell;
use std::sync::atomic::AtomicU64;

const SEED: u64 = 42;

fn segment(workers: usize, room: u64) -> Segment<'static> {
    let layout = Layout::new(workers, 1).unwrap().with_history(room);
    let words: Vec<AtomicU64> = (0..layout.bytes() / size_of::<u64>()).map(|_| AtomicU64::new(0)).collect();
    Segment::new(Vec::leak(words), layout).unwrap()
}

/// Workers that record, and beside each the list of all that it did.
struct Scene {
    views: Vec<HistoryView<'static>>,
    all: Vec<Vec<HistoryRecord>>,
    time: Cell<u64>,
}

/// What becomes of an operation.
#[derive(Debug, Clone, Copy)]
enum End {
    Answered,
    Broken,
    Withdrawn,
}

impl Scene {
    fn new(workers: usize, room: u64) -> Self {
        let segment = segment(workers, room);
        let views = (0..workers).map(|worker| segment.history(worker, SEED).unwrap()).collect();
        Self { views, all: vec![Vec::new(); workers], time: Cell::new(0) }
    }

    fn stamp(&self) -> u64 {
        self.time.set(self.time.get() + 1);
        self.time.get()
    }

    /// One operation, with as many others of the same worker inside.
    fn act(&mut self, worker: usize, object: u64, end: End, inside: u64) {
        let view = self.views[worker];
        if !matches!(end, End::Broken) || inside == 0 {
            view.begin_operation();
        }
        let number = self.time.get();
        let asked = |scene: &Self| {
            let records = view.records(object);
            records.then(|| view.ask(object, Verb::Insert, Some(number), || scene.stamp())).flatten()
        };
        let place = asked(self);
        let record = |invocation, answer| HistoryRecord {
            object,
            verb: Verb::Insert,
            argument: Some(number),
            invocation,
            answer,
        };
        let invocation = if place.is_some() { self.time.get() } else { self.stamp() };
        for inner in 0..inside {
            let place = view.records(inner).then(|| view.ask(inner, Verb::Read, None, || self.stamp())).flatten();
            let began = if place.is_some() { self.time.get() } else { self.stamp() };
            let ended = self.stamp();
            if let Some(place) = place {
                view.answer(place, Told::Nothing, ended);
            }
            let answer = Some((ended, Told::Nothing));
            let read = HistoryRecord { object: inner, verb: Verb::Read, argument: None, invocation: began, answer };
            self.all[worker].push(read);
        }
        let ended = self.stamp();
        match (end, place) {
            (End::Answered, Some(place)) => view.answer(place, Told::Number(number), ended),
            (End::Withdrawn, Some(place)) => view.withdraw(place),
            _ => {}
        }
        match end {
            End::Answered => self.all[worker].push(record(invocation, Some((ended, Told::Number(number))))),
            End::Broken => self.all[worker].push(record(invocation, None)),
            End::Withdrawn => {}
        }
    }

    /// What has to be there of a worker's operations, and what is.
    fn expected_and_found(&self, worker: usize) -> (Vec<HistoryRecord>, Vec<HistoryRecord>) {
        let cut = self.views.iter().filter_map(HistoryView::ended).min().unwrap_or(u64::MAX);
        let in_order = |mut records: Vec<HistoryRecord>| {
            records.retain(|record| record.invocation < cut);
            records.sort_by_key(|record| record.invocation);
            records
        };
        let view = self.views[worker];
        let counts = |record: &&HistoryRecord| view.records(record.object) || view.ended().is_some();
        let found: Vec<HistoryRecord> = view.recorded().collect();
        let objects: Vec<u64> =
            self.views.iter().flat_map(|view| view.recorded().map(|record| record.object)).collect();
        let lowest = objects.iter().map(|object| history_rank(SEED, *object)).min().unwrap_or(u64::MAX);
        let expected = self.all[worker].iter().filter(counts);
        let expected = expected.filter(|record| history_rank(SEED, record.object) >= lowest).copied().collect();
        (in_order(expected), in_order(found))
    }
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![8 => Just(End::Answered), 1 => Just(End::Broken), 1 => Just(End::Withdrawn)]
}

proptest! {
    #[test]
    fn what_is_kept_is_the_whole_history_of_some_objects(
        objects in 1_u64..40,
        room in 8_u64..80,
        operations in prop::collection::vec((0_usize..3, 0_u64..1_000, end(), 0_u64..3), 0..600),
    ) {
        let mut scene = Scene::new(3, room);
        for (worker, object, end, inside) in operations {
            scene.act(worker, object % objects, end, inside.min(objects));
        }
        for worker in 0..3 {
            let (expected, found) = scene.expected_and_found(worker);
            prop_assert_eq!(expected, found);
        }
    }
}

#[test]
fn many_objects_leave_some_of_them_whole_to_the_end() {
    let mut scene = Scene::new(2, 1_000);
    for number in 0..100_000 {
        scene.act(number % 2, number as u64 % 500, End::Answered, 0);
    }
    assert!(scene.views.iter().all(|view| view.ended().is_none() && !view.is_whole()));
    for worker in 0..2 {
        let (expected, found) = scene.expected_and_found(worker);
        assert_eq!(expected, found);
        assert!(found.len() > 200, "{} operations were kept", found.len());
        assert!(found.last().unwrap().invocation > 190_000, "the last operations are there");
    }
}

#[test]
fn a_single_object_that_does_not_fit_is_kept_from_the_beginning_until_it_ends() {
    let mut scene = Scene::new(2, 100);
    for number in 0..1_000 {
        scene.act(number % 2, 7, End::Answered, 0);
    }
    assert!(scene.views.iter().all(|view| view.ended().is_some()));
    for worker in 0..2 {
        let (expected, found) = scene.expected_and_found(worker);
        assert_eq!(expected, found);
        assert!(found.len() > 80, "{} operations were kept", found.len());
    }
}

#[test]
fn a_segment_without_histories_has_none_and_a_start_is_told() {
    assert!(segment(1, 0).history(0, SEED).is_none());
    let segment = segment(2, 16);
    let start = HistoryStart { capacity: Some(0), first: Some((Verb::Insert, 0)) };
    segment.history(0, SEED).unwrap().set_start(start);
    assert_eq!(segment.history(1, SEED).unwrap().start(), start);
}
