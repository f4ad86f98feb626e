//! Short scripts of queues, stacks and deques: a few elements are put in and taken out of one that is empty, nearly full, or at the
//! edge of a block, by threads that may wait for each other and give an end up.

use super::params::QueueParams;
use super::queue_under_test::{Discipline, End, Pop, Push, QueueUnderTest};
use super::workload::QueueOperation;
use crate::tracked::{PREFILL_WORKER, Value};
use crate::workloads::script::{At, Family, Next, Progress, drawable};
use squall_probe::script::Draw;
use std::time::Duration;

/// Containers of blocks go on to the next one after about so many elements; in one script of four, so many pass through first.
const PASSED: [u16; 6] = [15, 29, 30, 31, 62, 63];
const PASSED_ONE_IN: u64 = 4;
/// The capacities of containers that have one: small ones are full or empty all the time.
const CAPACITIES: [u64; 4] = [1, 2, 3, 4];
/// How many elements an unbounded container has before the threads begin, at most.
const THERE_MAX: usize = 3;
/// What is found at the end is at most so many elements.
const FOUND_MAX: usize = 20;
const ELEMENT_BITS: u32 = 6;
const ELEMENT_MASK: u128 = (1 << ELEMENT_BITS) - 1;
/// Where the number of elements stands in what is found, and the numbers that stand for something else.
const COUNT_SHIFT: u32 = FOUND_MAX as u32 * ELEMENT_BITS;
const TOO_MANY: u128 = 31;
const FOREIGN_FOUND: u128 = 30;
/// So often a consumer tries at the end that is told that another one is in the way.
const TRIES_MAX: usize = 1_000;
/// The bit of an element that was there before the threads began.
const FIRST: u8 = 1 << 5;
/// How many calls of one thread are told apart.
const PLACES: u8 = 8;

const ELEMENT: u16 = 1 << 11;
const LENGTH: u16 = 1 << 10;
const DONE: u16 = 0;
const FULL: u16 = 1;
const CLOSED: u16 = 2;
const EMPTY: u16 = 3;
const BUSY: u16 = 4;
const FOREIGN: u16 = 5;
const UNSAID: u16 = 6;
/// The thread has no end for that any more.
const ENDLESS: u16 = 7;
/// How long `send` and `receive` wait: the system makes more of it, and a script is to be run often.
const WAIT: Duration = Duration::from_micros(1);

/// Draws scripts of a queue.
pub struct QueueScripts<Q: QueueUnderTest> {
    params: Q::Params,
    weights: Vec<u32>,
    /// The ends that each of so many threads has, at the place of their number.
    ends: Vec<Vec<[bool; 2]>>,
}

impl<Q: QueueUnderTest> QueueScripts<Q> {
    /// Scripts of a queue with these parameters, whose operations have these weights.
    ///
    /// # Errors
    /// If no operation of a script is among them.
    pub fn new(params: &Q::Params, weights: &[u32], threads: u32) -> Result<Self, String> {
        let able = |operation| {
            !matches!(operation, QueueOperation::PushHeld | QueueOperation::PopHeld | QueueOperation::Renew)
        };
        let weights = drawable(Q::OPERATIONS, weights, able)?;
        let ends = (0..=threads as usize).map(|threads| Self::ends_of(params, threads)).collect();
        Ok(Self { params: params.clone(), weights, ends })
    }

    fn ends_of(params: &Q::Params, threads: usize) -> Vec<[bool; 2]> {
        let handles = if threads == 0 { Vec::new() } else { Q::open(params, threads) };
        handles.iter().map(|handle| [Q::has(handle, End::Producer), Q::has(handle, End::Consumer)]).collect()
    }
}

/// What a queue has gone through before the threads begin.
#[derive(Debug, Clone)]
pub struct QueueStart {
    capacity: Option<u64>,
    passed: u16,
    there: u8,
    ends: Vec<[bool; 2]>,
}

/// The elements, from front to back.
type Elements = Vec<u8>;

/// One call on a queue.
#[derive(Debug, Clone, Copy)]
pub struct QueueCall {
    operation: QueueOperation,
    /// The end that is given up, if one is.
    end: End,
}

/// What is in a queue, and which ends each thread has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Inside {
    elements: Elements,
    ends: Vec<[bool; 2]>,
}

impl Inside {
    /// Whether anybody has such an end.
    fn any(&self, end: End) -> bool {
        self.ends.iter().any(|ends| ends[end as usize])
    }

