//! The workload that drives every handle on a shared buffer: workers make handles, share and divide them, hand them to each other, and
//! write where a handle lets them. What a handle shows is compared with what it has to show after each operation.

use super::board::Board;
use super::buffer_under_test::BufferUnderTest;
use crate::workloads::draw::Draw;
use crate::workloads::judge::{Judge, Judged};
use squall_probe::{Call, FinalCheck, OperationError, Oracle, Setup, Worker, Workload, operations, point, write_back};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A handle shows what was written through it, and nothing that was written through another one.
const OWN_CONTENT: Oracle = Oracle::new(0, "own_content");
/// A handle that says that it is the only one on its buffer is.
const UNIQUE: Oracle = Oracle::new(1, "unique");
/// How many handles a worker has at most.
const HANDLES_MAX: usize = 8;

operations! {
    /// What is done with handles.
    pub enum BufferHandleOperation {
        Make = "make",
        Share = "share",
        Slice = "slice",
        Split = "split",
        Truncate = "truncate",
        Write = "write",
        Append = "append",
        Join = "join",
        Turn = "turn",
        AskUnique = "ask_unique",
        HandOver = "hand_over",
        Use = "use",
        Drop = "drop",
    }
}

squall_probe::params! {
    /// The parameters of handles on buffers.
    pub struct BufferHandleParams {
        length: u64 = 48, in 1.0..=65536.0, "how many bytes a buffer has at most when it is made";
    }
}

/// Handles on shared buffers under load.
///
/// Point: `handle.call` before each operation, where an error can be returned.
pub struct BufferHandleWorkload<H> {
    board: Board<Held<H>>,
    length: usize,
}

/// A handle, what it has to show, and the count of those on its buffer, which it leaves before it goes.
struct Held<H> {
    kin: Kin,
    handle: H,
    content: Vec<u8>,
}

/// One among the handles on a buffer; there may be more of them than are counted, and never fewer.
struct Kin(Arc<AtomicU64>);

impl Kin {
    fn alone() -> Self {
        Self(Arc::new(AtomicU64::new(1)))
    }

    /// One more, which is there already.
    fn another(&self) -> Self {
        self.0.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(&self.0))
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

impl Drop for Kin {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What one worker remembers: its handles.
pub struct BufferHandleLocal<H> {
    held: Vec<Held<H>>,
    steps: u64,
}

impl<H> Default for BufferHandleLocal<H> {
    fn default() -> Self {
        Self { held: Vec::new(), steps: 0 }
    }
}

impl<H: BufferUnderTest> Workload for BufferHandleWorkload<H> {
    type Operation = BufferHandleOperation;
    type Params = BufferHandleParams;
    type Local = BufferHandleLocal<H>;
    const NAME: &'static str = H::NAME;
    const SUMMARY: &'static str = H::SUMMARY;
    const ORACLES: &'static [Oracle] = &[OWN_CONTENT, UNIQUE];

    fn build(params: &BufferHandleParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { board: Board::new(), length: params.length as usize })
    }

    fn step(
        &self,
        worker: &mut Worker,
        local: &mut BufferHandleLocal<H>,
        call: Call<BufferHandleOperation>,
    ) -> Result<(), OperationError> {
        point!("handle.call", |error| Err(error.into()));
        let number = worker.number();
        self.act(worker, number, local, call);
        Ok(())
    }

    fn check(self, locals: Vec<BufferHandleLocal<H>>, check: &mut FinalCheck) {
        Judged::settle(&self, locals, check);
    }
}

impl<H: BufferUnderTest> Judged for BufferHandleWorkload<H> {
    fn act(
        &self,
        judge: &mut impl Judge,
        worker: u32,
        local: &mut BufferHandleLocal<H>,
        call: Call<BufferHandleOperation>,
    ) {
        local.steps += 1;
        let mut draw = Draw::new(call.key, local.steps ^ u64::from(worker) << 48);
        if local.held.is_empty() || local.held.len() >= HANDLES_MAX {
            // There is always something to work at, and room for one more.
            local.held.clear();
            local.held.push(Held::make(&mut draw, self.length));
        }
        let place = draw.below(local.held.len());
        // Taken out meanwhile: a step that does not come back leaves no handle whose content is open.
        let mut held = local.held.swap_remove(place);
        write_back(local);
        let other = match call.operation {
            BufferHandleOperation::Make => Some(Held::make(&mut draw, self.length)),
            BufferHandleOperation::Share => Some(held.share()),
            BufferHandleOperation::Slice => Some(held.slice(&mut draw)),
            BufferHandleOperation::Split => Some(held.split(&mut draw)),
            BufferHandleOperation::HandOver => {
                local.held.extend(self.board.exchange(call.key as usize, Some(held)));
                return;
            }
            BufferHandleOperation::Join => held.join(local.held.pop()),
            BufferHandleOperation::Use => return held.consume(judge),
            BufferHandleOperation::Drop => return drop(held),
            one => {
                held.change(judge, &mut draw, one);
                None
            }
        };
        local.held.push(held);
        local.held.extend(other);
        local.held.iter_mut().for_each(|held| held.look(judge));
    }

