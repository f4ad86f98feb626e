//! Planted: an operation takes for granted that something is there. It unwinds, the worker goes on.

use super::planted::{Canary, ONE_IN, plain_canary};
use squall_probe::{OperationError, Worker};

/// Unwraps what is not there.
#[derive(Debug)]
pub(super) struct UnwrapOfNothing;

impl Canary for UnwrapOfNothing {
    plain_canary!("canary.panic", "planted bug: one operation in ten unwraps nothing");

    fn strike(&self, _: &mut Worker, _: u64, number: u64) -> Result<(), OperationError> {
        let shelf: [Option<u64>; 1] = [std::hint::black_box((!number.is_multiple_of(ONE_IN)).then_some(number))];
        shelf[0].expect("the shelf is empty");
        Ok(())
    }
}
