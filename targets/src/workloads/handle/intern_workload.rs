//! The workload that drives every interner: workers intern equal objects at the same time, keep some of the handles for a while, hand
//! them to each other, and drop them, so that objects come and go all the time.

use super::board::Board;
use super::intern_under_test::InternUnderTest;
use crate::tracked::{self, DROP_BALANCE, Key, NO_USE_AFTER_DROP, OWN_VALUE};
use crate::workloads::judge::{Judge, Judged};
use squall_probe::{Call, FinalCheck, NoParams, OperationError, Oracle, Setup, Worker, Workload, operations, point};
use std::marker::PhantomData;

/// Handles on equal objects stand for one object as long as any of them is held.
const ONE_OBJECT: Oracle = Oracle::new(3, "one_object");
/// How many handles a worker keeps.
const KEPT_MAX: usize = 4;

operations! {
    /// What an interner is asked.
    pub enum InternOperation {
        /// Interns an object, looks at it, and lets it go at once.
        Intern = "intern",
        Keep = "keep",
        Clone = "clone",
        Look = "look",
        HandOver = "hand_over",
        Drop = "drop",
    }
}

/// An interner under load. It is the process's own, so there are no rounds.
///
/// Points: `handle.call` before each operation, where an error can be returned; `handle.held` while a handle is held that is let
/// go at once.
pub struct InternWorkload<H> {
    board: Board<(u64, H)>,
    handle: PhantomData<H>,
}

/// What one worker remembers: handles, and the numbers of their objects.
pub struct InternLocal<H> {
    kept: Vec<(u64, H)>,
}

impl<H> Default for InternLocal<H> {
    fn default() -> Self {
        Self { kept: Vec::new() }
    }
}

impl<H: InternUnderTest> Workload for InternWorkload<H> {
    type Operation = InternOperation;
    type Params = NoParams;
    type Local = InternLocal<H>;
    const NAME: &'static str = H::NAME;
    const SUMMARY: &'static str = H::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, ONE_OBJECT];

    fn build(_: &NoParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { board: Board::new(), handle: PhantomData })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut InternLocal<H>,
        call: Call<InternOperation>,
    ) -> Result<(), OperationError> {
        point!("handle.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        tracked::watch(worker);
        Ok(())
    }

    fn check(self, locals: Vec<InternLocal<H>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
        drop(self);
        tracked::settle(check);
    }
}

impl<H: InternUnderTest> Judged for InternWorkload<H> {
    fn act(&self, judge: &mut impl Judge, _: u32, local: &mut InternLocal<H>, call: Call<InternOperation>) {
        let kept = &mut local.kept;
        match call.operation {
            InternOperation::Intern => {
                let handle = intern(judge, call.key, kept);
                point!("handle.held");
                look(judge, call.key, &handle);
            }
            InternOperation::Keep => {
                let handle = intern(judge, call.key, kept);
                kept.insert(0, (call.key, handle));
                kept.truncate(KEPT_MAX);
            }
            InternOperation::Clone => {
                let cloned = kept.first().map(|(number, handle)| (*number, handle.clone()));
                kept.extend(cloned);
            }
            InternOperation::Look => kept.iter().for_each(|(number, handle)| look(judge, *number, handle)),
            InternOperation::HandOver => {
                let received = self.board.exchange(call.key as usize, kept.pop());
                kept.extend(received);
            }
            InternOperation::Drop => drop(kept.pop()),
        }
    }

    fn settle(&self, locals: Vec<InternLocal<H>>, judge: &mut impl Judge) {
        let all = locals.into_iter().flat_map(|local| local.kept).chain(self.board.clear());
        all.for_each(|(number, handle)| look(judge, number, &handle));
    }
}

/// Interns an object and compares it with an equal one that is kept.
fn intern<H: InternUnderTest>(judge: &mut impl Judge, number: u64, kept: &[(u64, H)]) -> H {
    let handle = H::intern(Key::new(number));
    look(judge, number, &handle);
    if let Some((_, known)) = kept.iter().find(|(known, _)| *known == number) {
        judge.expect(ONE_OBJECT, handle.is_same(known), || format!("key {number} is there as two objects"));
    }
    handle
}

fn look<H: InternUnderTest>(judge: &mut impl Judge, number: u64, handle: &H) {
    let found = handle.object().number();
    judge.expect(OWN_VALUE, found == number, || format!("key {found} stands for key {number}"));
}
