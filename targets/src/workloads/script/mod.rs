//! Short scripts drawn from a family's own operations, and judged by a plain sequential model: an outcome may come if some order
//! of the whole operations explains it. The model is the family's; the container under test has no say in it.

mod drawn;
mod explanation;
mod family;
mod written;

pub use drawn::FamilyScripts;
pub use explanation::{Explanation, Next, STEPS_MAX};
pub use family::{At, Family, Progress, START};
pub use written::{SPARE, VALUE, Written};

use crate::tracked::{DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE};
use squall_probe::{Operation, Oracle};

/// Some order of the operations explains what each thread was answered and what was found at the end. One answer is one sample.
pub const EXPLAINED: Oracle = Oracle::new(3, "explained");
/// The oracles that every family's scripts are judged by.
pub const SCRIPT_ORACLES: &[Oracle] = &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, EXPLAINED];

/// The weights of the operations that scripts can do; the others weigh nothing.
///
/// # Errors
/// If nothing is left, in words.
pub(crate) fn drawable<O: Operation>(
    operations: &[O],
    weights: &[u32],
    able: impl Fn(O) -> bool,
) -> Result<Vec<u32>, String> {
    let weight = |(operation, weight): (&O, &u32)| if able(*operation) { *weight } else { 0 };
    let left: Vec<u32> = operations.iter().zip(weights).map(weight).collect();
    if left.iter().any(|weight| *weight > 0) {
        return Ok(left);
    }
    let able: Vec<_> =
        operations.iter().filter(|operation| able(**operation)).map(|operation| operation.name()).collect();
    Err(format!("the mix has nothing that a script can do: {}", able.join(", ")))
}
