//! The cells of the crate `once_cell`, behind the adapter. By its documentation, a cell whose initialiser panics or fails stays empty,
//! and a lazy value is poisoned.

use crate::tracked::Value;
use crate::workloads::late::{AfterPanic, CELL, LAZY, LateOperation, LateUnderTest, Make};
use once_cell::sync::{Lazy, OnceCell};
use std::fmt;

/// `late.once_cell`.
#[derive(Debug)]
pub struct OnceCellUnderTest(OnceCell<Value>);

/// `late.once_cell_lazy`.
pub struct LazyUnderTest(Lazy<Value, Make>);

impl LateUnderTest for OnceCellUnderTest {
    const NAME: &'static str = "late.once_cell";
    const SUMMARY: &'static str = "the cell of the crate once_cell";
    const OPERATIONS: &'static [LateOperation] = CELL;

    fn new(_: Make) -> Self {
        Self(OnceCell::new())
    }

    fn get(&self, look: impl FnOnce(&Value)) -> bool {
        self.0.get().map(look).is_some()
    }

    fn get_or_init(&self, make: impl FnOnce() -> Value, look: impl FnOnce(&Value)) {
        look(self.0.get_or_init(make));
    }

    fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<Value, E>, look: impl FnOnce(&Value)) -> Result<(), E> {
        self.0.get_or_try_init(make).map(look)
    }

    fn set(&self, value: Value) -> Result<(), Value> {
        self.0.set(value)
    }
}

impl LateUnderTest for LazyUnderTest {
    const NAME: &'static str = "late.once_cell_lazy";
    const SUMMARY: &'static str = "the lazy value of the crate once_cell";
    const OPERATIONS: &'static [LateOperation] = LAZY;
    const AFTER_PANIC: AfterPanic = AfterPanic::Poisoned;

    fn new(make: Make) -> Self {
        Self(Lazy::new(make))
    }

    fn force(&self, look: impl FnOnce(&Value)) {
        look(Lazy::force(&self.0));
    }
}

impl fmt::Debug for LazyUnderTest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LazyUnderTest").finish_non_exhaustive()
    }
}
