//! The relic `smallvec-insert-many`: in smallvec 0.6.2, `insert_many` moves the elements behind the place aside while the vector
//! still counts them. If the iterator that it reads panics, some of them are dropped twice. 0.6.3 counts them again only once
//! all is in its place; the repair here is 0.6.14, because there are two other published defects in the versions between.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2018-0003>.

use smallvec::SmallVec;
use squall_targets::tracked::Value;
use squall_targets::workloads::sequence::{SequenceUnderTest, SequenceWorkload, sequence_calls};

/// `sequence.smallvec`, with what these versions of the crate offer.
struct SmallVecUnderTest(SmallVec<[Value; 4]>);

impl SequenceUnderTest for SmallVecUnderTest {
    const NAME: &'static str = "sequence.smallvec";
    const SUMMARY: &'static str = "the vector of the crate smallvec";

    sequence_calls! {
        new with_capacity push pop iter len get iter_mut insert remove swap_remove truncate clear extend insert_many retain dedup_by
        from_iter clone clone_from into_iter eq capacity grow reserve shrink_to_fit
    }
}

squall_probe::subject_main!(SequenceWorkload<SmallVecUnderTest>);
