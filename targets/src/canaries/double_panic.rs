//! Planted: the panic's message is formatted by a `Display` that panics itself.
//!
//! The second panic comes up while the first is being processed, before any hook has run and before anything unwinds. So
//! no report is made; the runtime writes `thread panicked while processing panic. aborting.` and the process aborts.

use super::planted::{Canary, plain_canary};
use squall_probe::{OperationError, Worker};
use std::fmt;

/// Panics while it panics.
#[derive(Debug)]
pub(super) struct PanickingDisplay;

/// An order without a number, which nobody thought of when its `Display` was written.
struct Order {
    number: Option<u64>,
}

impl fmt::Display for Order {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "order {}", self.number.expect("every order has a number"))
    }
}

impl Canary for PanickingDisplay {
    plain_canary!("canary.double_panic", "planted bug: a panic's message panics while it is formatted");

    fn strike(&self, _: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        let order = std::hint::black_box(Order { number: None });
        panic!("{order} cannot be shipped");
    }
}
