//! Short scripts of cells that get their value late: which value stays, who is answered with it, and how often one was made.

use super::late_under_test::LateUnderTest;
use super::workload::LateOperation;
use crate::tracked::{PREFILL_WORKER, Value, in_callback};
use crate::workloads::script::{At, Family, Next, Progress, Written, drawable};
use squall_probe::script::Draw;
use squall_probe::{Operation, point};
use std::convert::Infallible;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Answers that are no value.
const NOTHING: u16 = 0;
const DONE: u16 = 1;
const REFUSED: u16 = 2;
const FOREIGN: u16 = 3;
/// Where the number of values that were made stands in what is found at the end.
const MADE_SHIFT: u32 = 16;

/// Draws scripts of a cell.
pub struct LateScripts<C> {
    weights: Vec<u32>,
    cell: PhantomData<fn() -> C>,
}

impl<C: LateUnderTest> LateScripts<C> {
    /// Whether the cell was made with its initialiser.
    const IS_LAZY: bool = matches!(C::OPERATIONS[0], LateOperation::Force);

    /// Scripts of a cell whose operations have these weights.
    ///
    /// # Errors
    /// If no operation of a script is among them.
    pub fn new(weights: &[u32]) -> Result<Self, String> {
        let able = |operation| !matches!(operation, LateOperation::Renew);
        Ok(Self { weights: drawable(C::OPERATIONS, weights, able)?, cell: PhantomData })
    }
}

/// A cell, and how many values initialisers have made for it.
pub struct LateObject<C> {
    cell: C,
    made: Arc<AtomicU32>,
}

/// The value, if the cell has one, and how many were made by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Given {
    value: Option<Written>,
    made: u32,
}

impl<C: LateUnderTest> Family for LateScripts<C> {
    type Call = LateOperation;
    type Start = ();
    type Object = LateObject<C>;
    type Part = ();
    type State = Given;

    fn draw_start(&self, _: &mut Draw, _: usize, _: usize) {}

    fn draw_call(&self, draw: &mut Draw, _: usize, (): &()) -> LateOperation {
        C::OPERATIONS[draw.weighted(&self.weights)]
    }

    fn operation(&self, call: LateOperation) -> Option<usize> {
        C::OPERATIONS.iter().position(|operation| *operation == call)
    }

    fn fresh(&self, (): &(), threads: usize, parts: &mut Vec<()>) -> LateObject<C> {
        parts.resize(threads, ());
        let made = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&made);
        let cell = C::new(Box::new(move || make(&counted, Value::new(0, PREFILL_WORKER, 0))));
        LateObject { cell, made }
    }

    fn call(&self, at: At, call: LateOperation, object: &LateObject<C>, (): &mut ()) -> u16 {
        let LateObject { cell, made } = object;
        let own = || Value::new(0, u32::from(at.thread), u64::from(at.place));
        let mut answer = NOTHING;
        let look = |value: &Value| {
            in_callback(|| point!("script.inside"));
            answer = seen(value);
        };
        match call {
            LateOperation::Get => drop(cell.get(look)),
            LateOperation::GetOrInit => cell.get_or_init(|| make(made, own()), look),
            LateOperation::GetOrTryInit => {
                let Ok(()) = cell.get_or_try_init(|| Ok::<_, Infallible>(make(made, own())), look);
            }
            LateOperation::Set => {
                return match cell.set(own()) {
                    Ok(()) => DONE,
                    Err(value) if seen(&value) == Written::by(at).answer() => REFUSED,
                    Err(_) => FOREIGN,
                };
            }
            LateOperation::Force => cell.force(look),
            LateOperation::Renew => {}
        }
        answer
    }

    fn end(&self, (): &(), object: LateObject<C>, _: &mut Vec<()>) -> u128 {
        let mut answer = NOTHING;
        let look = |value: &Value| answer = seen(value);
        if Self::IS_LAZY {
            object.cell.force(look);
        } else if C::OPERATIONS.contains(&LateOperation::Get) {
            object.cell.get(look);
        }
        u128::from(answer) | u128::from(object.made.load(Ordering::Relaxed)) << MADE_SHIFT
    }

    fn begin(&self, (): &()) -> Given {
        Given { value: None, made: 0 }
    }

    fn explain(&self, (): &(), given: &Given, at: At, call: LateOperation, answer: u16, _: u8) -> Next<Given> {
        let when = |fits: bool, next: Given| if fits { vec![(next, Progress::Done)] } else { Vec::new() };
        let maker = if call == LateOperation::Force { Written::first(0) } else { Written::by(at) };
        let own = |made| Given { value: Some(maker), made };
        match (call, given.value) {
            (LateOperation::Set, None) => when(answer == DONE, own(given.made)),
            (LateOperation::Set, Some(_)) => when(answer == REFUSED, *given),
            (LateOperation::Get, None) => when(answer == NOTHING, *given),
            (_, None) => when(answer == maker.answer(), own(given.made + 1)),
            (_, Some(value)) => when(answer == value.answer(), *given),
        }
    }

    fn explains_end(&self, (): &(), given: &Given, end: u128) -> bool {
        // A lazy cell that nobody has forced is forced now.
        let forced = Given { value: Some(Written::first(0)), made: 1 };
        let given = if Self::IS_LAZY && given.value.is_none() { forced } else { *given };
        let made = (end >> MADE_SHIFT) as u32;
        let right = if C::ONE_MAKES { made == given.made } else { made >= given.made };
        right && end as u16 == given.value.map_or(NOTHING, Written::answer)
    }

    fn is_foreign(&self, answer: u16) -> bool {
        answer == FOREIGN
    }

    fn tell_start(&self, (): &()) -> String {
        String::new()
    }

    fn tell_call(&self, _: At, call: LateOperation) -> String {
        call.name().to_owned()
    }

    fn tell_answer(&self, _: LateOperation, answer: u16) -> String {
        tell(answer)
    }

    fn tell_end(&self, end: u128) -> String {
        format!("{}, made {} times", tell(end as u16), end >> MADE_SHIFT)
    }

    fn reclaim(&self) {
        C::reclaim();
    }
}

/// An initialiser at work. Point: `script.inside`.
fn make(made: &AtomicU32, value: Value) -> Value {
    in_callback(|| point!("script.inside"));
    made.fetch_add(1, Ordering::Relaxed);
    value
}

fn seen(value: &Value) -> u16 {
    Written::of_value(0, value).map_or(FOREIGN, Written::answer)
}

fn tell(answer: u16) -> String {
    match answer {
        NOTHING => "nothing".to_owned(),
        DONE => "done".to_owned(),
        REFUSED => "refused".to_owned(),
        FOREIGN => "a foreign value".to_owned(),
        value => Written::of(value).to_string(),
    }
}
