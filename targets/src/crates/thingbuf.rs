//! The ring of the crate `thingbuf`, behind the adapter.
//!
//! A producer and a consumer work in the ring's own slots, which they hold meanwhile. While one is held, the ring may be full
//! with fewer elements than its capacity, and look empty with elements behind that slot; so its refusals are not to be judged.

use crate::tracked::Value;
use crate::workloads::queue::{BoundedParams, HELD, Pop, Push, QueueOperation, QueueUnderTest, share};
use std::sync::Arc;
use thingbuf::ThingBuf;
use thingbuf::recycling::Recycle;

/// `queue.thingbuf`.
#[derive(Debug)]
pub struct ThingBufUnderTest;

/// Leaves nothing in a slot that is used again.
#[derive(Debug)]
pub struct Emptied;

impl Recycle<Option<Value>> for Emptied {
    fn new_element(&self) -> Option<Value> {
        None
    }

    fn recycle(&self, element: &mut Option<Value>) {
        *element = None;
    }
}

impl QueueUnderTest for ThingBufUnderTest {
    type Params = BoundedParams;
    type Handle = Arc<ThingBuf<Option<Value>, Emptied>>;
    const NAME: &'static str = "queue.thingbuf";
    const SUMMARY: &'static str = "the ring of the crate thingbuf, whose slots are held while they are used";
    const OPERATIONS: &'static [QueueOperation] = HELD;

    fn open(params: &BoundedParams, workers: usize) -> Vec<Self::Handle> {
        share(ThingBuf::with_recycle(params.capacity as usize, Emptied), workers)
    }

    fn push(ring: &mut Self::Handle, value: Value) -> Push {
        Self::push_held(ring, value, || ())
    }

    fn pop(ring: &mut Self::Handle) -> Pop {
        Self::pop_held(ring, || ())
    }

    fn push_held(ring: &mut Self::Handle, value: Value, hold: impl FnOnce()) -> Push {
        match ring.push_ref() {
            Ok(mut slot) => {
                hold();
                *slot = Some(value);
                Push::Done
            }
            Err(_) => Push::Full(value),
        }
    }

    fn pop_held(ring: &mut Self::Handle, hold: impl FnOnce()) -> Pop {
        let taken = ring.pop_with(|slot| {
            hold();
            slot.take()
        });
        // A producer that was interrupted leaves an empty slot behind.
        taken.map_or(Pop::Empty, |element| element.map_or(Pop::Busy, Pop::Taken))
    }
}
