//! `queue`: what goes in comes out, once and in order, and no queue says what cannot be.

use crate::driver::{Said, assert_caught, drive, drive_alone};
use squall_targets::tracked::Value;
use squall_targets::workloads::queue::{
    BoundedParams, End, Ends, Pop, Push, QueueOperation, QueueUnderTest, QueueWorkload,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// A queue behind a lock, closed by the count of its ends, that makes a mistake every now and then.
struct Shared {
    elements: VecDeque<Value>,
    calls: u64,
    capacity: usize,
    producers: Arc<()>,
    consumers: Arc<()>,
}

#[derive(Clone)]
struct Handle(Arc<Mutex<Shared>>, Ends<Arc<()>, Arc<()>>);

/// The mistakes, as letters: the queue makes the one that it is named for.
struct Planted<const MISTAKE: char>;

const NONE: char = 'n';
const LOSES: char = 'l';
const DOUBLES: char = 'd';
const TURNS_ROUND: char = 't';
const IS_FULL_EARLY: char = 'f';
const IS_EMPTY_EARLY: char = 'e';
const MISCOUNTS: char = 'm';
const CLOSES_EARLY: char = 'c';
const NEVER_CLOSES: char = 'x';
const LEAKS: char = 'k';
const MIXES_ROUNDS: char = 'r';
const IS_NEVER_FULL: char = 'u';
/// How often a mistake is made.
const EVERY: u64 = 20;

impl<const MISTAKE: char> QueueUnderTest for Planted<MISTAKE> {
    type Params = BoundedParams;
    type Handle = Handle;
    const NAME: &'static str = "queue.test";
    const SUMMARY: &'static str = "a queue for tests";
    const TELLS_CLOSED: bool = true;

    fn open(params: &BoundedParams, workers: usize) -> Vec<Handle> {
        let (producers, consumers) = (Arc::new(()), Arc::new(()));
        let ends = Ends::for_all(Arc::clone(&producers), Arc::clone(&consumers), workers);
        let (elements, capacity) = (VecDeque::new(), params.capacity as usize);
        let shared = Arc::new(Mutex::new(Shared { elements, calls: 0, capacity, producers, consumers }));
        ends.into_iter().map(|ends| Handle(Arc::clone(&shared), ends)).collect()
    }

    fn push(handle: &mut Handle, value: Value) -> Push {
        let mut shared = handle.0.lock().unwrap();
        shared.calls += 1;
        let (wrong, full) = (shared.calls.is_multiple_of(EVERY), shared.elements.len() == shared.capacity);
        match MISTAKE {
            _ if Arc::strong_count(&shared.consumers) == 1 => return Push::Closed(value),
            _ if full && MISTAKE != IS_NEVER_FULL => return Push::Full(value),
            LOSES if wrong => drop(value),
            LEAKS if wrong => std::mem::forget(value),
            DOUBLES if wrong && shared.elements.len() + 1 < shared.capacity => {
                shared.elements.push_back(value.clone());
                shared.elements.push_back(value);
            }
            TURNS_ROUND if wrong => shared.elements.push_front(value),
            IS_FULL_EARLY if shared.elements.len() == shared.capacity / 2 => return Push::Full(value),
            CLOSES_EARLY if wrong => return Push::Closed(value),
            _ => shared.elements.push_back(value),
        }
        Push::Done
    }

    fn pop(handle: &mut Handle) -> Pop {
        let mut shared = handle.0.lock().unwrap();
        shared.calls += 1;
        if MISTAKE == IS_EMPTY_EARLY && shared.elements.len() < 4 {
            return Pop::Empty;
        }
        match shared.elements.pop_front() {
            Some(mut value) => {
                if MISTAKE == MIXES_ROUNDS && shared.calls.is_multiple_of(EVERY) {
                    let (worker, sequence) = (value.writer(), value.sequence());
                    value.update(worker, sequence + 1_000_000);
                }
                Pop::Taken(value)
            }
            None if MISTAKE != NEVER_CLOSES && Arc::strong_count(&shared.producers) == 1 => Pop::Closed,
            None => Pop::Empty,
        }
    }

    fn push_held(handle: &mut Handle, value: Value, hold: impl FnOnce()) -> Push {
        hold();
        Self::push(handle, value)
    }

    fn pop_held(handle: &mut Handle, hold: impl FnOnce()) -> Pop {
        let popped = Self::pop(handle);
        hold();
        popped
    }

    fn length(handle: &Handle) -> Option<u64> {
        let extra = if MISTAKE == MISCOUNTS { 100 } else { 0 };
        Some(handle.0.lock().unwrap().elements.len() as u64 + extra)
    }

    fn close(handle: &mut Handle, end: End) {
        handle.1.close(end);
    }

    fn has(handle: &Handle, end: End) -> bool {
        handle.1.has(end)
    }
}

fn params() -> BoundedParams {
    BoundedParams { capacity: 16, round: 150, wait_us: 0 }
}

/// What the oracles say of a queue with this mistake, used by several workers that come and go.
fn said<const MISTAKE: char>() -> Said {
    use QueueOperation::{HangUp, Length, Pop, PopHeld, Push, PushHeld, Receive, Renew, Send};
    let mut operations = [Push, Pop, PushHeld, PopHeld, Send, Receive, Length].repeat(20);
    operations.extend([HangUp, Renew]);
    drive::<QueueWorkload<Planted<MISTAKE>>>(&params(), &operations, 6_000)
}

/// The same with pushes and pops only, by one worker, who sees the queue full, empty and closed.
fn said_alone<const MISTAKE: char>() -> Said {
    use QueueOperation::{Length, Pop, Push};
    drive_alone::<QueueWorkload<Planted<MISTAKE>>>(&params(), &[Push, Push, Pop, Pop, Length], 3_000)
}

#[test]
fn a_correct_queue_is_called_so_by_all_oracles() {
    let oracles = ["own_value", "conserved", "producer_order", "refusals", "length", "stays_open", "drop_balance"];
    said::<NONE>().assert_clean(&oracles);
    said_alone::<NONE>().assert_clean(&oracles);
}

#[test]
fn an_element_that_is_lost_doubled_or_invented_is_named() {
    assert_caught(said_alone::<LOSES>, "conserved", "lost (worker 0 #");
    assert_caught(said_alone::<DOUBLES>, "conserved", "came out again (worker 0 #");
    assert_caught(said_alone::<MIXES_ROUNDS>, "conserved", "foreign (worker 0 #1");
    assert_caught(said::<LOSES>, "conserved", "lost (worker ");
}

#[test]
fn an_element_that_overtakes_another_of_its_producer_is_named() {
    assert_caught(said_alone::<TURNS_ROUND>, "producer_order", "came out after #");
    assert_caught(said::<TURNS_ROUND>, "producer_order", "of the same worker");
}

#[test]
fn a_queue_that_is_full_or_empty_when_it_cannot_be_is_caught() {
    assert_caught(said_alone::<IS_FULL_EARLY>, "refusals", "full, with room for 16 and at most 8 in it");
    assert_caught(said_alone::<IS_EMPTY_EARLY>, "refusals", "empty, with at least 3 in it");
    assert_caught(said::<IS_FULL_EARLY>, "refusals", "full, with room for 16");
}

#[test]
fn a_queue_that_takes_in_more_than_it_has_room_for_is_caught() {
    assert_caught(said_alone::<IS_NEVER_FULL>, "refusals", "took one more in, with room for 16 and at least ");
    assert_caught(said_alone::<IS_NEVER_FULL>, "length", "at most 16 in it");
    assert_caught(said::<IS_NEVER_FULL>, "refusals", "took one more in, with room for 16");
}

#[test]
fn a_wrong_length_is_caught() {
    assert_caught(said::<MISCOUNTS>, "length", "length 1");
}

#[test]
fn a_queue_that_closes_too_early_or_never_is_caught() {
    assert_caught(said::<CLOSES_EARLY>, "stays_open", "closed to producers, with a consumer there");
    assert_caught(said::<NEVER_CLOSES>, "stays_open", "open to a consumer, with no producer left");
}

#[test]
fn an_element_that_is_never_dropped_is_missed() {
    assert_caught(said_alone::<LEAKS>, "drop_balance", "never dropped");
}
