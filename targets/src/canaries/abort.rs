//! Planted: an operation aborts the process, as a failed assertion in C does: SIGABRT, and not a word on standard error.

use super::planted::{Canary, plain_canary};
use squall_probe::{OperationError, Worker};

/// Aborts.
#[derive(Debug)]
pub(super) struct Abort;

impl Canary for Abort {
    plain_canary!("canary.abort", "planted bug: the process aborts");

    fn strike(&self, _: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        std::process::abort()
    }
}