    fn settle(&self, locals: Vec<BufferHandleLocal<H>>, judge: &mut impl Judge) {
        let all = locals.into_iter().flat_map(|local| local.held).chain(self.board.clear());
        all.for_each(|held| held.consume(judge));
    }
}

impl<H: BufferUnderTest> Held<H> {
    fn make(draw: &mut Draw, length: usize) -> Self {
        let (start, length) = (draw.below(256), draw.at_most(length));
        let content: Vec<_> = (0..length).map(|place| (start + place) as u8).collect();
        let handle = H::holding(&content, draw.below(H::WAYS));
        Self { kin: Kin::alone(), handle, content }
    }

    /// What came out of this handle, as one that shares its buffer.
    fn related(&self, handle: H, content: Vec<u8>) -> Self {
        Self { kin: self.kin.another(), handle, content }
    }

    fn share(&mut self) -> Self {
        let handle = self.handle.share();
        self.related(handle, self.content.clone())
    }

    fn slice(&mut self, draw: &mut Draw) -> Self {
        let start = draw.at_most(self.content.len());
        let range = start..start + draw.at_most(self.content.len() - start);
        let handle = self.handle.slice(range.clone());
        self.related(handle, self.content[range].to_vec())
    }

    fn split(&mut self, draw: &mut Draw) -> Self {
        let at = draw.at_most(self.content.len());
        if draw.one_in(2) {
            let (handle, content) = (self.handle.split_off(at), self.content.split_off(at));
            return self.related(handle, content);
        }
        let rest = self.content.split_off(at);
        let (handle, content) = (self.handle.split_to(at), std::mem::replace(&mut self.content, rest));
        self.related(handle, content)
    }

    /// Joins another handle to this one; hands it on if that cannot be.
    fn join(&mut self, other: Option<Self>) -> Option<Self> {
        let Self { kin, handle, content } = other?;
        match self.handle.join(handle) {
            Ok(()) => {
                self.content.extend(content);
                self.kin = Kin::alone();
                None
            }
            Err(handle) => Some(Self { kin, handle, content }),
        }
    }

    fn change(&mut self, judge: &mut impl Judge, draw: &mut Draw, operation: BufferHandleOperation) {
        match operation {
            BufferHandleOperation::Write => {
                let mask = 1 + draw.below(255) as u8;
                if self.handle.write(|bytes| bytes.iter_mut().for_each(|byte| *byte ^= mask)) {
                    self.content.iter_mut().for_each(|byte| *byte ^= mask);
                    self.kin = Kin::alone();
                }
            }
            BufferHandleOperation::Append => {
                let more: Vec<_> = (0..1 + draw.below(16) as u8).collect();
                if self.content.len() < 1 << 12 && self.handle.append(&more) {
                    self.content.extend(more);
                    self.kin = Kin::alone();
                }
            }
            BufferHandleOperation::Turn => self.handle.turn(),
            BufferHandleOperation::Truncate => {
                let length = draw.at_most(self.content.len());
                self.handle.truncate(length);
                self.content.truncate(length);
            }
            _ => self.ask_unique(judge),
        }
    }

    /// Whoever is counted after the answer was there before it, or came out of one that was. A handle that was written or joined
    /// counts as one on a buffer of its own, because it may be.
    fn ask_unique(&self, judge: &mut impl Judge) {
        if let Some(unique) = self.handle.is_unique() {
            let kin = self.kin.count();
            judge.expect(UNIQUE, !unique || kin <= 1, || format!("unique, it says, with {kin} handles on the buffer"));
        }
    }

    /// Looks at the bytes. Without any, a handle need not share a buffer.
    fn look(&mut self, judge: &mut impl Judge) {
        let (found, content) = (self.handle.bytes(), &self.content);
        judge.expect(OWN_CONTENT, found == content, || format!("{found:?} instead of {content:?}"));
        if self.content.is_empty() {
            self.kin = Kin::alone();
        }
    }

    fn consume(mut self, judge: &mut impl Judge) {
        self.look(judge);
        self.ask_unique(judge);
        let Self { kin, handle, content } = self;
        drop(kin);
        let found = handle.into_vec();
        judge.expect(OWN_CONTENT, found == content, || format!("{found:?} instead of {content:?}, as a vector"));
    }
}
