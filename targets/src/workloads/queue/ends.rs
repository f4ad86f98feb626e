//! The handles that workers get: of a channel, a producer's end, a consumer's end, or both; of a queue without ends, a share
//! in the whole queue.

use super::queue_under_test::End;
use std::sync::Arc;

/// A share in a queue for each worker.
pub fn share<Q>(queue: Q, workers: usize) -> Vec<Arc<Q>> {
    std::iter::repeat_n(Arc::new(queue), workers).collect()
}

/// The ends that a worker holds.
#[derive(Debug, Clone)]
pub struct Ends<P, C> {
    /// Where it puts elements in.
    pub producer: Option<P>,
    /// Where it takes elements out.
    pub consumer: Option<C>,
}

impl<P: Clone, C: Clone> Ends<P, C> {
    /// Both ends for each worker.
    pub fn for_all(producer: P, consumer: C, workers: usize) -> Vec<Self> {
        vec![Self { producer: Some(producer), consumer: Some(consumer) }; workers]
    }
}

impl<P: Clone, C> Ends<P, C> {
    /// A producer's end for each worker, and the only consumer's end for whoever comes first.
    pub fn for_one_consumer(producer: P, consumer: C, workers: usize) -> Vec<Self> {
        let mut handles: Vec<_> =
            (0..workers).map(|_| Self { producer: Some(producer.clone()), consumer: None }).collect();
        if let Some(first) = handles.last_mut() {
            first.consumer = Some(consumer);
        }
        handles
    }
}

impl<P, C> Ends<P, C> {
    /// Gives one end up.
    pub fn close(&mut self, end: End) {
        match end {
            End::Producer => self.producer = None,
            End::Consumer => self.consumer = None,
        }
    }

    /// Whether this end is there.
    pub const fn has(&self, end: End) -> bool {
        match end {
            End::Producer => self.producer.is_some(),
            End::Consumer => self.consumer.is_some(),
        }
    }
}