    fn thread_has(&self, thread: u8, end: End) -> bool {
        self.ends.get(usize::from(thread)).is_some_and(|ends| ends[end as usize])
    }
}

impl<Q: QueueUnderTest> Family for QueueScripts<Q> {
    type Call = QueueCall;
    type Start = QueueStart;
    type Object = ();
    type Part = Q::Handle;
    type State = Inside;

    fn draw_start(&self, draw: &mut Draw, threads: usize, calls: usize) -> QueueStart {
        let capacity = self.params.with_capacity(draw.one_of(CAPACITIES)).capacity();
        let passed = if draw.one_in(PASSED_ONE_IN) { draw.one_of(PASSED) } else { 0 };
        let room = FOUND_MAX.saturating_sub(calls);
        let there = match capacity {
            Some(capacity) => {
                let capacity = capacity as usize;
                draw.one_of([0, 0, 1.min(capacity), capacity.saturating_sub(1), capacity])
            }
            None => draw.between(0, THERE_MAX),
        };
        QueueStart { capacity, passed, there: there.min(room) as u8, ends: self.ends[threads].clone() }
    }

    /// A thread without the end that a call needs does what it can.
    fn draw_call(&self, draw: &mut Draw, thread: usize, start: &QueueStart) -> QueueCall {
        let [producer, consumer] = start.ends.get(thread).copied().unwrap_or([true; 2]);
        let operation = match Q::OPERATIONS[draw.weighted(&self.weights)] {
            QueueOperation::Push | QueueOperation::Send if !producer => QueueOperation::Pop,
            QueueOperation::Pop | QueueOperation::Receive if !consumer => QueueOperation::Push,
            operation => operation,
        };
        QueueCall { operation, end: draw.one_of([End::Producer, End::Consumer]) }
    }

    fn operation(&self, call: QueueCall) -> Option<usize> {
        Q::OPERATIONS.iter().position(|operation| *operation == call.operation)
    }

    fn fresh(&self, start: &QueueStart, threads: usize, parts: &mut Vec<Q::Handle>) {
        let params = start.capacity.map_or_else(|| self.params.clone(), |capacity| self.params.with_capacity(capacity));
        parts.extend(Q::open(&params, threads));
        let Some(producer) = parts.iter().position(|handle| Q::has(handle, End::Producer)) else { return };
        let Some(consumer) = parts.iter().rposition(|handle| Q::has(handle, End::Consumer)) else { return };
        for _ in 0..start.passed {
            let _ = Q::push(&mut parts[producer], Value::new(0, PREFILL_WORKER, 0));
            let _ = Q::pop(&mut parts[consumer]);
        }
        for number in 0..start.there {
            let _ = Q::push(&mut parts[producer], Value::new(0, PREFILL_WORKER, u64::from(number)));
        }
    }

    fn call(&self, at: At, call: QueueCall, (): &(), handle: &mut Q::Handle) -> u16 {
        let has = |handle: &Q::Handle, end| Q::has(handle, end);
        match call.operation {
            QueueOperation::Push | QueueOperation::Send if !has(handle, End::Producer) => ENDLESS,
            QueueOperation::Pop | QueueOperation::Receive if !has(handle, End::Consumer) => ENDLESS,
            QueueOperation::Push => pushed(at, |value| Q::push(handle, value)),
            QueueOperation::Send => pushed(at, |value| Q::send(handle, value, WAIT)),
            QueueOperation::Length => {
                Q::length(handle).map_or(UNSAID, |length| LENGTH | (length as u16).min(LENGTH - 1))
            }
            QueueOperation::HangUp => {
                Q::close(handle, call.end);
                if has(handle, call.end) { UNSAID } else { DONE }
            }
            QueueOperation::Receive => popped(Q::receive(handle, WAIT)),
            _ => popped(Q::pop(handle)),
        }
    }

    /// Takes out what is left, by the last thread that can: the others let go first.
    fn end(&self, _: &QueueStart, (): (), parts: &mut Vec<Q::Handle>) -> u128 {
        let Some(last) = parts.iter().rposition(|handle| Q::has(handle, End::Consumer)) else { return 0 };
        let mut handle = parts.swap_remove(last);
        parts.clear();
        let (mut found, mut count, mut tries) = (0, 0, 0);
        loop {
            match Q::pop(&mut handle) {
                Pop::Taken(value) => {
                    let Some(element) = element(&value) else { return FOREIGN_FOUND << COUNT_SHIFT };
                    if count == FOUND_MAX {
                        return TOO_MANY << COUNT_SHIFT;
                    }
                    found |= u128::from(element) << (count as u32 * ELEMENT_BITS);
                    count += 1;
                }
                Pop::Busy if tries < TRIES_MAX => tries += 1,
                Pop::Busy | Pop::Empty | Pop::Closed => return found | (count as u128) << COUNT_SHIFT,
            }
        }
    }

