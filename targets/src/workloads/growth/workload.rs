//! The workload that drives every growing buffer: each worker appends elements, overwrites its own, and reads its own back.

use super::growth_under_test::GrowthUnderTest;
use super::written::{Written, describe};
use crate::containers::POISON;
use crate::workloads::gate::Gate;
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point};

/// A place that was appended to holds an element, not the remains of an array that was moved away from.
const LIVE_ELEMENT: Oracle = Oracle::new(0, "live_element");
/// A worker finds at each of its places what it wrote there last.
const OWN_WRITES: Oracle = Oracle::new(1, "own_writes");

operations! {
    /// What a growing buffer is asked.
    pub enum GrowthOperation {
        Append = "append",
        Write = "write",
        Read = "read",
    }
}

squall_probe::params! {
    /// The parameters of a growing buffer.
    pub struct GrowthParams {
        capacity: u64 = 1024, in 64.0..=65536.0, "how many elements a round has room for";
    }
}

/// A growing buffer under load.
///
/// Points: `growth.call` before each operation, where an error can be returned; `growth.held` between the taking of an
/// address and its use.
#[derive(Debug)]
pub struct GrowthWorkload<B> {
    gate: Gate<B>,
}

impl<B: GrowthUnderTest> Workload for GrowthWorkload<B> {
    type Operation = GrowthOperation;
    type Params = GrowthParams;
    type Local = Written;
    const NAME: &'static str = B::NAME;
    const SUMMARY: &'static str = B::SUMMARY;
    const ORACLES: &'static [Oracle] = &[LIVE_ELEMENT, OWN_WRITES];
    const REALLOCATES: bool = true;

    fn build(params: &GrowthParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { gate: Gate::new(B::build(params.capacity as usize)) })
    }

    fn step(
        &self,
        worker: &mut Worker,
        written: &mut Written,
        call: Call<GrowthOperation>,
    ) -> Result<(), OperationError> {
        point!("growth.call", |error| Err(error.into()));
        match call.operation {
            GrowthOperation::Append => self.append(worker.number(), written),
            GrowthOperation::Write => self.write(worker.number(), written, call.key),
            GrowthOperation::Read => self.read(worker, written, call.key),
        }
        Ok(())
    }

    fn reallocate(&self) {
        self.gate.pass().relocate();
    }

    fn check(self, locals: Vec<Written>, check: &mut FinalCheck) {
        let round = self.gate.pass();
        for written in locals.iter().filter(|written| written.round() == round.number()) {
            for (place, expected) in written.places() {
                let found = round.read(place);
                check.expect(LIVE_ELEMENT, is_live(found), || told(place, expected, found));
                check.expect(OWN_WRITES, found == Some(expected), || told(place, expected, found));
            }
        }
    }
}

impl<B: GrowthUnderTest> GrowthWorkload<B> {
    /// Appends an element, to the next round if this one is full.
    fn append(&self, worker: u32, written: &mut Written) {
        let element = written.next_element(worker);
        loop {
            let round = self.gate.pass();
            let number = round.number();
            written.enter(number);
            if let Ok(place) = round.append(element) {
                written.appended(place, element);
                return;
            }
            drop(round);
            self.gate.end(number, B::clear);
        }
    }

    fn write(&self, worker: u32, written: &mut Written, key: u64) {
        let round = self.gate.pass();
        written.enter(round.number());
        let element = written.next_element(worker);
        if let Some((place, last)) = written.choose(key) {
            round.write(*place, element);
            *last = element;
        }
    }

    fn read(&self, worker: &mut Worker, written: &mut Written, key: u64) {
        let round = self.gate.pass();
        written.enter(round.number());
        if let Some(&mut (place, expected)) = written.choose(key) {
            let found = round.read(place);
            worker.expect(LIVE_ELEMENT, is_live(found), || told(place, expected, found));
            worker.expect(OWN_WRITES, found == Some(expected), || told(place, expected, found));
        }
    }
}

fn is_live(found: Option<u64>) -> bool {
    found.is_some_and(|element| element != POISON)
}

fn told(place: usize, expected: u64, found: Option<u64>) -> String {
    let found = match found {
        None => "nothing".to_owned(),
        Some(POISON) => "poison: the elements have moved away".to_owned(),
        Some(element) => describe(element),
    };
    format!("place {place} held {found}; expected {}", describe(expected))
}
