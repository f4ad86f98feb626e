//! A queue or a bag whose values are all different. A queue by its bad patterns (Henzinger, Sezgin and Vafeiadis, "Aspect-oriented
//! linearizability proofs", 2013): a history in which every operation ended is explained by some order if, and only if,
//!
//! - no value is dequeued that was not enqueued before, and none twice;
//! - no value is dequeued while an older one stays: one whose enqueue ended before the other's began, and whose dequeue begins
//!   after the other's ended, or never;
//! - at some moment of each dequeue that found nothing, no value is certainly inside: enqueued, and its dequeue not yet begun.
//!
//! A bag is explained if the first and the last of these hold: without an order of the values, the second asks for nothing.
//!
//! Operations without an answer: an enqueue has happened if its value was dequeued, at any time after it began; otherwise it is left out,
//! which they allow, because taking a value out that nobody gets takes nothing from the others. A dequeue may be left out; if the
//! history is wrong without it, it is wrong anyway if it is wrong without all the values that it might have taken. Between the two
//! the search decides.

use crate::history::kind::Verb;
use crate::history::record::{NEVER, Record};
use crate::history::search::Found;
use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// A value on its way through the queue.
struct Passage {
    enqueue: u32,
    dequeue: Option<u32>,
    /// The latest beginning of a dequeue among the values whose enqueue had ended when this one's began.
    oldest_stays_until: u32,
    /// The same among those that are dequeued at all.
    oldest_taken_at: u32,
}

/// What is wrong first: when it shows, and at which operation.
#[derive(Default)]
struct First(Option<(u32, u32)>);

impl First {
    fn note(&mut self, records: &[Record], number: u32) {
        let wrong = (records[number as usize].response, number);
        self.0 = Some(self.0.map_or(wrong, |first| first.min(wrong)));
    }
}

/// Decides the history of a queue; `None` if it is none of those that can be decided so.
pub(in crate::history) fn queue(records: &[Record]) -> Option<Found> {
    decided(records, true)
}

/// Decides the history of a bag; `None` if it is none of those that can be decided so.
pub(in crate::history) fn bag(records: &[Record]) -> Option<Found> {
    decided(records, false)
}

fn decided(records: &[Record], oldest_first: bool) -> Option<Found> {
    let mut certain = First::default();
    let mut passages = passages(records, &mut certain)?;
    let mut otherwise = First::default();
    sweep(records, &mut passages, &mut certain, &mut otherwise);
    for passage in passages.iter().filter(|_| oldest_first) {
        let Some(dequeue) = passage.dequeue else { continue };
        let ended = records[dequeue as usize].response;
        if passage.oldest_taken_at > ended {
            certain.note(records, dequeue);
        } else if passage.oldest_stays_until > ended {
            otherwise.note(records, dequeue);
        }
    }
    let may_take_any = records.iter().any(|record| record.verb == Verb::Pop && !record.is_answered());
    let first = match (certain.0, otherwise.0) {
        (Some(certain), Some(otherwise)) if !may_take_any => Some(certain.min(otherwise)),
        (Some(certain), _) => Some(certain),
        (None, Some(_)) if may_take_any => return None,
        (None, otherwise) => otherwise,
    };
    Some(first.map_or(Found::Order, |(_, number)| Found::None { operation: number as usize }))
}

