//! Planted: memory is forgotten. The process goes on, and nothing that it answers is wrong; only that its memory grows.

use super::planted::{Canary, ONE_IN, plain_canary};
use squall_probe::{OperationError, Worker};

/// Forgets a block from time to time.
#[derive(Debug)]
pub(super) struct ForgottenBox;

impl Canary for ForgottenBox {
    plain_canary!("canary.leak", "planted bug: a box is forgotten, and nobody can reach it any more");

    fn strike(&self, _: &mut Worker, key: u64, number: u64) -> Result<(), OperationError> {
        if number.is_multiple_of(ONE_IN) {
            std::mem::forget(std::hint::black_box(Box::new([key; 6])));
        }
        Ok(())
    }
}
