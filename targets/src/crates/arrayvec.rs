//! The vector of fixed capacity of the crate `arrayvec`, behind the adapter.

use crate::tracked::Value;
use crate::workloads::sequence::{SequenceUnderTest, sequence_calls};
use arrayvec::{ArrayVec, CapacityError};

/// How many elements fit.
const CAPACITY: usize = 8;

/// `sequence.arrayvec`.
#[derive(Debug)]
pub struct ArrayVecUnderTest(ArrayVec<Value, CAPACITY>);

impl SequenceUnderTest for ArrayVecUnderTest {
    const NAME: &'static str = "sequence.arrayvec";
    const SUMMARY: &'static str = "the vector of fixed capacity of the crate arrayvec";
    const CAPACITY: Option<usize> = Some(CAPACITY);

    sequence_calls! {
        new pop iter len get iter_mut insert swap_remove truncate clear extend drain retain from_iter clone clone_from into_iter
        into_iter_clone eq
    }

    fn push(&mut self, value: Value) -> Result<(), Value> {
        self.0.try_push(value).map_err(CapacityError::element)
    }

    fn remove(&mut self, at: usize) -> Option<Value> {
        self.0.pop_at(at)
    }
}
