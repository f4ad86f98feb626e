//! The workload that drives every buffer: workers append small batches of stamped elements, read some, and check each
//! round once its buffer is full.

use super::buffer_under_test::BufferUnderTest;
use super::rounds::Rounds;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// In each round, every element that was appended is found once, and no other. One answer is one round.
const OWN_ELEMENTS: Oracle = Oracle::new(0, "own_elements");
/// An element that is read was appended in this round. One answer is one read.
const KNOWN_ELEMENT: Oracle = Oracle::new(1, "known_element");

operations! {
    /// What a buffer is asked.
    pub enum BufferOperation {
        Append = "append",
        Read = "read",
    }
}

squall_probe::params! {
    /// The parameters of a buffer.
    pub struct BufferParams {
        capacity: u64 = 1024, in 64.0..=65536.0, "how many elements a round has room for";
        batch: u64 = 4, in 1.0..=64.0, "how many elements one operation appends";
    }
}

/// A buffer under load.
///
/// Points: `buffer.call` before each operation, where an error can be returned; `buffer.append.between` between the copy
/// of the header (or the taking of the lock) and the writing of the element.
#[derive(Debug)]
pub struct BufferWorkload<B> {
    rounds: Rounds<B>,
    batch: u64,
}

impl<B: BufferUnderTest> Workload for BufferWorkload<B> {
    type Operation = BufferOperation;
    type Params = BufferParams;
    type Local = ();
    const NAME: &'static str = B::NAME;
    const SUMMARY: &'static str = B::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_ELEMENTS, KNOWN_ELEMENT];
    const REALLOCATES: bool = true;

    fn build(params: &BufferParams, setup: &Setup) -> Result<Self, String> {
        let rounds = Rounds::new(setup.workers as usize, params.capacity as usize);
        Ok(Self { rounds, batch: params.batch })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<BufferOperation>) -> Result<(), OperationError> {
        point!("buffer.call", |error| Err(error.into()));
        match call.operation {
            BufferOperation::Append => {
                let number = u8::try_from(worker.number()).map_err(|_| "an element names 256 workers at most")?;
                self.rounds.append(number, self.batch, |report| {
                    worker.expect(OWN_ELEMENTS, report.is_clean(), || report.to_string());
                });
            }
            BufferOperation::Read => {
                if let Some(answer) = self.rounds.read(call.key as usize) {
                    let detail = || format!("{} of round {} was read", answer.element, answer.element.round);
                    worker.expect(KNOWN_ELEMENT, answer.known, detail);
                }
            }
        }
        Ok(())
    }

    fn reallocate(&self) {
        self.rounds.relocate();
    }

    fn check(self, _: Vec<()>, check: &mut FinalCheck) {
        let report = self.rounds.end_now();
        check.expect(OWN_ELEMENTS, report.is_clean(), || report.to_string());
    }
}
