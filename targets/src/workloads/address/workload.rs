//! The workload that drives records that are known by their address: workers replace them, and see from what they replaced
//! whether it was what they had read.

use crate::containers::AddressedRecords;
use squall_probe::{Call, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// What is replaced is what was read.
const SAME_RECORD: Oracle = Oracle::new(0, "same_record");
/// The number of updates that a worker sees at a place never goes back.
const NEVER_BACK: Oracle = Oracle::new(1, "never_back");

operations! {
    /// What the records are asked.
    pub enum AddressOperation {
        Update = "update",
        Look = "look",
    }
}

squall_probe::params! {
    /// The parameters of the records.
    pub struct AddressParams {
        places: u64 = 4, in 1.0..=65536.0, "how many records there are to be replaced";
    }
}

/// Records under load.
///
/// Points: `aba.call` before each operation, where an error can be returned; `aba.address.between` between the reading of a
/// record and its replacement.
#[derive(Debug)]
pub struct AddressWorkload<const KEPT: bool> {
    records: AddressedRecords<KEPT>,
    places: usize,
}

impl<const KEPT: bool> Workload for AddressWorkload<KEPT> {
    type Operation = AddressOperation;
    type Params = AddressParams;
    type Local = Vec<u64>;
    const NAME: &'static str = if KEPT { "aba.address_kept" } else { "aba.address" };
    const SUMMARY: &'static str = if KEPT {
        "repair of aba: who knows a record by its address keeps it, so that no other can be there"
    } else {
        "hazard aba: a record is known by its address, and freed; another one comes to the same place"
    };
    const ORACLES: &'static [Oracle] = &[SAME_RECORD, NEVER_BACK];

    fn build(params: &AddressParams, _: &Setup) -> Result<Self, String> {
        let places = params.places as usize;
        Ok(Self { records: AddressedRecords::new(places), places })
    }

    fn step(
        &self,
        worker: &mut Worker,
        seen: &mut Vec<u64>,
        call: Call<AddressOperation>,
    ) -> Result<(), OperationError> {
        point!("aba.call", |error| Err(error.into()));
        seen.resize(self.places, 0);
        let place = (call.key % self.places as u64) as usize;
        match call.operation {
            AddressOperation::Update => {
                if let Some(update) = self.records.update(place, || point!("aba.address.between")) {
                    worker.expect(SAME_RECORD, update.read == update.replaced, || {
                        format!(
                            "place {place}: the record of {} updates was taken for that of {}",
                            update.replaced, update.read
                        )
                    });
                }
            }
            AddressOperation::Look => {
                let (last, found) = (seen[place], self.records.updates(place));
                worker.expect(NEVER_BACK, found >= last, || {
                    format!("place {place} went back from {last} updates to {found}")
                });
                seen[place] = found;
            }
        }
        Ok(())
    }
}
