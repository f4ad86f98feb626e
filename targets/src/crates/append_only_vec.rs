//! The append-only vector of the crate `append-only-vec`, behind the adapter.

use crate::tracked::Value;
use crate::workloads::vector::VectorUnderTest;
use append_only_vec::AppendOnlyVec;

/// `vector.append_only`.
#[derive(Debug)]
pub struct AppendOnlyUnderTest(AppendOnlyVec<Value>);

impl VectorUnderTest for AppendOnlyUnderTest {
    const NAME: &'static str = "vector.append_only";
    const SUMMARY: &'static str = "the append-only vector of the crate append-only-vec";

    fn empty() -> Self {
        Self(AppendOnlyVec::new())
    }

    fn push(&self, value: Value) -> usize {
        self.0.push(value)
    }

    fn get<R>(&self, place: usize, look: impl FnOnce(&Value) -> R) -> Option<R> {
        (place < self.0.len()).then(|| look(&self.0[place]))
    }

    fn for_each(&self, mut visit: impl FnMut(usize, &Value)) {
        self.0.iter().enumerate().for_each(|(place, value)| visit(place, value));
    }

    fn length(&self) -> usize {
        self.0.len()
    }
}