    fn begin(&self, start: &QueueStart) -> Inside {
        Inside { elements: (0..start.there).map(|number| FIRST | number).collect(), ends: start.ends.clone() }
    }

    fn explain(&self, start: &QueueStart, state: &Inside, at: At, call: QueueCall, answer: u16, _: u8) -> Next<Inside> {
        let unchanged = |fits: bool| if fits { vec![(state.clone(), Progress::Done)] } else { Vec::new() };
        match call.operation {
            QueueOperation::Push | QueueOperation::Send => explain_push(start, state, at, answer),
            QueueOperation::Length if answer == ENDLESS || answer == UNSAID => unchanged(true),
            // A queue that nobody will take anything from any more may drop what is in it.
            QueueOperation::Length if !state.any(End::Consumer) => unchanged(answer & LENGTH != 0),
            QueueOperation::Length => unchanged(answer == LENGTH | state.elements.len() as u16),
            QueueOperation::HangUp if answer == DONE => {
                let mut next = state.clone();
                if let Some(ends) = next.ends.get_mut(usize::from(at.thread)) {
                    ends[call.end as usize] = false;
                }
                vec![(next, Progress::Done)]
            }
            QueueOperation::HangUp => unchanged(answer == UNSAID),
            _ => explain_pop::<Q>(start, state, at, answer),
        }
    }

    fn explains_end(&self, start: &QueueStart, state: &Inside, end: u128) -> bool {
        let Some(found) = found(end) else { return false };
        let Some(last) = state.ends.iter().rposition(|ends| ends[1]) else { return found.is_empty() };
        let owns = start.ends[last][0];
        let mut left = state.elements.clone();
        let all_fit = found.into_iter().all(|element| {
            let next = taken_out(Q::DISCIPLINE, owns, &left, element);
            next.map(|next| left = next).is_some()
        });
        all_fit && left.is_empty()
    }

    fn is_foreign(&self, answer: u16) -> bool {
        answer == FOREIGN
    }

    fn tell_start(&self, start: &QueueStart) -> String {
        let mut told: Vec<String> = Vec::new();
        told.extend(start.capacity.map(|capacity| format!("room for {capacity}")));
        told.extend((start.passed > 0).then(|| format!("{} elements passed through", start.passed)));
        let names: Vec<String> = (0..start.there).map(|number| name(FIRST | number)).collect();
        told.extend((start.there > 0).then(|| format!("push {}", names.join(", "))));
        told.join("; ")
    }

    fn tell_call(&self, at: At, call: QueueCall) -> String {
        let told = squall_probe::Operation::name(call.operation);
        match (call.operation, call.end) {
            (QueueOperation::Push | QueueOperation::Send, _) => {
                format!("{told} {}", name(at.thread * PLACES + at.place))
            }
            (QueueOperation::HangUp, End::Producer) => format!("{told} producer"),
            (QueueOperation::HangUp, End::Consumer) => format!("{told} consumer"),
            _ => told.to_owned(),
        }
    }

    fn tell_answer(&self, _: QueueCall, answer: u16) -> String {
        match answer {
            DONE => "done".to_owned(),
            FULL => "full".to_owned(),
            CLOSED => "closed".to_owned(),
            EMPTY => "empty".to_owned(),
            BUSY => "busy".to_owned(),
            FOREIGN => "a foreign value".to_owned(),
            UNSAID => "unsaid".to_owned(),
            ENDLESS => "without that end".to_owned(),
            taken if taken & ELEMENT != 0 => name((taken & !ELEMENT) as u8),
            length => (length & !LENGTH).to_string(),
        }
    }

    fn tell_end(&self, end: u128) -> String {
        match (end >> COUNT_SHIFT, found(end)) {
            (_, Some(found)) if found.is_empty() => "empty".to_owned(),
            (_, Some(found)) => found.into_iter().map(name).collect::<Vec<_>>().join(", "),
            (FOREIGN_FOUND, None) => "a foreign value".to_owned(),
            _ => format!("more than {FOUND_MAX} elements"),
        }
    }

    fn reclaim(&self) {
        Q::reclaim();
    }
}

