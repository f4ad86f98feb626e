//! The vector of the crate `thin-vec`, whose length and capacity lie beside the elements, behind the adapter.

use crate::tracked::Value;
use crate::workloads::sequence::{SequenceUnderTest, sequence_calls};
use thin_vec::ThinVec;

/// `sequence.thin_vec`.
#[derive(Debug)]
pub struct ThinVecUnderTest(ThinVec<Value>);

impl SequenceUnderTest for ThinVecUnderTest {
    const NAME: &'static str = "sequence.thin_vec";
    const SUMMARY: &'static str = "the vector of the crate thin-vec";

    sequence_calls! {
        new with_capacity push pop iter len get iter_mut insert remove swap_remove truncate clear extend extend_from_slice drain
        splice retain dedup_by resize append split_off from_iter clone clone_from into_iter into_iter_clone eq capacity reserve
        shrink_to_fit
    }

    fn grow(&mut self, capacity: usize) {
        self.0.reserve_exact(capacity - self.0.len());
    }
}
