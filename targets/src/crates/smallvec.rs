//! The vector of the crate `smallvec`, behind the adapter: a few elements lie in it, more of them outside.

use crate::tracked::Value;
use crate::workloads::sequence::{SequenceUnderTest, sequence_calls};
use smallvec::SmallVec;

/// `sequence.smallvec`.
#[derive(Debug)]
pub struct SmallVecUnderTest(SmallVec<[Value; 4]>);

impl SequenceUnderTest for SmallVecUnderTest {
    const NAME: &'static str = "sequence.smallvec";
    const SUMMARY: &'static str = "the vector of the crate smallvec";

    sequence_calls! {
        new with_capacity push pop iter len get iter_mut insert remove swap_remove truncate clear extend insert_many drain retain
        dedup_by resize_with resize append from_iter clone clone_from into_iter into_iter_clone eq capacity grow reserve
        shrink_to_fit
    }
}
