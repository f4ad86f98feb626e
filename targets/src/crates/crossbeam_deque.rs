//! The work-stealing deques of the crate `crossbeam-deque`, behind the adapter: tasks are what is put in, and each must be
//! done by one worker.

use crate::tracked::Value;
use crate::workloads::queue::{
    COUNTED, Discipline, End, PLAIN, Pop, Push, QueueOperation, QueueUnderTest, UnboundedParams, share,
};
use crossbeam_deque::{Injector, Steal, Stealer, Worker};
use std::sync::Arc;

/// `deque.crossbeam`: a deque of one worker, from which the others steal. It grows and shrinks as it is used.
#[derive(Debug)]
pub struct DequeUnderTest;

/// `deque.crossbeam_team`: a deque for each worker. One brings tasks in; the others live on what they steal, many at a time.
#[derive(Debug)]
pub struct TeamUnderTest;

/// `deque.crossbeam_injector`: the queue through which tasks come in from outside.
#[derive(Debug)]
pub struct InjectorUnderTest;

/// What a worker holds of a deque.
#[derive(Debug)]
pub enum Side {
    /// It owns the deque, puts tasks in and takes the last one out.
    Owner(Worker<Value>),
    /// It takes the first task out.
    Thief(Stealer<Value>),
}

/// A worker of a team.
#[derive(Debug)]
pub struct Member {
    own: Worker<Value>,
    /// The deques of all. They keep what a worker leaves behind in its own, so that others find it there.
    team: Arc<[Stealer<Value>]>,
    brings_in: bool,
}

fn stolen(steal: Steal<Value>) -> Pop {
    match steal {
        Steal::Success(value) => Pop::Taken(value),
        Steal::Empty => Pop::Empty,
        Steal::Retry => Pop::Busy,
    }
}

impl QueueUnderTest for DequeUnderTest {
    type Params = UnboundedParams;
    type Handle = Side;
    const NAME: &'static str = "deque.crossbeam";
    const SUMMARY: &'static str = "the work-stealing deque of the crate crossbeam-deque";
    const DISCIPLINE: Discipline = Discipline::OwnerLastThievesFirst;
    const OPERATIONS: &'static [QueueOperation] = PLAIN;

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Side> {
        let owner = Worker::new_lifo();
        let thieves = (1..workers).map(|_| Side::Thief(owner.stealer()));
        thieves.collect::<Vec<_>>().into_iter().chain([Side::Owner(owner)]).collect()
    }

    fn push(side: &mut Side, value: Value) -> Push {
        match side {
            Side::Owner(deque) => {
                deque.push(value);
                Push::Done
            }
            Side::Thief(_) => Push::Closed(value),
        }
    }

    fn pop(side: &mut Side) -> Pop {
        match side {
            Side::Owner(deque) => deque.pop().map_or(Pop::Empty, Pop::Taken),
            Side::Thief(deque) => stolen(deque.steal()),
        }
    }

    fn in_order(side: &Side) -> bool {
        matches!(side, Side::Thief(_))
    }

    fn has(side: &Side, end: End) -> bool {
        matches!(end, End::Consumer) || matches!(side, Side::Owner(_))
    }
}

impl QueueUnderTest for TeamUnderTest {
    type Params = UnboundedParams;
    type Handle = Member;
    const NAME: &'static str = "deque.crossbeam_team";
    const SUMMARY: &'static str = "deques of the crate crossbeam-deque whose workers steal many tasks at a time";
    const DISCIPLINE: Discipline = Discipline::Any;
    const OPERATIONS: &'static [QueueOperation] = PLAIN;

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Member> {
        let deques: Vec<_> = (0..workers).map(|_| Worker::new_lifo()).collect();
        let team: Arc<[_]> = deques.iter().map(Worker::stealer).collect();
        let member = |(place, own)| Member { own, team: Arc::clone(&team), brings_in: place + 1 == workers };
        deques.into_iter().enumerate().map(member).collect()
    }

    fn push(member: &mut Member, value: Value) -> Push {
        member.own.push(value);
        Push::Done
    }

    /// Nothing is said about the whole as long as others are there: tasks move from deque to deque while one looks.
    fn pop(member: &mut Member) -> Pop {
        let steal = || member.team.iter().map(|other| other.steal_batch_and_pop(&member.own)).collect();
        match member.own.pop().map_or_else(steal, Steal::Success) {
            Steal::Empty if Arc::get_mut(&mut member.team).is_none() => Pop::Busy,
            steal => stolen(steal),
        }
    }

    fn in_order(_: &Member) -> bool {
        false
    }

    fn has(member: &Member, end: End) -> bool {
        matches!(end, End::Consumer) || member.brings_in
    }
}

impl QueueUnderTest for InjectorUnderTest {
    type Params = UnboundedParams;
    type Handle = Arc<Injector<Value>>;
    const NAME: &'static str = "deque.crossbeam_injector";
    const SUMMARY: &'static str = "the injector queue of the crate crossbeam-deque";
    const OPERATIONS: &'static [QueueOperation] = COUNTED;

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Self::Handle> {
        share(Injector::new(), workers)
    }

    fn push(queue: &mut Self::Handle, value: Value) -> Push {
        queue.push(value);
        Push::Done
    }

    fn pop(queue: &mut Self::Handle) -> Pop {
        stolen(queue.steal())
    }

    fn length(queue: &Self::Handle) -> Option<u64> {
        Some(queue.len() as u64)
    }
}
