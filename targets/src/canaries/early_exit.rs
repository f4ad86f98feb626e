//! Planted: an operation ends the process as if all were well. Its exit code 0 must not be taken for success.

use super::planted::{Canary, plain_canary};
use squall_probe::{OperationError, Worker};

/// Exits.
#[derive(Debug)]
pub(super) struct Exit;

impl Canary for Exit {
    plain_canary!("canary.early_exit", "planted bug: the process ends with exit code 0, midway");

    fn strike(&self, _: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        std::process::exit(0)
    }
}
