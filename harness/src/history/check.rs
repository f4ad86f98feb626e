//! Judges a whole history: splits it into objects, judges each by itself on all cores, the largest first, and merges what was found.

use super::kind::HistoryModel;
use super::order::Order;
use super::part::{Object, judge};
use super::record::{History, Record};
use super::search::{Budget, Found};
use super::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use squall_model::Verdict;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Fewer operations are judged sooner than a thread is started.
const OPERATIONS_WORTH_A_THREAD: usize = 512;

/// What a check may use, and what it has to know beside the history.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// How many situations may be looked at; any number if left out.
    pub situations_max: Option<u64>,
    /// How long it may take; any time if left out.
    pub time_max: Option<Duration>,
    /// What each object holds at first; `null`, 0 for a counter, if left out.
    pub initial: Option<Value>,
    /// How much each object can hold, if it is bounded.
    pub capacity: Option<u32>,
    /// Which order of the operations an explanation has to keep.
    pub order: Order,
}

/// What a check came to.
#[derive(Debug)]
pub struct Judgement {
    /// Whether some order explains every object's history.
    pub verdict: Verdict,
    /// How long the decision took, without reading.
    pub took: Duration,
    /// How many situations were looked at.
    pub explored: u64,
    /// How many objects there are.
    pub objects: usize,
    /// How many of them could not be decided.
    pub undecided: usize,
    /// How many of them no order explains.
    pub wrong: usize,
    /// The operation that cannot be placed, if there is one.
    pub failure: Option<Failure>,
}

/// An operation that cannot be placed.
#[derive(Debug)]
pub struct Failure {
    /// The operation: its answer is the first in its object's history that no order reaches.
    pub operation: Record,
    /// The operations of its object that may explain its answer, in the order of their invocations: those that had begun by
    /// then, or all if real time does not count.
    pub history: Vec<Record>,
}

impl Settings {
    pub(super) fn object(&self, model: HistoryModel) -> Object {
        Object { model, initial: self.initial.unwrap_or(Value::NULL), capacity: self.capacity, order: self.order }
    }
}

impl History {
    /// Judges the history.
    #[must_use]
    pub fn check(&self, settings: &Settings) -> Judgement {
        let start = Instant::now();
        let deadline = settings.time_max.and_then(|time| start.checked_add(time));
        let budget = Budget::new(settings.situations_max.unwrap_or(u64::MAX), deadline);
        let (grouped, starts) = self.objects();
        let objects: Vec<&[Record]> = starts.windows(2).map(|bounds| &grouped[bounds[0]..bounds[1]]).collect();
        let found = judge_all(&objects, |records| judge(settings.object(self.model), records, &self.values, &budget));
        let wrong = found.iter().filter_map(|(object, found)| match found {
            Found::None { operation } => Some((*object, objects[*object][*operation])),
            _ => None,
        });
        let count_wrong = wrong.clone().count();
        let failure = wrong.min_by_key(|(_, operation)| operation.response);
        let undecided = found.iter().filter(|(_, found)| *found == Found::GaveUp).count();
        let has_answer = self.records.iter().any(Record::is_answered);
        let verdict = match (&failure, undecided) {
            (Some(_), _) => Verdict::Fail,
            (None, 0) if has_answer => Verdict::Pass,
            (None, _) => Verdict::Inconclusive,
        };
        let (took, explored) = (start.elapsed(), budget.spent());
        let failure = failure.map(|(object, operation)| Failure {
            operation,
            history: concerned(objects[object], &operation, settings.order),
        });
        Judgement { verdict, took, explored, objects: objects.len(), undecided, wrong: count_wrong, failure }
    }

    /// The operations grouped by object, each group in the order of invocations; and where the groups begin, with the end.
    fn objects(&self) -> (Vec<Record>, Vec<usize>) {
        let mut numbers = HashMap::<(Value, Value), u32, FixedState>::default();
        let of_set = self.model == HistoryModel::Set;
        let mut sizes: Vec<usize> = Vec::new();
        let number_of = |record: &Record| {
            let element = if of_set { record.argument } else { Value::NULL };
            let new = sizes.len() as u32;
            let number = *numbers.entry((record.key, element)).or_insert(new);
            if number == new {
                sizes.push(0);
            }
            sizes[number as usize] += 1;
            number
        };
        let object_of: Vec<u32> = self.records.iter().map(number_of).collect();
        let mut starts: Vec<usize> = Vec::with_capacity(sizes.len() + 1);
        starts.push(0);
        for size in &sizes {
            starts.push(starts.last().copied().unwrap_or(0) + size);
        }
        let mut places = starts.clone();
        let mut grouped = self.records.clone();
        for (record, object) in self.records.iter().zip(object_of) {
            let place = &mut places[object as usize];
            grouped[*place] = *record;
            *place += 1;
        }
        (grouped, starts)
    }
}

/// What an order of everything up to an answer may contain: what had begun by then, or all if real time does not count.
fn concerned(records: &[Record], operation: &Record, order: Order) -> Vec<Record> {
    let may_count = |record: &&Record| order == Order::Program || record.invocation < operation.response;
    records.iter().filter(may_count).copied().collect()
}

/// Judges the objects on all cores, the largest first; hands on those that no order explains, and those that were given up.
fn judge_all(objects: &[&[Record]], judge: impl Fn(&[Record]) -> Found + Sync) -> Vec<(usize, Found)> {
    let mut largest_first: Vec<usize> = (0..objects.len()).collect();
    largest_first.sort_by_key(|object| std::cmp::Reverse(objects[*object].len()));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(object) = largest_first.get(next.fetch_add(1, Ordering::Relaxed)) {
            match judge(objects[*object]) {
                Found::Order => {}
                other => found.push((*object, other)),
            }
        }
        found
    };
    let operations: usize = objects.iter().map(|records| records.len()).sum();
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(objects.len());
    let helpers = if operations < OPERATIONS_WORTH_A_THREAD { 0 } else { cores.saturating_sub(1) };
    thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
        let mut found = work();
        for helper in helpers {
            match helper.join() {
                Ok(more) => found.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        found
    })
}
