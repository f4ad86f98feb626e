//! Planted: a destructor panics while an earlier panic unwinds.
//!
//! Two panics are reported as usual. Then the runtime raises a third, `panic in a destructor during cleanup`, which
//! cannot unwind, and the process aborts. (A destructor that panics with nothing unwinding is a plain panic.)

use super::planted::{Canary, plain_canary};
use squall_probe::{OperationError, Worker};

/// Panics in a destructor.
#[derive(Debug)]
pub(super) struct PanickingDrop;

/// A guard that insists on having been closed, even when the code that would close it has just failed.
struct Ledger {
    closed: bool,
}

impl Drop for Ledger {
    fn drop(&mut self) {
        assert!(std::hint::black_box(self.closed), "the ledger was not closed");
    }
}

impl Canary for PanickingDrop {
    plain_canary!("canary.panic_in_drop", "planted bug: a destructor panics while a panic unwinds");

    fn strike(&self, _: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        let _ledger = Ledger { closed: false };
        panic!("the entry cannot be booked");
    }
}
