//! The relic `smallvec-grow`: in smallvec 0.6.9, `grow` to the capacity that a vector has already frees the memory in which its
//! elements lie, and the vector goes on with it. 0.6.10 leaves it alone.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2019-0009>.

use smallvec::SmallVec;
use squall_targets::tracked::Value;
use squall_targets::workloads::sequence::{SequenceUnderTest, SequenceWorkload, sequence_calls};

/// `sequence.smallvec`, with what these versions of the crate offer, but for `insert_many`: both have another published defect there.
struct SmallVecUnderTest(SmallVec<[Value; 4]>);

impl SequenceUnderTest for SmallVecUnderTest {
    const NAME: &'static str = "sequence.smallvec";
    const SUMMARY: &'static str = "the vector of the crate smallvec";

    sequence_calls! {
        new with_capacity push pop iter len get iter_mut insert remove swap_remove truncate clear extend retain dedup_by from_iter
        clone clone_from into_iter eq capacity grow reserve shrink_to_fit
    }
}

squall_probe::subject_main!(SequenceWorkload<SmallVecUnderTest>);
