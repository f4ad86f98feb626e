//! Hands a fresh container on, round after round, to workers that never wait for each other: what happens once in a
//! container's life (its first block, its growth, the departure of its last user) happens many times in a trial, a long
//! load needs no more memory than a short one, and no lock stands between the workers and the container.
//!
//! A worker learns of a new round by one relaxed load, and may still be busy in the round before while others are ahead.
//! Whoever is the last to leave a round is alone with it, and is given what all workers of the round wrote down.
//! Where a round has to end for all at once, [`Gate`](super::gate::Gate) does that, at the price of a lock per operation.

use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The rounds of a container; `R` is what a round consists of, `P` what each worker writes down about its part.
#[derive(Debug)]
pub struct Relay<R, P> {
    number: AtomicU64,
    current: Mutex<Option<Arc<Turn<R, P>>>>,
}

/// One round.
#[derive(Debug)]
struct Turn<R, P> {
    number: u64,
    round: R,
    desk: Mutex<Desk<P>>,
}

/// Who is in a round, and what those who left wrote down. The relay itself counts while the round is the current one.
#[derive(Debug)]
struct Desk<P> {
    present: usize,
    parts: Vec<P>,
}

/// A worker's stay in a round.
#[derive(Debug)]
pub struct Visit<R, P> {
    turn: Arc<Turn<R, P>>,
}

/// A round that all have left, and the parts of those who were in it. Others may still be busy letting go of its memory.
#[derive(Debug)]
pub struct Ended<R, P> {
    turn: Arc<Turn<R, P>>,
    /// What the workers wrote down, in no order.
    pub parts: Vec<P>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<R, P> Turn<R, P> {
    /// A round that only the relay is in.
    fn begin(number: u64, round: R) -> Arc<Self> {
        Arc::new(Self { number, round, desk: Mutex::new(Desk { present: 1, parts: Vec::new() }) })
    }

    fn leave(self: Arc<Self>, part: Option<P>) -> Option<Ended<R, P>> {
        let mut desk = locked(&self.desk);
        desk.parts.extend(part);
        desk.present -= 1;
        let parts = (desk.present == 0).then(|| std::mem::take(&mut desk.parts))?;
        drop(desk);
        Some(Ended { turn: self, parts })
    }
}

impl<R, P> Relay<R, P> {
    /// The first round; its number is 1.
    pub fn new(first: R) -> Self {
        Self { number: AtomicU64::new(1), current: Mutex::new(Some(Turn::begin(1, first))) }
    }

    /// The current round's number.
    #[inline]
    pub fn number(&self) -> u64 {
        self.number.load(Ordering::Relaxed)
    }

    /// Enters the current round; there is none once the relay is closed.
    pub fn join(&self) -> Option<Visit<R, P>> {
        let current = locked(&self.current);
        let turn = Arc::clone(current.as_ref()?);
        // The relay is in the round, too, so nobody can have been the last to leave it.
        locked(&turn.desk).present += 1;
        Some(Visit { turn })
    }

    /// Makes `fresh` the current round, unless another worker was faster; hands on whether it did. The visitor is still in
    /// the old round, and so are others.
    pub fn renew(&self, visit: &Visit<R, P>, fresh: R) -> bool {
        let mut current = locked(&self.current);
        if current.as_ref().is_none_or(|turn| turn.number != visit.number()) {
            return false;
        }
        let number = visit.number() + 1;
        let old = current.replace(Turn::begin(number, fresh));
        self.number.store(number, Ordering::Relaxed);
        drop(current);
        // Not the last one: the visitor is there.
        let _ = old.and_then(|turn| turn.leave(None));
        true
    }

    /// Ends the rounds, for the check after the load; `farewell` is what is to be done with the current one before the relay
    /// leaves it.
    pub fn close(&self, farewell: impl FnOnce(&R)) -> Option<Ended<R, P>> {
        let turn = locked(&self.current).take()?;
        farewell(&turn.round);
        turn.leave(None)
    }
}

impl<R, P> Visit<R, P> {
    /// The round's number.
    #[inline]
    pub fn number(&self) -> u64 {
        self.turn.number
    }

    /// Leaves the round with what was written down about it. The last one to leave is given what all wrote.
    pub fn leave(self, part: Option<P>) -> Option<Ended<R, P>> {
        self.turn.leave(part)
    }
}

impl<R, P> Ended<R, P> {
    /// The round's number.
    pub fn number(&self) -> u64 {
        self.turn.number
    }
}

impl<R, P> Deref for Visit<R, P> {
    type Target = R;

    #[inline]
    fn deref(&self) -> &R {
        &self.turn.round
    }
}

impl<R, P> Deref for Ended<R, P> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.turn.round
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_to_leave_a_round_is_given_all_parts_and_nobody_else_is() {
        let relay = Relay::new("first");
        let (one, two) = (relay.join().unwrap(), relay.join().unwrap());
        assert!(relay.renew(&one, "second"), "it is the current round");
        assert!(!relay.renew(&two, "third"), "it is the current round no longer");
        assert_eq!((relay.number(), *two), (2, "first"));
        assert!(one.leave(Some(1)).is_none());
        let mut ended = two.leave(Some(2)).expect("it is the last");
        ended.parts.sort_unstable();
        assert_eq!((ended.number(), *ended, ended.parts), (1, "first", vec![1, 2]));
    }

    #[test]
    fn a_relay_that_is_closed_ends_its_round_and_lets_nobody_in() {
        let relay: Relay<_, u32> = Relay::new("only");
        let visit = relay.join().unwrap();
        assert!(relay.close(|_| ()).is_none(), "a worker is there");
        assert!(relay.join().is_none());
        assert!(visit.leave(None).is_some_and(|ended| ended.parts.is_empty()));
    }
}
