//! The parameters of queues: with a capacity, or without.

use squall_probe::Params;
use std::time::Duration;

/// What the workload has to know of every queue's parameters.
pub trait QueueParams: Params + Clone {
    /// Whether a capacity is among them.
    const BOUNDED: bool;

    /// How many elements fit; `None` if that has no limit.
    fn capacity(&self) -> Option<u64>;
    /// The same with another capacity, if it can be chosen.
    #[must_use]
    fn with_capacity(&self, capacity: u64) -> Self {
        let _ = capacity;
        self.clone()
    }
    /// How many steps a worker takes in a round.
    fn round(&self) -> u64;
    /// How long a worker waits at most, for room or for an element.
    fn wait(&self) -> Duration;
}

squall_probe::params! {
    /// The parameters of a queue with a capacity.
    pub struct BoundedParams {
        capacity: u64 = 16, in 1.0..=65536.0, "how many elements fit";
        round: u64 = 200, in 1.0..=100000.0, "how many steps a worker takes before it begins a fresh queue";
        wait_us: u64 = 200, in 0.0..=1000000.0, "how many microseconds `send` and `receive` wait at most";
    }
}

squall_probe::params! {
    /// The parameters of a queue without a capacity.
    pub struct UnboundedParams {
        round: u64 = 200, in 1.0..=100000.0, "how many steps a worker takes before it begins a fresh queue";
        wait_us: u64 = 200, in 0.0..=1000000.0, "how many microseconds `send` and `receive` wait at most";
    }
}

impl QueueParams for BoundedParams {
    const BOUNDED: bool = true;

    fn capacity(&self) -> Option<u64> {
        Some(self.capacity)
    }

    fn with_capacity(&self, capacity: u64) -> Self {
        Self { capacity, ..self.clone() }
    }

    fn round(&self) -> u64 {
        self.round
    }

    fn wait(&self) -> Duration {
        Duration::from_micros(self.wait_us)
    }
}

impl QueueParams for UnboundedParams {
    const BOUNDED: bool = false;

    fn capacity(&self) -> Option<u64> {
        None
    }

    fn round(&self) -> u64 {
        self.round
    }

    fn wait(&self) -> Duration {
        Duration::from_micros(self.wait_us)
    }
}
