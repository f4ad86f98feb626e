//! What a cell that gets its value late has to offer to be put under load: the adapter that one workload drives them all through.

use super::workload::LateOperation;
use crate::tracked::Value;

/// What makes the value of a lazy cell.
pub type Make = Box<dyn FnOnce() -> Value + Send>;

/// What becomes of a cell whose initialiser panicked, by its documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterPanic {
    /// It is empty as before; the next one may make the value.
    Fresh,
    /// It has no value and never will; whoever asks for it is answered with a panic.
    Poisoned,
}

/// What a cell offers that is given its initialiser with each call.
pub const CELL: &[LateOperation] = &[
    LateOperation::Get,
    LateOperation::GetOrInit,
    LateOperation::GetOrTryInit,
    LateOperation::Set,
    LateOperation::Renew,
];
/// What a cell offers that is made with its initialiser.
pub const LAZY: &[LateOperation] = &[LateOperation::Force, LateOperation::Renew];

/// A cell under test. It offers what it lists in `OPERATIONS`, and only that is asked of it. `look` is called with the cell's
/// value, at most once, while the cell has lent it.
pub trait LateUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// The operations that the cell has.
    const OPERATIONS: &'static [LateOperation];
    /// What becomes of the cell when its initialiser panics.
    const AFTER_PANIC: AfterPanic = AfterPanic::Fresh;
    /// Whether others wait while one makes the value. In a cell for which they do not, several may be made, of which one stays.
    const ONE_MAKES: bool = true;

    /// An empty cell; `make` is kept by a cell that is made with its initialiser, and of no use to any other.
    fn new(make: Make) -> Self;

    /// The value, if it is there; hands on whether it was.
    fn get(&self, _look: impl FnOnce(&Value)) -> bool {
        not_offered::<Self>(LateOperation::Get)
    }

    /// The value, after it was made if it was not there.
    fn get_or_init(&self, _make: impl FnOnce() -> Value, _look: impl FnOnce(&Value)) {
        not_offered::<Self>(LateOperation::GetOrInit)
    }

    /// The same with an initialiser that can fail.
    ///
    /// # Errors
    /// If this initialiser was called and failed.
    fn get_or_try_init<E>(
        &self,
        _make: impl FnOnce() -> Result<Value, E>,
        _look: impl FnOnce(&Value),
    ) -> Result<(), E> {
        not_offered::<Self>(LateOperation::GetOrTryInit)
    }

    /// Gives the cell a value if it has none.
    ///
    /// # Errors
    /// Hands the value back if it has one.
    fn set(&self, _value: Value) -> Result<(), Value> {
        not_offered::<Self>(LateOperation::Set)
    }

    /// The value of a lazy cell, which makes it if it was not there.
    fn force(&self, _look: impl FnOnce(&Value)) {
        not_offered::<Self>(LateOperation::Force)
    }

    /// Lets drops happen that cells of this kind put off; it is called again and again once the cells are dropped.
    fn reclaim() {}
}

fn not_offered<C: LateUnderTest>(operation: LateOperation) -> ! {
    unreachable!("{} does not offer {operation:?}, and a mix that names it is refused", C::NAME)
}
