//! `oneshot`: the value comes out once, nobody waits in vain, and no channel says what cannot be.

use crate::driver::{Said, assert_caught, drive};
use squall_targets::tracked::Value;
use squall_targets::workloads::oneshot::{
    ASYNCHRONOUS, OneshotOperation, OneshotParams, OneshotUnderTest, OneshotWorkload, Receive,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// A channel behind a lock.
#[derive(Default)]
struct Shared {
    value: Option<Value>,
    /// The sender is gone, or the channel closed.
    ended: bool,
    closed: bool,
    receiver: Option<Waker>,
    sender: Option<Waker>,
}

/// An end, which ends the channel as it goes.
struct End<const SENDS: bool>(Arc<Mutex<Shared>>);

impl<const SENDS: bool> Drop for End<SENDS> {
    fn drop(&mut self) {
        let waker = {
            let mut shared = self.0.lock().unwrap();
            shared.ended |= SENDS;
            shared.closed |= !SENDS;
            if SENDS { shared.receiver.take() } else { shared.sender.take() }
        };
        waker.into_iter().for_each(Waker::wake);
    }
}

/// The mistakes, as letters.
struct Planted<const MISTAKE: char>;

const NONE: char = 'n';
const LOSES: char = 'l';
const DOUBLES: char = 'd';
const LEAKS: char = 'k';
const IS_EMPTY_EARLY: char = 'e';
const REFUSES: char = 'r';
const LETS_IN: char = 'i';
const DENIES: char = 'c';
const LETS_SLEEP: char = 's';
const KEEPS_FIRST_WAKER: char = 'w';
/// How often a mistake is made that would otherwise hide the rest.
const EVERY: u64 = 20;

static CALLS: AtomicU64 = AtomicU64::new(0);

fn now_and_then() -> bool {
    CALLS.fetch_add(1, Ordering::Relaxed).is_multiple_of(EVERY)
}

impl<const MISTAKE: char> OneshotUnderTest for Planted<MISTAKE> {
    type Sender = End<true>;
    type Receiver = End<false>;
    const NAME: &'static str = "oneshot.test";
    const SUMMARY: &'static str = "a channel for tests";
    const OPERATIONS: &'static [OneshotOperation] = ASYNCHRONOUS;

    fn open() -> (End<true>, End<false>) {
        let shared = Arc::new(Mutex::default());
        (End(Arc::clone(&shared)), End(shared))
    }

    fn send(sender: End<true>, value: Value) -> Result<(), Value> {
        let mut shared = sender.0.lock().unwrap();
        if shared.closed && MISTAKE != LETS_IN || MISTAKE == REFUSES && now_and_then() {
            return Err(value);
        }
        match MISTAKE {
            LOSES if now_and_then() => return Ok(()),
            LEAKS if now_and_then() => std::mem::forget(value.clone()),
            _ => {}
        }
        shared.value = Some(value);
        if MISTAKE == LETS_SLEEP {
            shared.receiver = None;
        }
        Ok(())
    }

    fn try_receive(receiver: &mut End<false>) -> Receive {
        let mut shared = receiver.0.lock().unwrap();
        if MISTAKE == IS_EMPTY_EARLY && now_and_then() {
            return Receive::Empty;
        }
        match shared.value.take() {
            Some(value) => Receive::Value(value),
            None if shared.ended || shared.closed => Receive::Closed,
            None => Receive::Empty,
        }
    }

    fn poll(receiver: &mut End<false>, context: &mut Context<'_>) -> Poll<Receive> {
        match Self::try_receive(receiver) {
            Receive::Empty => {
                let mut shared = receiver.0.lock().unwrap();
                if shared.ended || shared.value.is_some() {
                    context.waker().wake_by_ref();
                } else if MISTAKE != KEEPS_FIRST_WAKER || shared.receiver.is_none() {
                    shared.receiver = Some(context.waker().clone());
                }
                Poll::Pending
            }
            answer => Poll::Ready(answer),
        }
    }

    fn close(receiver: &mut End<false>) {
        let waker = {
            let mut shared = receiver.0.lock().unwrap();
            shared.closed = true;
            shared.sender.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    fn is_closed(sender: &End<true>) -> bool {
        sender.0.lock().unwrap().closed && (MISTAKE != DENIES || !now_and_then())
    }

    fn poll_closed(sender: &mut End<true>, context: &mut Context<'_>) -> Poll<()> {
        let mut shared = sender.0.lock().unwrap();
        if shared.closed {
            return Poll::Ready(());
        }
        shared.sender = Some(context.waker().clone());
        Poll::Pending
    }
}

/// A channel that hands its value to the receiver and back to the sender, too, if it is closed.
fn said<const MISTAKE: char>() -> Said {
    drive::<OneshotWorkload<Planted<MISTAKE>>>(&OneshotParams { wait_us: 20 }, ASYNCHRONOUS, 10_000)
}

/// The value of a channel, twice.
struct Twice;

impl OneshotUnderTest for Twice {
    type Sender = End<true>;
    type Receiver = End<false>;
    const NAME: &'static str = "oneshot.twice";
    const SUMMARY: &'static str = "a channel for tests";
    const OPERATIONS: &'static [OneshotOperation] = ASYNCHRONOUS;

    fn open() -> (End<true>, End<false>) {
        Planted::<DOUBLES>::open()
    }

    fn send(sender: End<true>, value: Value) -> Result<(), Value> {
        let copy = value.clone();
        let shared = Arc::clone(&sender.0);
        let sent = Planted::<DOUBLES>::send(sender, value);
        if shared.lock().unwrap().closed { Err(copy) } else { sent }
    }

    fn try_receive(receiver: &mut End<false>) -> Receive {
        Planted::<DOUBLES>::try_receive(receiver)
    }

    fn close(receiver: &mut End<false>) {
        Planted::<DOUBLES>::close(receiver);
    }
}

#[test]
fn a_correct_channel_is_called_so_by_all_oracles() {
    let oracles = ["own_value", "delivered", "refusals", "stays_closed", "woken", "drop_balance"];
    said::<NONE>().assert_clean(&oracles);
}

#[test]
fn a_value_that_is_lost_comes_out_twice_or_leaks_is_named() {
    use OneshotOperation::{Close, Send, TryReceive};
    assert_caught(said::<LOSES>, "delivered", "a value was sent, and none came out");
    assert_caught(said::<LEAKS>, "drop_balance", "never dropped");
    let twice = || drive::<OneshotWorkload<Twice>>(&OneshotParams { wait_us: 0 }, &[Send, Close, TryReceive], 50_000);
    assert_caught(twice, "delivered", "came out 2 times");
}

#[test]
fn a_channel_that_is_empty_or_refuses_when_it_cannot_be_is_caught() {
    assert_caught(said::<IS_EMPTY_EARLY>, "refusals", "said that it is empty, with its");
    assert_caught(said::<REFUSES>, "refusals", "a value was handed back by an open channel");
}

#[test]
fn a_channel_that_does_not_stay_closed_is_caught() {
    assert_caught(said::<LETS_IN>, "stays_closed", "a value was let in after the channel was closed");
    assert_caught(said::<DENIES>, "stays_closed", "a closed channel said that it is open");
}

#[test]
fn a_receiver_that_is_not_woken_or_whose_last_waker_is_not_kept_is_noticed() {
    assert_caught(said::<LETS_SLEEP>, "woken", "the value was sent, and the receiver was not woken");
    assert_caught(said::<KEEPS_FIRST_WAKER>, "woken", "and the receiver was not woken");
}
