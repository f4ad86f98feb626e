//! The sequences of the standard library, behind the adapter.

use crate::tracked::Value;
use crate::workloads::sequence::{SequenceUnderTest, sequence_calls};
use std::collections::VecDeque;

/// `sequence.std_vec`.
#[derive(Debug)]
pub struct StdVec(Vec<Value>);

impl SequenceUnderTest for StdVec {
    const NAME: &'static str = "sequence.std_vec";
    const SUMMARY: &'static str = "the vector of the standard library";

    sequence_calls! {
        new with_capacity push pop iter len get iter_mut insert remove swap_remove truncate clear extend extend_from_slice drain
        splice retain extract_if dedup_by resize_with resize append split_off from_iter clone clone_from into_iter
        into_iter_clone eq capacity reserve shrink_to_fit
    }

    fn grow(&mut self, capacity: usize) {
        self.0.reserve_exact(capacity.saturating_sub(self.0.len()));
        self.0.shrink_to(capacity);
    }
}

/// `sequence.std_vec_deque`.
#[derive(Debug)]
pub struct StdVecDeque(VecDeque<Value>);

impl SequenceUnderTest for StdVecDeque {
    const NAME: &'static str = "sequence.std_vec_deque";
    const SUMMARY: &'static str = "the double-ended queue of the standard library, as a sequence";

    sequence_calls! {
        new with_capacity iter len get iter_mut insert remove push_front pop_front truncate clear extend drain retain resize_with
        resize append split_off from_iter clone clone_from into_iter into_iter_clone eq capacity reserve
    }

    fn push(&mut self, value: Value) -> Result<(), Value> {
        self.0.push_back(value);
        Ok(())
    }

    fn pop(&mut self) -> Option<Value> {
        self.0.pop_back()
    }

    fn grow(&mut self, capacity: usize) {
        self.0.reserve_exact(capacity.saturating_sub(self.0.len()));
        self.0.shrink_to(capacity);
    }

    fn shrink(&mut self) {
        self.0.make_contiguous();
        self.0.shrink_to_fit();
    }
}