fn pushed(at: At, push: impl FnOnce(Value) -> Push) -> u16 {
    let own = at.thread * PLACES + at.place;
    let given_back = |value: &Value, answer| if element(value) == Some(own) { answer } else { FOREIGN };
    match push(Value::new(0, u32::from(at.thread), u64::from(at.place))) {
        Push::Done => DONE,
        Push::Full(value) => given_back(&value, FULL),
        Push::Closed(value) => given_back(&value, CLOSED),
    }
}

fn popped(pop: Pop) -> u16 {
    match pop {
        Pop::Taken(value) => element(&value).map_or(FOREIGN, |element| ELEMENT | u16::from(element)),
        Pop::Empty => EMPTY,
        Pop::Busy => BUSY,
        Pop::Closed => CLOSED,
    }
}

/// Nothing is put in once all consumers are gone, and nothing else is then said.
fn explain_push(start: &QueueStart, state: &Inside, at: At, answer: u16) -> Next<Inside> {
    let is_full = start.capacity.is_some_and(|capacity| state.elements.len() as u64 >= capacity);
    let (has_end, open) = (state.thread_has(at.thread, End::Producer), state.any(End::Consumer));
    let fits = match answer {
        ENDLESS => !has_end,
        DONE => has_end && open && !is_full,
        FULL => has_end && open && is_full,
        CLOSED => has_end && !open,
        _ => false,
    };
    let mut next = state.clone();
    if answer == DONE {
        next.elements.push(at.thread * PLACES + at.place);
    }
    if fits { vec![(next, Progress::Done)] } else { Vec::new() }
}

/// A queue without producers is closed once it is empty, and says so if it can.
fn explain_pop<Q: QueueUnderTest>(start: &QueueStart, state: &Inside, at: At, answer: u16) -> Next<Inside> {
    let (has_end, open) = (state.thread_has(at.thread, End::Consumer), state.any(End::Producer));
    let fits = match answer {
        ENDLESS => !has_end,
        BUSY => has_end,
        EMPTY => has_end && state.elements.is_empty() && (open || !Q::TELLS_CLOSED),
        CLOSED => has_end && state.elements.is_empty() && !open,
        _ => false,
    };
    if answer & ELEMENT != 0 {
        let owns = start.ends.get(usize::from(at.thread)).is_some_and(|ends| ends[0]);
        let Ok(taken) = u8::try_from(answer & !ELEMENT) else { return Vec::new() };
        let left = taken_out(Q::DISCIPLINE, owns, &state.elements, taken);
        return left.map(|left| (Inside { elements: left, ..state.clone() }, Progress::Done)).into_iter().collect();
    }
    if fits { vec![(state.clone(), Progress::Done)] } else { Vec::new() }
}

/// Which element a value is, if a call of the script can have put it in.
fn element(value: &Value) -> Option<u8> {
    let (writer, sequence) = (value.writer(), value.sequence());
    match writer {
        _ if !value.belongs_to(0) => None,
        PREFILL_WORKER => (sequence < u64::from(FIRST)).then_some(FIRST | sequence as u8),
        0..4 => (sequence < u64::from(PLACES)).then_some(writer as u8 * PLACES + sequence as u8),
        _ => None,
    }
}

/// The elements that are left once this one was taken out, if it was where it is taken out.
fn taken_out(discipline: Discipline, owns: bool, elements: &Elements, taken: u8) -> Option<Elements> {
    let place = match discipline {
        Discipline::FirstInFirstOut => (elements.first() == Some(&taken)).then_some(0),
        Discipline::LastInFirstOut => (elements.last() == Some(&taken)).then(|| elements.len() - 1),
        Discipline::OwnerLastThievesFirst if owns => (elements.last() == Some(&taken)).then(|| elements.len() - 1),
        Discipline::OwnerLastThievesFirst => (elements.first() == Some(&taken)).then_some(0),
        Discipline::Any => elements.iter().position(|element| *element == taken),
    };
    place.map(|place| {
        let mut left = elements.clone();
        left.remove(place);
        left
    })
}

/// The elements that were found at the end, in that order; nothing if it was too many or another value.
fn found(end: u128) -> Option<Vec<u8>> {
    let count = (end >> COUNT_SHIFT) as usize;
    let element = |place: usize| (end >> (place as u32 * ELEMENT_BITS) & ELEMENT_MASK) as u8;
    (count <= FOUND_MAX).then(|| (0..count).map(element).collect())
}

/// An element in words: which call put it in.
fn name(element: u8) -> String {
    if element & FIRST != 0 {
        return format!("#{}", element & !FIRST);
    }
    format!("t{}.{}", element / PLACES, element % PLACES + 1)
}
