//! The append-only vector of the crate `boxcar`, behind the adapter.

use crate::tracked::Value;
use crate::workloads::vector::VectorUnderTest;

/// `vector.boxcar`.
#[derive(Debug)]
pub struct BoxcarUnderTest(boxcar::Vec<Value>);

impl VectorUnderTest for BoxcarUnderTest {
    const NAME: &'static str = "vector.boxcar";
    const SUMMARY: &'static str = "the append-only vector of the crate boxcar";

    fn empty() -> Self {
        Self(boxcar::Vec::new())
    }

    fn push(&self, value: Value) -> usize {
        self.0.push(value)
    }

    fn get<R>(&self, place: usize, look: impl FnOnce(&Value) -> R) -> Option<R> {
        self.0.get(place).map(look)
    }

    fn for_each(&self, mut visit: impl FnMut(usize, &Value)) {
        self.0.iter().for_each(|(place, value)| visit(place, value));
    }

    fn length(&self) -> usize {
        self.0.count()
    }
}
