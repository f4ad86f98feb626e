//! Planted: a recursive walk meets a circle. The thread's guard page ends it: the runtime writes `has overflowed its stack`
//! and aborts, so the process dies of SIGABRT, not of SIGSEGV.

use super::planted::{Canary, plain_canary};
use squall_probe::{OperationError, Worker};

/// The links of a chain that ends where it began.
const CIRCLE: [usize; 4] = [1, 2, 3, 0];

/// Walks in a circle.
#[derive(Debug)]
pub(super) struct EndlessRecursion;

/// How many links there are from `place` to the end. The optimizer must not make a loop of it, so each step keeps
/// something on the stack that it cannot see through.
fn length(links: &[usize], place: usize) -> u64 {
    let here = std::hint::black_box([place; 8]);
    match links.get(here[0]) {
        None => 0,
        Some(&next) => length(links, next) + u64::from(std::hint::black_box(&here)[7] == place),
    }
}

impl Canary for EndlessRecursion {
    plain_canary!("canary.stack_overflow", "planted bug: a recursive walk in a circle overflows the stack");

    fn strike(&self, _: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        Err(OperationError::new(format!("a circle is {} links long", length(&CIRCLE, 0))))
    }
}