/// The values with their operations; `None` if a value is enqueued twice, or if there are other operations.
fn passages(records: &[Record], wrong: &mut First) -> Option<Vec<Passage>> {
    let mut passages = Vec::with_capacity(records.len() / 2);
    let mut places = HashMap::<Value, u32, FixedState>::default();
    places.reserve(records.len() / 2);
    for (number, record) in records.iter().enumerate().filter(|(_, record)| record.verb == Verb::Push) {
        let Entry::Vacant(place) = places.entry(record.argument) else { return None };
        if record.argument == Value::NULL {
            return None;
        }
        place.insert(passages.len() as u32);
        let enqueue = number as u32;
        passages.push(Passage { enqueue, dequeue: None, oldest_stays_until: 0, oldest_taken_at: 0 });
    }
    for (number, record) in records.iter().enumerate().filter(|(_, record)| record.verb != Verb::Push) {
        let number = number as u32;
        match record.answer {
            _ if record.verb != Verb::Pop => return None,
            None | Some(Value::NULL) => {}
            Some(value) => match places.get(&value).map(|place| &mut passages[*place as usize]) {
                None => wrong.note(records, number),
                Some(passage) if record.is_before(&records[passage.enqueue as usize]) => wrong.note(records, number),
                Some(passage) => match passage.dequeue {
                    None => passage.dequeue = Some(number),
                    Some(other) => {
                        let later = if records[other as usize].response > record.response { other } else { number };
                        wrong.note(records, later);
                    }
                },
            },
        }
    }
    Some(passages)
}

/// What happens at a moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    EnqueueBegins(u32),
    EnqueueEnds(u32),
    DequeueBegins(u32),
    FoundNothing(u32),
}

/// How many values are certainly inside, and when that was last nought.
#[derive(Default)]
struct Inside {
    count: u32,
    empty_until: u32,
}

impl Inside {
    fn enter(&mut self, now: u32) {
        if self.count == 0 {
            self.empty_until = now;
        }
        self.count += 1;
    }

    fn was_empty_since(&self, begun: u32) -> bool {
        self.count == 0 || self.empty_until > begun
    }
}

/// Goes through time once.
fn sweep(records: &[Record], passages: &mut [Passage], certain: &mut First, otherwise: &mut First) {
    let (mut all, mut taken) = (Inside::default(), Inside::default());
    let (mut stays_until, mut taken_at) = (0, 0);
    for (now, moment) in moments(records, passages) {
        match moment {
            Moment::EnqueueBegins(place) => {
                let passage = &mut passages[place as usize];
                (passage.oldest_stays_until, passage.oldest_taken_at) = (stays_until, taken_at);
            }
            Moment::EnqueueEnds(place) => {
                let dequeue = passages[place as usize].dequeue.map(|number| records[number as usize].invocation);
                stays_until = stays_until.max(dequeue.unwrap_or(NEVER));
                taken_at = taken_at.max(dequeue.unwrap_or(0));
                if dequeue.is_none_or(|begins| begins > now) {
                    all.enter(now);
                    if dequeue.is_some() {
                        taken.enter(now);
                    }
                }
            }
            // A dequeue that begins before its enqueue has ended is of a value that was never certainly inside.
            Moment::DequeueBegins(place) if records[passages[place as usize].enqueue as usize].response < now => {
                all.count -= 1;
                taken.count -= 1;
            }
            Moment::DequeueBegins(_) => {}
            Moment::FoundNothing(number) => {
                let begun = records[number as usize].invocation;
                if !taken.was_empty_since(begun) {
                    certain.note(records, number);
                } else if !all.was_empty_since(begun) {
                    otherwise.note(records, number);
                }
            }
        }
    }
}

/// All moments that matter, in the order of time.
fn moments(records: &[Record], passages: &[Passage]) -> Vec<(u32, Moment)> {
    let mut moments = Vec::with_capacity(passages.len() * 3);
    for (place, passage) in passages.iter().enumerate() {
        let (place, enqueue) = (place as u32, &records[passage.enqueue as usize]);
        moments.push((enqueue.invocation, Moment::EnqueueBegins(place)));
        if enqueue.is_answered() {
            moments.push((enqueue.response, Moment::EnqueueEnds(place)));
        }
        if let Some(dequeue) = passage.dequeue {
            moments.push((records[dequeue as usize].invocation, Moment::DequeueBegins(place)));
        }
    }
    let found_nothing = |record: &Record| record.verb == Verb::Pop && record.answer == Some(Value::NULL);
    for (number, record) in records.iter().enumerate().filter(|(_, record)| found_nothing(record)) {
        moments.push((record.response, Moment::FoundNothing(number as u32)));
    }
    moments.sort_unstable_by_key(|(time, _)| *time);
    moments
}
