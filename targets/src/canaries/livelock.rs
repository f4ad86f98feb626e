//! Planted: two meet at a door, each steps back for the other, and for ever. No operation finishes, and processors burn.
//!
//! The first at the door waits for someone to give way to. A worker that finds another there steps back and looks again.
//! So once the second has come nobody ever goes through, and everyone who comes later joins them.

use super::planted::{Canary, CanaryParams};
use squall_probe::{OperationError, Setup, Worker};
use std::sync::atomic::{AtomicU32, Ordering};

/// A door that one may pass if nobody else wants to.
#[derive(Debug, Default)]
pub(super) struct AfterYou {
    waiting: AtomicU32,
}

impl Canary for AfterYou {
    type Params = CanaryParams;
    const NAME: &'static str = "canary.livelock";
    const SUMMARY: &'static str = "planted bug: workers step back for each other for ever, and burn processor time";

    fn plant(_: &CanaryParams, setup: &Setup) -> Result<Self, String> {
        if setup.workers < 2 {
            return Err("one worker alone steps back for nobody; it takes two".to_owned());
        }
        Ok(Self::default())
    }

    fn after(params: &CanaryParams) -> u64 {
        params.after
    }

    fn strike(&self, _: &mut Worker, _: u64, number: u64) -> Result<(), OperationError> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let first = number == 0;
        while first || self.waiting.load(Ordering::Acquire) > 1 {
            std::hint::spin_loop();
        }
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        Ok(())
    }
}
