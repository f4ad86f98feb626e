//! The standard library's cells that get their value late, behind the adapter: `late.std_once_lock` and `late.std_lazy_lock`. By
//! their documentation, a panic leaves the first empty and poisons the second.

use crate::tracked::Value;
use crate::workloads::late::{AfterPanic, LAZY, LateOperation, LateUnderTest, Make};
use std::fmt;
use std::sync::{LazyLock, OnceLock};

/// The cell.
#[derive(Debug)]
pub struct OnceLockUnderTest(OnceLock<Value>);

/// The lazy value.
pub struct LazyLockUnderTest(LazyLock<Value, Make>);

impl LateUnderTest for OnceLockUnderTest {
    const NAME: &'static str = "late.std_once_lock";
    const SUMMARY: &'static str = "the standard library's cell";
    const OPERATIONS: &'static [LateOperation] =
        &[LateOperation::Get, LateOperation::GetOrInit, LateOperation::Set, LateOperation::Renew];

    fn new(_: Make) -> Self {
        Self(OnceLock::new())
    }

    fn get(&self, look: impl FnOnce(&Value)) -> bool {
        self.0.get().map(look).is_some()
    }

    fn get_or_init(&self, make: impl FnOnce() -> Value, look: impl FnOnce(&Value)) {
        look(self.0.get_or_init(make));
    }

    fn set(&self, value: Value) -> Result<(), Value> {
        self.0.set(value)
    }
}

impl LateUnderTest for LazyLockUnderTest {
    const NAME: &'static str = "late.std_lazy_lock";
    const SUMMARY: &'static str = "the standard library's lazy value";
    const OPERATIONS: &'static [LateOperation] = LAZY;
    const AFTER_PANIC: AfterPanic = AfterPanic::Poisoned;

    fn new(make: Make) -> Self {
        Self(LazyLock::new(make))
    }

    fn force(&self, look: impl FnOnce(&Value)) {
        look(LazyLock::force(&self.0));
    }
}

impl fmt::Debug for LazyLockUnderTest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LazyLockUnderTest").finish_non_exhaustive()
    }
}
