//! The relic `smallvec-size-hint`: in smallvec 1.6.0, `insert_many` makes room for as many elements as the iterator says there are at
//! least, and writes those that come beyond that over the end of its memory. 1.6.1 makes room for them.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2021-0003>.

use smallvec::SmallVec;
use squall_targets::tracked::Value;
use squall_targets::workloads::sequence::{SequenceUnderTest, SequenceWorkload, sequence_calls};

/// `sequence.smallvec`, with what these versions of the crate offer.
struct SmallVecUnderTest(SmallVec<[Value; 4]>);

impl SequenceUnderTest for SmallVecUnderTest {
    const NAME: &'static str = "sequence.smallvec";
    const SUMMARY: &'static str = "the vector of the crate smallvec";

    sequence_calls! {
        new with_capacity push pop iter len get iter_mut insert remove swap_remove truncate clear extend insert_many drain retain
        dedup_by resize_with resize append from_iter clone clone_from into_iter into_iter_clone eq capacity grow reserve shrink_to_fit
    }
}

squall_probe::subject_main!(SequenceWorkload<SmallVecUnderTest>);
