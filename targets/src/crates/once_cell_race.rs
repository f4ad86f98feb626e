//! `late.once_cell_race`: the cell of the crate `once_cell` for which nobody waits. Several may make a value; one stays.

use crate::tracked::Value;
use crate::workloads::late::{CELL, LateOperation, LateUnderTest, Make};
use once_cell::race::OnceBox;

/// The cell without waiting.
#[derive(Debug)]
pub struct OnceBoxUnderTest(OnceBox<Value>);

impl LateUnderTest for OnceBoxUnderTest {
    const NAME: &'static str = "late.once_cell_race";
    const SUMMARY: &'static str = "the cell of the crate once_cell for which nobody waits";
    const OPERATIONS: &'static [LateOperation] = CELL;
    const ONE_MAKES: bool = false;

    fn new(_: Make) -> Self {
        Self(OnceBox::new())
    }

    fn get(&self, look: impl FnOnce(&Value)) -> bool {
        self.0.get().map(look).is_some()
    }

    fn get_or_init(&self, make: impl FnOnce() -> Value, look: impl FnOnce(&Value)) {
        look(self.0.get_or_init(|| Box::new(make())));
    }

    fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<Value, E>, look: impl FnOnce(&Value)) -> Result<(), E> {
        self.0.get_or_try_init(|| make().map(Box::new)).map(look)
    }

    fn set(&self, value: Value) -> Result<(), Value> {
        self.0.set(Box::new(value)).map_err(|value| *value)
    }
}
