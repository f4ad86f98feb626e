//! The workload that drives every published header: workers publish headers of different arrays, and use the one that is
//! published to read an array's last element.

use super::arrays::Arrays;
use super::header_under_test::HeaderUnderTest;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// The words of a header belong together.
const ONE_HEADER: Oracle = Oracle::new(0, "one_header");

operations! {
    /// What a published header is asked.
    pub enum HeaderOperation {
        Publish = "publish",
        Read = "read",
    }
}

squall_probe::params! {
    /// The parameters of a published header.
    pub struct HeaderParams {
        arrays: u64 = 64, in 2.0..=4096.0, "how many arrays there are to be shown, each of another capacity";
    }
}

/// A published header under load.
///
/// Points: `header.call` before each operation, where an error can be returned; `header.store.between` and
/// `header.load.between` between the first word and the others.
#[derive(Debug)]
pub struct HeaderWorkload<H> {
    published: H,
    arrays: Arrays,
}

impl<H: HeaderUnderTest> Workload for HeaderWorkload<H> {
    type Operation = HeaderOperation;
    type Params = HeaderParams;
    type Local = ();
    const NAME: &'static str = H::NAME;
    const SUMMARY: &'static str = H::SUMMARY;
    const ORACLES: &'static [Oracle] = &[ONE_HEADER];

    fn build(params: &HeaderParams, _: &Setup) -> Result<Self, String> {
        let arrays = Arrays::new(params.arrays as usize);
        Ok(Self { published: H::build(arrays.header(0)), arrays })
    }

    fn step(&self, worker: &mut Worker, _: &mut (), call: Call<HeaderOperation>) -> Result<(), OperationError> {
        point!("header.call", |error| Err(error.into()));
        match call.operation {
            HeaderOperation::Publish => self.published.store(self.arrays.header(call.key)),
            HeaderOperation::Read => {
                let header = self.published.load();
                worker.expect(ONE_HEADER, self.arrays.has(header), || format!("{header:?} was never published"));
                let (array, place) = self.arrays.last(header);
                let found = (array, place + 1) == (header.array, header.length);
                worker.expect(ONE_HEADER, found, || format!("{header:?} showed place {place} of array {array}"));
            }
        }
        Ok(())
    }

    fn check(self, _: Vec<()>, check: &mut FinalCheck) {
        let header = self.published.load();
        check.expect(ONE_HEADER, self.arrays.has(header), || format!("{header:?} is left behind"));
    }
}
