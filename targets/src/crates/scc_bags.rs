//! The stack, queue and bag of the crate `scc`, behind the adapter. Stack and queue hand out a counted entry whose element
//! is dropped when nobody can see it any more, so what is taken out of them is a clone.

use crate::tracked::Value;
use crate::workloads::queue::{
    Discipline, PLAIN, Pop, Push, QueueOperation, QueueUnderTest as Adapter, UnboundedParams, share,
};
use scc::{Bag, Guard, Queue, Stack};
use std::sync::Arc;

/// `stack.scc`: a stack that many threads push to and pop from.
#[derive(Debug)]
pub struct StackUnderTest;

/// `queue.scc`: a queue of single entries.
#[derive(Debug)]
pub struct QueueUnderTest;

/// `stack.scc_bag`: a bag, which keeps no order.
#[derive(Debug)]
pub struct BagUnderTest;

impl Adapter for StackUnderTest {
    type Params = UnboundedParams;
    type Handle = Arc<Stack<Value>>;
    const NAME: &'static str = "stack.scc";
    const SUMMARY: &'static str = "the stack of the crate scc";
    const DISCIPLINE: Discipline = Discipline::LastInFirstOut;
    const OPERATIONS: &'static [QueueOperation] = PLAIN;

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Self::Handle> {
        share(Stack::default(), workers)
    }

    fn push(stack: &mut Self::Handle, value: Value) -> Push {
        stack.push(value);
        Push::Done
    }

    fn pop(stack: &mut Self::Handle) -> Pop {
        stack.pop().map_or(Pop::Empty, |entry| Pop::Taken(Value::clone(&entry)))
    }

    fn in_order(_: &Self::Handle) -> bool {
        false
    }

    fn reclaim() {
        Guard::new().accelerate();
    }
}

impl Adapter for QueueUnderTest {
    type Params = UnboundedParams;
    type Handle = Arc<Queue<Value>>;
    const NAME: &'static str = "queue.scc";
    const SUMMARY: &'static str = "the queue of the crate scc";
    const OPERATIONS: &'static [QueueOperation] = PLAIN;

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Self::Handle> {
        share(Queue::default(), workers)
    }

    fn push(queue: &mut Self::Handle, value: Value) -> Push {
        queue.push(value);
        Push::Done
    }

    fn pop(queue: &mut Self::Handle) -> Pop {
        queue.pop().map_or(Pop::Empty, |entry| Pop::Taken(Value::clone(&entry)))
    }

    fn reclaim() {
        Guard::new().accelerate();
    }
}

impl Adapter for BagUnderTest {
    type Params = UnboundedParams;
    type Handle = Arc<Bag<Value>>;
    const NAME: &'static str = "stack.scc_bag";
    const SUMMARY: &'static str = "the bag of the crate scc";
    const DISCIPLINE: Discipline = Discipline::Any;
    const OPERATIONS: &'static [QueueOperation] = PLAIN;

    fn open(_: &UnboundedParams, workers: usize) -> Vec<Self::Handle> {
        share(Bag::default(), workers)
    }

    fn push(bag: &mut Self::Handle, value: Value) -> Push {
        bag.push(value);
        Push::Done
    }

    fn pop(bag: &mut Self::Handle) -> Pop {
        bag.pop().map_or(Pop::Empty, Pop::Taken)
    }

    fn in_order(_: &Self::Handle) -> bool {
        false
    }
}
