//! Planted: a lookup is off by one and answers with its neighbour's value. Nothing fails, nothing is slow; only an oracle
//! can see it.

use super::planted::{Canary, CanaryParams, ONE_IN};
use squall_probe::{OperationError, Oracle, Setup, Worker};

/// A value that is read under a key was written for that key.
const OWN_VALUE: Oracle = Oracle::new(0, "own_value");
/// How many values there are.
const PLACES: u64 = 1_024;

/// A table that holds at each place the place's own number.
#[derive(Debug)]
pub(super) struct NeighboursValue {
    table: Vec<u64>,
}

impl NeighboursValue {
    /// Looks up a key, `off` places beside.
    fn look_up(&self, worker: &mut Worker, key: u64, off: u64) {
        let place = key % PLACES;
        let value = self.table[((place + off) % PLACES) as usize];
        worker.expect(OWN_VALUE, value == place, || format!("key {place} held the value of key {value}"));
    }
}

impl Canary for NeighboursValue {
    type Params = CanaryParams;
    const NAME: &'static str = "canary.wrong_result";
    const SUMMARY: &'static str = "planted bug: one lookup in ten answers with the neighbour's value";
    const ORACLES: &'static [Oracle] = &[OWN_VALUE];

    fn plant(_: &CanaryParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { table: (0..PLACES).collect() })
    }

    fn after(params: &CanaryParams) -> u64 {
        params.after
    }

    fn work(&self, worker: &mut Worker, key: u64) {
        self.look_up(worker, key, 0);
    }

    fn strike(&self, worker: &mut Worker, key: u64, number: u64) -> Result<(), OperationError> {
        self.look_up(worker, key, u64::from(number.is_multiple_of(ONE_IN)));
        Ok(())
    }
}
