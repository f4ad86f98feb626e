//! The lives of values in a container: takes the operations on one whose values are all different, hands on when each value may have
//! come and gone, as far as a beginning of the history tells. The monitors of stacks and of priority queues decide from that, and
//! this module finds the first beginning that they refuse.
//!
//! Time is cut into slots by the events: slot `n` lies between event `n` and the next one. What takes effect in one slot can do so
//! in any order. One more slot comes after everything; there, what is never taken is taken, whatever the order asks for.
//!
//! Operations without an answer are treated as the monitor of queues treats them, because a value can be left out of these containers, too,
//! without taking anything from the others.

use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::search::Found;
use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use std::ops::RangeInclusive;

/// When one value may have come and gone, in slots.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) value: Value,
    pub(super) comes: RangeInclusive<u32>,
    pub(super) goes: RangeInclusive<u32>,
}

impl Life {
    /// When the value is certainly inside. Where it never is, it may go in the slot in which it came.
    pub(super) const fn inside(&self) -> RangeInclusive<u32> {
        *self.comes.end() + 1..=self.goes.start().saturating_sub(1)
    }
}

/// What a beginning of the history tells.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    pub(super) lives: Vec<Life>,
    /// In one slot of each of these, nothing was inside.
    pub(super) empty: Vec<RangeInclusive<u32>>,
    /// How many slots there are.
    pub(super) slots: u32,
}

/// An event that never came.
const NEVER: u32 = u32::MAX;

/// One operation, in events.
#[derive(Debug, Clone, Copy)]
struct Span {
    begins: u32,
    ends: u32,
}

/// All values with the operations on each.
struct Passage {
    value: Value,
    push: Span,
    /// The one that ended first comes first.
    pops: Vec<Span>,
}

/// A history as it can be cut off at any event.
struct Story {
    passages: Vec<Passage>,
    found_empty: Vec<Span>,
    /// The end of the first answer that tells of a value that nobody put there.
    from_nowhere: u32,
    events: u32,
    may_take_any: bool,
    /// The operations with an answer by the event that ended them.
    answers: Vec<(u32, u32)>,
}

/// Decides by a judge of beginnings; `None` if the history is none of those that can be decided so.
pub(super) fn decide(records: &[Record], is_explained: impl Fn(&Beginning) -> bool) -> Option<Found> {
    let story = Story::of(records)?;
    let whole = story.events - 1;
    let explains =
        |until: u32, taken_only: bool| story.until(until, taken_only).is_some_and(|beginning| is_explained(&beginning));
    if explains(whole, false) {
        return Some(Found::Order);
    }
    // What a removal without an answer may have taken may just as well never have been there.
    if story.may_take_any && explains(whole, true) {
        return None;
    }
    let place = first_refused(story.answers.len(), |place| explains(story.answers[place].0, story.may_take_any));
    Some(Found::None { operation: story.answers[place].1 as usize })
}

/// The first place that is refused, if all that come after a refused one are refused, too. Early ones cost less and are tried first.
pub(in crate::history) fn first_refused(places: usize, is_fine: impl Fn(usize) -> bool) -> usize {
    let mut fine = 0;
    let mut step = 64;
    while fine + step < places && is_fine(fine + step - 1) {
        fine += step;
        step *= 2;
    }
    let mut refused = (fine + step).min(places);
    while fine < refused {
        let middle = fine.midpoint(refused);
        if is_fine(middle) {
            fine = middle + 1;
        } else {
            refused = middle;
        }
    }
    fine.min(places - 1)
}

impl Story {
    /// The story of operations that are in the order of their invocations; `None` if a value is put there twice, or if there are other
    /// operations than putting and taking.
    fn of(records: &[Record]) -> Option<Self> {
        let spans = spans(records);
        let mut places = HashMap::<Value, usize, FixedState>::default();
        places.reserve(records.len() / 2);
        let mut passages: Vec<Passage> = Vec::with_capacity(records.len() / 2);
        for (record, push) in records.iter().zip(&spans).filter(|(record, _)| record.verb == Verb::Push) {
            let Entry::Vacant(place) = places.entry(record.argument) else { return None };
            if record.argument == Value::NULL {
                return None;
            }
            place.insert(passages.len());
            passages.push(Passage { value: record.argument, push: *push, pops: Vec::new() });
        }
        let mut story = Self {
            passages,
            found_empty: Vec::new(),
            from_nowhere: NEVER,
            events: 0,
            may_take_any: false,
            answers: Vec::new(),
        };
        for (record, span) in records.iter().zip(&spans).filter(|(record, _)| record.verb != Verb::Push) {
            match (record.verb, record.answer) {
                (Verb::Pop, None) => story.may_take_any = true,
                (Verb::Peek, None) => {}
                (Verb::Pop | Verb::Peek, Some(Value::NULL)) => story.found_empty.push(*span),
                (Verb::Pop, Some(value)) => match places.get(&value) {
                    Some(place) => story.passages[*place].pops.push(*span),
                    None => story.from_nowhere = story.from_nowhere.min(span.ends),
                },
                _ => return None,
            }
        }
        story.passages.iter_mut().for_each(|passage| passage.pops.sort_unstable_by_key(|pop| pop.ends));
        let answered = spans.iter().enumerate().filter(|(_, span)| span.ends != NEVER);
        story.answers = answered.map(|(number, span)| (span.ends, number as u32)).collect();
        story.answers.sort_unstable();
        story.events = (records.len() + story.answers.len()) as u32;
        Some(story)
    }

    /// What the story tells until an event; `None` if that is wrong already.
    fn until(&self, last: u32, taken_only: bool) -> Option<Beginning> {
        if self.from_nowhere <= last {
            return None;
        }
        let after_all = last + 1;
        let slots = |span: Span| span.begins..=if span.ends <= last { span.ends - 1 } else { after_all };
        let mut beginning = Beginning { slots: after_all + 1, ..Beginning::default() };
        for Passage { value, push, pops } in &self.passages {
            if pops.get(1).is_some_and(|again| again.ends <= last) {
                return None;
            }
            let pop = pops.first().filter(|pop| pop.ends <= last);
            if pop.is_some_and(|pop| pop.ends < push.begins) {
                return None;
            }
            let is_unknown = pop.is_none() && push.ends > last;
            if is_unknown || taken_only && pops.is_empty() {
                continue;
            }
            // Of several who wait for it, whoever asked first may have got it.
            let waiting = pops.iter().map(|pop| pop.begins).filter(|begins| *begins <= last).min();
            let goes = pop.map_or(waiting.unwrap_or(after_all)..=after_all, |pop| slots(*pop));
            beginning.lives.push(Life { value: *value, comes: slots(*push), goes });
        }
        let found_empty = self.found_empty.iter().filter(|found| found.ends <= last);
        beginning.empty = found_empty.map(|found| slots(*found)).collect();
        Some(beginning)
    }
}

/// The operations as places in the order of all their events.
fn spans(records: &[Record]) -> Vec<Span> {
    let mut events: Vec<(u32, u32)> = Vec::with_capacity(records.len() * 2);
    for (number, record) in records.iter().enumerate() {
        events.push((record.invocation, number as u32));
        if record.is_answered() {
            events.push((record.response, number as u32));
        }
    }
    events.sort_unstable();
    let mut spans = vec![Span { begins: NEVER, ends: NEVER }; records.len()];
    for (place, (_, number)) in events.into_iter().enumerate() {
        let span = &mut spans[number as usize];
        if span.begins == NEVER {
            span.begins = place as u32;
        } else {
            span.ends = place as u32;
        }
    }
    spans
}
