//! Short scripts of cells that hold a snapshot, judged by a model of one word and a weak one.

use super::cell_under_test::{CellUnderTest, Snapshot};
use super::workload::CellOperation;
use crate::tracked::{PREFILL_WORKER, Value, in_callback};
use crate::workloads::script::{At, Family, Next, Progress, SPARE, START, Written, drawable};
use squall_probe::script::Draw;
use squall_probe::{Operation, point};
use std::marker::PhantomData;
use std::sync::Arc;

/// Answers that are no snapshot.
const NOTHING: u16 = 0;
const DONE: u16 = 1;
const FOREIGN: u16 = 2;
/// What was computed from one snapshot replaced another one.
const LOST: u16 = 3;
/// The bit of an answer that says that it was replaced.
const SWAPPED: u16 = SPARE;

/// Draws scripts of a cell.
pub struct CellScripts<C> {
    weights: Vec<u32>,
    cell: PhantomData<fn() -> C>,
}

impl<C: CellUnderTest> CellScripts<C> {
    /// Scripts of a cell whose operations have these weights.
    ///
    /// # Errors
    /// If no operation of a script is among them.
    pub fn new(weights: &[u32]) -> Result<Self, String> {
        let able = |operation| !matches!(operation, CellOperation::Renew);
        Ok(Self { weights: drawable(CellOperation::ALL, weights, able)?, cell: PhantomData })
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Held {
    present: Written,
    weak: Written,
}

impl<C: CellUnderTest> Family for CellScripts<C> {
    type Call = CellOperation;
    type Start = ();
    type Object = C;
    type Part = ();
    type State = Held;

    fn draw_start(&self, _: &mut Draw, _: usize, _: usize) {}

    fn draw_call(&self, draw: &mut Draw, _: usize, (): &()) -> CellOperation {
        CellOperation::ALL[draw.weighted(&self.weights)]
    }

    fn operation(&self, call: CellOperation) -> Option<usize> {
        CellOperation::ALL.iter().position(|operation| *operation == call)
    }

    fn fresh(&self, (): &(), threads: usize, parts: &mut Vec<()>) -> C {
        parts.resize(threads, ());
        C::holding(Arc::new(Snapshot { value: Value::new(0, PREFILL_WORKER, 0), parent: None }))
    }

    fn call(&self, at: At, call: CellOperation, cell: &C, (): &mut ()) -> u16 {
        match call {
            CellOperation::Look => cell.look(|snapshot| {
                in_callback(|| point!("script.inside"));
                seen(snapshot)
            }),
            CellOperation::Load => seen(&cell.load()),
            CellOperation::Store => {
                cell.store(made(at, None));
                DONE
            }
            CellOperation::Swap => seen(&cell.swap(made(at, None))),
            CellOperation::CompareAndSwap => {
                let present = cell.load();
                let (found, swapped) = cell.compare_and_swap(&present, made(at, Some(&present)));
                seen(&found) | if swapped { SWAPPED } else { 0 }
            }
            CellOperation::Update => update(cell, at),
            CellOperation::StoreWeak => {
                cell.store_weak(&cell.load());
                DONE
            }
            CellOperation::LoadWeak => cell.load_weak().map_or(NOTHING, |snapshot| seen(&snapshot)),
            CellOperation::Renew => DONE,
        }
    }

    fn end(&self, (): &(), cell: C, _: &mut Vec<()>) -> u128 {
        u128::from(seen(&cell.load()))
    }

    fn begin(&self, (): &()) -> Held {
        Held { present: Written::first(0), weak: Written::first(0) }
    }

    fn explain(&self, (): &(), held: &Held, at: At, call: CellOperation, answer: u16, step: u8) -> Next<Held> {
        let (held, present) = (*held, held.present.answer());
        let when = |fits: bool, next: Held| if fits { vec![(next, Progress::Done)] } else { Vec::new() };
        let replaced = Held { present: Written::by(at), ..held };
        match call {
            CellOperation::Look | CellOperation::Load => when(answer == present, held),
            CellOperation::Store => when(answer == DONE, replaced),
            CellOperation::Swap | CellOperation::Update => when(answer == present, replaced),
            // Two calls: the present snapshot is looked up first.
            CellOperation::CompareAndSwap | CellOperation::StoreWeak if step == 0 => {
                vec![(held, Progress::Step(step_of(held.present)))]
            }
            CellOperation::CompareAndSwap if answer & SWAPPED != 0 => {
                when(answer & !SWAPPED == present && step == step_of(held.present), replaced)
            }
            CellOperation::CompareAndSwap => when(answer == present && step != step_of(held.present), held),
            CellOperation::StoreWeak => when(answer == DONE, Held { weak: looked_up(step), ..held }),
            // What the weak pointer points to may be gone; and not every cell has one.
            CellOperation::LoadWeak => when(answer == NOTHING || answer == held.weak.answer(), held),
            CellOperation::Renew => when(answer == DONE, held),
        }
    }

    fn explains_end(&self, (): &(), held: &Held, end: u128) -> bool {
        end == u128::from(held.present.answer())
    }

    fn is_foreign(&self, answer: u16) -> bool {
        answer & !SWAPPED == FOREIGN
    }

    fn tell_start(&self, (): &()) -> String {
        "hold the first value".to_owned()
    }

    fn tell_call(&self, _: At, call: CellOperation) -> String {
        call.name().to_owned()
    }

    fn tell_answer(&self, call: CellOperation, answer: u16) -> String {
        match (call, answer & SWAPPED != 0) {
            (CellOperation::CompareAndSwap, true) => format!("replaced {}", tell(answer & !SWAPPED)),
            (CellOperation::CompareAndSwap, false) => format!("found {}", tell(answer)),
            _ => tell(answer),
        }
    }

    fn tell_end(&self, end: u128) -> String {
        tell(end as u16)
    }
}

/// A snapshot of a call, computed from another one or from none.
fn made(at: At, parent: Option<&Snapshot>) -> Arc<Snapshot> {
    let value = Value::new(0, u32::from(at.thread), u64::from(at.place));
    Arc::new(Snapshot { value, parent: parent.map(Snapshot::identity) })
}

fn update<C: CellUnderTest>(cell: &C, at: At) -> u16 {
    let mut parent = None;
    let replaced = cell.update(|present| {
        in_callback(|| point!("script.inside"));
        parent = Some(present.identity());
        made(at, Some(present))
    });
    if parent == Some(replaced.identity()) { seen(&replaced) } else { LOST }
}

fn seen(snapshot: &Snapshot) -> u16 {
    Written::of_value(0, &snapshot.value).map_or(FOREIGN, Written::answer)
}

/// The step that a call has taken once it has looked a snapshot up: one for each that there can be.
const fn step_of(looked_up: Written) -> u8 {
    1 + looked_up.writer * 8 + looked_up.place
}

const fn looked_up(step: u8) -> Written {
    Written { writer: (step - 1) / 8, place: (step - 1) % 8, updates: 0 }
}

const _: () = assert!(looked_up(step_of(Written::first(7))).writer == START);

fn tell(answer: u16) -> String {
    match answer {
        NOTHING => "nothing".to_owned(),
        DONE => "done".to_owned(),
        FOREIGN => "a foreign value".to_owned(),
        LOST => "replaced another one than it was computed from".to_owned(),
        value => Written::of(value).to_string(),
    }
}
