//! The workload that all canaries share: it counts operations, and lets the planted bug strike once enough are done.

use squall_probe::{Call, OperationError, Oracle, Params, Setup, Worker, Workload, operations};
use std::sync::atomic::{AtomicU64, Ordering};

operations! {
    /// What a canary is asked.
    pub(super) enum CanaryOperation { Call = "call" }
}

squall_probe::params! {
    /// The parameters of a canary.
    pub(super) struct CanaryParams {
        after: u64 = 3000, in 1.0..=1000000000.0, "how many operations of all workers together are done well first";
    }
}

/// One of so many operations fails once a canary has struck that goes on living: far more than any threshold allows.
pub(super) const ONE_IN: u64 = 10;

/// A planted bug.
pub(super) trait Canary: Send + Sync + Sized + 'static {
    /// Its parameters.
    type Params: Params;
    /// The workload's name: `canary.` and the symptom's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// Its oracles.
    const ORACLES: &'static [Oracle] = &[];

    /// Plants the bug.
    ///
    /// # Errors
    /// If it could not show under these circumstances, in words.
    fn plant(params: &Self::Params, setup: &Setup) -> Result<Self, String>;

    /// How many operations are done well first.
    fn after(params: &Self::Params) -> u64;

    /// Does an operation well.
    fn work(&self, worker: &mut Worker, key: u64) {
        let _ = (worker, key);
    }

    /// Does the `number`-th operation since the bug struck, counted from 0.
    ///
    /// # Errors
    /// If that is the bug.
    fn strike(&self, worker: &mut Worker, key: u64, number: u64) -> Result<(), OperationError>;
}

/// A canary under load.
#[derive(Debug)]
pub(super) struct Planted<C> {
    canary: C,
    after: u64,
    done: AtomicU64,
}

impl<C: Canary> Workload for Planted<C> {
    type Operation = CanaryOperation;
    type Params = C::Params;
    type Local = ();
    const NAME: &'static str = C::NAME;
    const SUMMARY: &'static str = C::SUMMARY;
    const ORACLES: &'static [Oracle] = C::ORACLES;

    fn build(params: &C::Params, setup: &Setup) -> Result<Self, String> {
        Ok(Self { canary: C::plant(params, setup)?, after: C::after(params), done: AtomicU64::new(0) })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<CanaryOperation>) -> Result<(), OperationError> {
        match self.done.fetch_add(1, Ordering::Relaxed).checked_sub(self.after) {
            None => {
                self.canary.work(worker, call.key);
                Ok(())
            }
            Some(number) => self.canary.strike(worker, call.key, number),
        }
    }
}

/// The parts of a canary that needs nothing but its strike.
macro_rules! plain_canary {
    ($name:literal, $summary:literal) => {
        type Params = $crate::canaries::planted::CanaryParams;
        const NAME: &'static str = $name;
        const SUMMARY: &'static str = $summary;

        fn plant(_: &Self::Params, _: &squall_probe::Setup) -> Result<Self, String> {
            Ok(Self)
        }

        fn after(params: &Self::Params) -> u64 {
            params.after
        }
    };
}

pub(super) use plain_canary;
