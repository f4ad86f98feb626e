//! Planted: an operation says that it cannot do what it was asked.

use super::planted::{Canary, ONE_IN, plain_canary};
use squall_probe::{OperationError, Worker};

/// Returns an error.
#[derive(Debug)]
pub(super) struct FailingOperation;

impl Canary for FailingOperation {
    plain_canary!("canary.error", "planted bug: one operation in ten returns an error");

    fn strike(&self, _: &mut Worker, _: u64, number: u64) -> Result<(), OperationError> {
        if number.is_multiple_of(ONE_IN) { Err("the ledger is closed".into()) } else { Ok(()) }
    }
}
